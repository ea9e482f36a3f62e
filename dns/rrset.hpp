// RRset (RFC 9499): all records of one owner, class IN and type, with one TTL (RFC 2181
// section 5.2), and makers of RDATA in wire form.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dns/name.hpp"

namespace signpost::dns {

/// Types signpost has its own data for; any other 16-bit value may occur in a query.
enum class RRType : std::uint16_t {
  a = 1,
  ns = 2,
  cname = 5,
  soa = 6,
  txt = 16,
  aaaa = 28,
  srv = 33
};

/// Mnemonic ("A", "SRV"), or "TYPE65280" as in RFC 3597.
std::string to_text(RRType type);

using Rdata = std::vector<std::uint8_t>;

struct RRset {
  Name owner;
  RRType type{};
  std::uint32_t ttl = 0;  // seconds, at most 2^31 - 1 (RFC 2181 section 8)
  std::vector<Rdata>
      rdata;  // never empty in a zone; names inside are uncompressed (RFC 3597 section 4)

  bool operator==(const RRset&) const = default;
};

struct AddressRdata {
  RRType type{};  // a or aaaa
  Rdata rdata;
};
/// "192.0.2.1" or "2001:db8::1" as text; nothing else ("localhost", "::1%lo", "192.0.2.1:53") is an
/// address.
std::optional<AddressRdata> address_rdata(std::string_view text);
Rdata name_rdata(const Name& target);  // NS and CNAME
Rdata srv_rdata(std::uint16_t priority, std::uint16_t weight, std::uint16_t port,
                const Name& target);
/// One character-string per 255 octets of text (RFC 1035 section 3.3.14); an empty text gives one
/// empty string.
Rdata txt_rdata(std::string_view text);

/// RDATA in presentation format, for status and logs: "192.0.2.1", "0 0 5672 n1.example.", "\"v=1
/// e=3\"".
std::string rdata_text(RRType type, const Rdata& rdata);

}  // namespace signpost::dns
