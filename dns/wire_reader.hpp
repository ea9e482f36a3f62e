// WireReader: reads a DNS message from front to back; the first thing that bytes from the network
// meet.
//
// Bounded and allocation-free: every read checks what is left, each octet is looked at once, and a
// compression pointer is stepped over, not followed (expand_name, for the one place that needs a
// name out of one, follows a fixed number of them). The first failed read makes all later ones
// fail.
//
//   WireReader reader(message, 12);
//   reader.skip_name(); auto type = reader.u16(); ... if (!reader.ok()) ...
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "dns/name.hpp"

namespace signpost::dns {

inline constexpr std::size_t header_size = 12;  // RFC 1035 section 4.1.1

/// A name in wire form without compression, in a buffer that every legal one fits into.
struct NameBuffer {
  std::array<std::uint8_t, name_length_max> octets;  // not initialised: written before it is read
  std::size_t size = 0;
  [[nodiscard]] std::span<const std::uint8_t> wire() const { return {octets.data(), size}; }
};

class WireReader {
 public:
  explicit WireReader(std::span<const std::uint8_t> message, std::size_t at = 0)
      : message_(message), at_(at), ok_(at <= message.size()) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] std::size_t left() const { return ok_ ? message_.size() - at_ : 0; }

  std::uint8_t u8() { return has(1) ? message_[at_++] : std::uint8_t{0}; }
  std::uint16_t u16() {
    if (!has(2)) return 0;
    at_ += 2;
    return static_cast<std::uint16_t>(message_[at_ - 2] << 8U | message_[at_ - 1]);
  }
  std::uint32_t u32() {
    const std::uint32_t high = u16();
    return high << 16U | u16();
  }
  /// The next `size` octets; empty (and not ok) if there are fewer.
  std::span<const std::uint8_t> octets(std::size_t size) {
    if (!has(size)) return {};
    at_ += size;
    return message_.subspan(at_ - size, size);
  }

  /// A name without compression, as in a question or a TSIG algorithm (RFC 8945 section 4.2);
  /// lower-cased into `name`.
  void plain_name(NameBuffer& name);
  /// An owner name: labels, ended by the root or by a pointer to somewhere before it.
  void skip_name();
  /// The same with the pointers followed: backwards only, at most `pointers_max` of them.
  void expand_name(NameBuffer& name);

 private:
  bool has(std::size_t size) {
    ok_ = ok_ && size <= message_.size() - at_;
    return ok_;
  }
  void fail() { ok_ = false; }
  bool append_label(std::size_t length, NameBuffer& name);
  std::size_t pointer_target(std::uint8_t first, std::size_t name_at);

  std::span<const std::uint8_t> message_;
  std::size_t at_;
  bool ok_;
};

}  // namespace signpost::dns
