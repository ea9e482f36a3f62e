// AnswerBody: writes the records that follow a question. Names are compressed against the
// question's name only, whose place in every reply is known: the client's own question is the
// dictionary.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dns/rrset.hpp"
#include "dns/zone_snapshot.hpp"

namespace signpost::dns {

class AnswerBody {
 public:
  /// `qname` in lower-case wire form; records are appended to `buffer`.
  AnswerBody(std::span<const std::uint8_t> qname, std::vector<std::uint8_t>& buffer)
      : qname_(qname), buffer_(buffer), begin_(buffer.size()) {}

  /// All records of the RRset, adding their number to `count`. Names in the RDATA of NS, CNAME and
  /// SOA are compressed, those in other types never (RFC 3597 section 4, RFC 2782).
  void append(const RRset& rrset, std::uint16_t& count);

  [[nodiscard]] std::size_t size() const { return buffer_.size() - begin_; }
  /// Forgets what was appended behind the first `size` octets.
  void cut(std::size_t size) { buffer_.resize(begin_ + size); }

 private:
  /// Returns the pointer by which the next record can have the same owner, or 0.
  std::size_t append_owner(const Name& owner);
  void append_rdata(RRType type, const Rdata& rdata);
  void append_name(std::span<const std::uint8_t> name);
  void append_u16(std::size_t value);
  void append_u32(std::uint32_t value);

  std::span<const std::uint8_t> qname_;
  std::vector<std::uint8_t>& buffer_;
  std::size_t begin_;
};

/// The zone's SOA as a record, with the TTL given.
RRset soa_rrset(const Name& apex, const Soa& soa, std::uint32_t ttl);

}  // namespace signpost::dns
