#include "dns/answer_body.hpp"

#include <algorithm>

#include "dns/wire_reader.hpp"

namespace signpost::dns {
namespace {

using Octets = std::span<const std::uint8_t>;

constexpr std::uint16_t class_in = 1;
constexpr std::uint32_t ttl_max = 0x7FFFFFFF;      // RFC 2181 section 8
constexpr std::size_t pointer_reach_max = 0x3FFF;  // 14 bits

// Where in `qname` the whole of `tail` stands as its last labels; qname.size() if it does not.
std::size_t find_tail(Octets qname, Octets tail) {
  for (std::size_t at = 0; qname[at] != 0; at += qname[at] + 1U) {
    if (qname.size() - at != tail.size()) continue;
    const bool same = std::equal(tail.begin(), tail.end(), qname.begin() + static_cast<long>(at),
                                 [](auto x, auto y) { return lower_case(x) == y; });
    return same ? at : qname.size();
  }
  return qname.size();
}

std::size_t name_size(Octets octets) {
  const auto name = Name::from_wire(octets);
  return name ? name->wire().size() : 0;
}

}  // namespace

void AnswerBody::append(const RRset& rrset, std::uint16_t& count) {
  // 0 = the owner is written out each time: the first record, and the root, which is shorter than a
  // pointer.
  std::size_t owner_pointer = 0;
  for (const auto& rdata : rrset.rdata) {
    if (owner_pointer != 0) {
      append_u16(owner_pointer);
    } else {
      owner_pointer = append_owner(rrset.owner);
    }
    append_u16(static_cast<std::uint16_t>(rrset.type));
    append_u16(class_in);
    append_u32(std::min(rrset.ttl, ttl_max));
    const std::size_t length_at = buffer_.size();
    append_u16(0);
    append_rdata(rrset.type, rdata);
    const std::size_t length = buffer_.size() - length_at - 2;
    buffer_[length_at] = static_cast<std::uint8_t>(length >> 8U);
    buffer_[length_at + 1] = static_cast<std::uint8_t>(length & 0xFFU);
  }
  count = static_cast<std::uint16_t>(count + rrset.rdata.size());
}

std::size_t AnswerBody::append_owner(const Name& owner) {
  const std::size_t at = size();
  append_name(owner.wire());
  const std::size_t written = size() - at;
  if (written == 2) {  // a pointer alone: to be repeated, not to be pointed to
    return static_cast<std::size_t>(buffer_[begin_ + at] << 8U | buffer_[begin_ + at + 1]);
  }
  const std::size_t offset = header_size + qname_.size() + 4 + at;
  return written > 2 && offset <= pointer_reach_max ? 0xC000U | offset : 0;
}

void AnswerBody::append_rdata(RRType type, const Rdata& rdata) {
  const Octets octets(rdata);
  std::size_t at = 0;
  // The types of RFC 1035 that we have; SOA begins with two names.
  const int names = type == RRType::soa ? 2 : type == RRType::ns || type == RRType::cname ? 1 : 0;
  for (int i = 0; i < names; ++i) {
    const std::size_t size = name_size(octets.subspan(at));
    if (size == 0) break;
    append_name(octets.subspan(at, size));
    at += size;
  }
  buffer_.insert(buffer_.end(), rdata.begin() + static_cast<long>(at), rdata.end());
}

void AnswerBody::append_name(Octets name) {
  while (name[0] != 0) {
    const std::size_t at = find_tail(qname_, name);
    if (at < qname_.size()) return append_u16(0xC000U | (header_size + at));
    const Octets label = name.first(name[0] + 1U);
    buffer_.insert(buffer_.end(), label.begin(), label.end());
    name = name.subspan(label.size());
  }
  buffer_.push_back(0);
}

void AnswerBody::append_u16(std::size_t value) {
  buffer_.push_back(static_cast<std::uint8_t>(value >> 8U & 0xFFU));
  buffer_.push_back(static_cast<std::uint8_t>(value & 0xFFU));
}

void AnswerBody::append_u32(std::uint32_t value) {
  append_u16(value >> 16U);
  append_u16(value & 0xFFFFU);
}

RRset soa_rrset(const Name& apex, const Soa& soa, std::uint32_t ttl) {
  Rdata rdata(soa.mname.wire().begin(), soa.mname.wire().end());
  rdata.insert(rdata.end(), soa.rname.wire().begin(), soa.rname.wire().end());
  for (const std::uint32_t value : {soa.serial, soa.refresh, soa.retry, soa.expire, soa.minimum}) {
    for (const unsigned shift : {24U, 16U, 8U, 0U}) {
      rdata.push_back(static_cast<std::uint8_t>(value >> shift & 0xFFU));
    }
  }
  return {apex, RRType::soa, ttl, {std::move(rdata)}};
}

}  // namespace signpost::dns
