// AnswerTable: a ZoneSnapshot compiled into ready-made wire answers. Immutable; read by answer
// threads without a lock.
//
// Each answer is stored as it follows the question (owner names are pointers to offset 12 or into
// the question), so that responding is: find by lower-cased qname, copy, patch id, flags and
// counts, append OPT. No allocation, no encoding per query.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "dns/zone_snapshot.hpp"

namespace signpost::dns {

/// What to put behind the question. `body` holds answer, authority and additional records in this
/// order.
struct StoredAnswer {
  std::uint16_t rcode = 0;  // 0 NOERROR, 2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED
  bool authoritative = false;
  std::uint16_t answer_count = 0;
  std::uint16_t authority_count = 0;
  std::uint16_t additional_count = 0;
  std::span<const std::uint8_t> body{};
  std::uint16_t required = 0;  // octets of body without its additional section, which is optional
  /// Complete EDNS option to add when the query had EDNS; may be empty.
  std::span<const std::uint8_t> ede{};
  /// Offset of the apex inside the question, to be put as a compression pointer into the first two
  /// octets of body (the negative answers, shared by all names); 0 = nothing to patch.
  std::uint16_t apex_offset = 0;
};

class AnswerTable {
 public:
  /// The zone must have passed check(). `generation` orders tables for TableSlot and must grow with
  /// every table offered.
  static std::unique_ptr<const AnswerTable> compile(const ZoneSnapshot& zone,
                                                    std::uint64_t generation);

  /// `qname` = lower-cased uncompressed wire form, read by the bounded reader. Never allocates,
  /// never fails: out of zone is REFUSED with EDE 20.
  [[nodiscard]] StoredAnswer find(std::span<const std::uint8_t> qname, std::uint16_t qtype) const;

  [[nodiscard]] std::uint64_t generation() const { return generation_; }
  [[nodiscard]] std::uint32_t serial() const { return serial_; }

  AnswerTable(const AnswerTable&) = delete;
  AnswerTable& operator=(const AnswerTable&) = delete;
  ~AnswerTable();

 private:
  struct Compiler;
  AnswerTable();
  struct Storage;
  std::unique_ptr<Storage> storage_;
  std::uint64_t generation_ = 0;
  std::uint32_t serial_ = 0;
};

}  // namespace signpost::dns
