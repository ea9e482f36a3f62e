// Name: a validated, absolute domain name (RFC 1035 section 3.1, RFC 9499 "FQDN").
//
// Kept in wire form with the case it was written in; compared without case, ASCII only (RFC 4343).
// Not a resolver and not a parser of packets: bytes from the network are read by wire_reader.
//
//   auto apex = Name::parse("ha.test.");              // or "ha.test": a missing final dot is added
//   apex->prefixed("active")->to_text() == "active.ha.test."
#pragma once

#include <boost/system/result.hpp>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace signpost::dns {

/// ASCII only, independent of the locale (RFC 4343 section 3).
constexpr std::uint8_t lower_case(std::uint8_t octet) {
  return octet >= 'A' && octet <= 'Z' ? static_cast<std::uint8_t>(octet + ('a' - 'A')) : octet;
}

inline constexpr std::size_t label_length_max = 63;  // RFC 1035 section 2.3.4
inline constexpr std::size_t name_length_max = 255;  // in wire form, with the closing zero octet

class Name {
 public:
  Name() = default;  // the root
  /// Presentation format (RFC 1035 section 5.1: "\." and "\DDD" are understood). Errors:
  /// dns::errc::*_label, name_too_long, bad_escape, bad_character.
  static boost::system::result<Name> parse(std::string_view text);

  /// The uncompressed name at the start of `octets`; nothing if there is none. For RDATA that we
  /// made, not for packets.
  static std::optional<Name> from_wire(std::span<const std::uint8_t> octets);

  /// One more label in front, given in presentation format without dots ("active", "_amqp").
  [[nodiscard]] boost::system::result<Name> prefixed(std::string_view label) const;

  /// Wire form: length-prefixed labels with the closing zero octet; 1 to 255 octets, never
  /// compressed.
  [[nodiscard]] std::span<const std::uint8_t> wire() const { return wire_; }
  /// Wire form in lower case: the key under which an answer is found.
  [[nodiscard]] std::vector<std::uint8_t> key() const;
  /// Presentation format with the final dot; octets outside the printable range as \DDD.
  [[nodiscard]] std::string to_text() const;
  [[nodiscard]] std::size_t label_count() const;
  [[nodiscard]] bool is_root() const { return wire_.size() == 1; }
  /// True for the name itself and for everything below it, on label boundaries ("xha.test." is not
  /// below "ha.test.").
  [[nodiscard]] bool is_at_or_below(const Name& apex) const;
  /// The name without its first label; the root stays the root.
  [[nodiscard]] Name parent() const;

  friend bool operator==(const Name& a, const Name& b);
  /// Canonical DNS order (RFC 4034 section 6.1): a zone's names follow its apex.
  friend std::strong_ordering operator<=>(const Name& a, const Name& b);

 private:
  std::vector<std::uint8_t> wire_{0};
};

}  // namespace signpost::dns
