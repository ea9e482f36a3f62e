#include "dns/wire_reader.hpp"

namespace signpost::dns {
namespace {

// The two high bits of a length octet: 00 a label, 11 a pointer; 01 and 10 were never put to use
// (RFC 6891 section 5 retired 01).
constexpr bool is_pointer(std::uint8_t first) { return (first & 0xC0U) == 0xC0U; }

// A writer that points to a name which itself ends in a pointer makes chains of two or three; more
// is made to cost us time.
constexpr int pointers_max = 8;

}  // namespace

bool WireReader::append_label(std::size_t length, NameBuffer& name) {
  // One octet must stay free for the root label.
  if (length > label_length_max || name.size + 1 + length >= name_length_max || !has(length)) {
    fail();
    return false;
  }
  name.octets[name.size++] = static_cast<std::uint8_t>(length);
  for (std::size_t i = 0; i < length; ++i) {
    name.octets[name.size++] = lower_case(message_[at_ + i]);
  }
  at_ += length;
  return true;
}

std::size_t WireReader::pointer_target(std::uint8_t first, std::size_t name_at) {
  const std::size_t target = (first & 0x3FU) << 8U | u8();
  if (target < header_size || target >= name_at) fail();
  return target;
}

void WireReader::plain_name(NameBuffer& name) {
  name.size = 0;
  while (true) {
    const std::uint8_t length = u8();
    if (!ok_) return;
    if (length == 0) break;
    if (!append_label(length, name)) return;
  }
  name.octets[name.size++] = 0;
}

void WireReader::skip_name() {
  const std::size_t begin = at_;
  while (true) {
    const std::size_t label_at = at_;
    const std::uint8_t first = u8();
    if (!ok_ || first == 0) break;
    if (is_pointer(first)) {
      pointer_target(first, label_at);
      break;
    }
    if (first > label_length_max) return fail();
    octets(first);
    if (at_ - begin >= name_length_max) return fail();
  }
}

void WireReader::expand_name(NameBuffer& name) {
  WireReader inner = *this;
  skip_name();
  name.size = 0;
  int pointers = 0;
  std::size_t segment_at = inner.at_;
  while (ok_) {
    const std::uint8_t first = inner.u8();
    if (!inner.ok_) return fail();
    if (first == 0) break;
    if (!is_pointer(first)) {
      if (!inner.append_label(first, name)) return fail();
      continue;
    }
    const std::size_t target = inner.pointer_target(first, segment_at);
    if (!inner.ok_ || ++pointers > pointers_max) return fail();
    inner.at_ = segment_at = target;  // strictly backwards, so this ends
  }
  if (ok_) name.octets[name.size++] = 0;
}

}  // namespace signpost::dns
