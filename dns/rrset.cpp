#include "dns/rrset.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

namespace signpost::dns {
namespace {

using Octets = std::span<const std::uint8_t>;

constexpr std::size_t character_string_max = 255;  // RFC 1035 section 3.3

void append_u16(Rdata& rdata, std::uint16_t value) {
  rdata.push_back(static_cast<std::uint8_t>(value >> 8U));
  rdata.push_back(static_cast<std::uint8_t>(value & 0xFFU));
}

std::uint16_t u16_at(Octets octets, std::size_t at) {
  return static_cast<std::uint16_t>(octets[at] << 8U | octets[at + 1]);
}

template <std::size_t N>
std::optional<AddressRdata> address_of(int family, RRType type, const std::string& text) {
  std::array<std::uint8_t, N> octets{};
  if (inet_pton(family, text.c_str(), octets.data()) != 1) return std::nullopt;
  return AddressRdata{type, Rdata(octets.begin(), octets.end())};
}

std::string address_text(int family, const Rdata& rdata) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(family, rdata.data(), text.data(), text.size());
  return text.data();
}

// RFC 3597 section 5: any RDATA can be written like this.
std::string unknown_text(const Rdata& rdata) {
  std::string text = fmt::format("\\# {}", rdata.size());
  if (!rdata.empty()) text += ' ';
  for (const auto octet : rdata) text += fmt::format("{:02x}", octet);
  return text;
}

std::string name_text(const Rdata& rdata) {
  const auto name = Name::from_wire(rdata);
  return name ? name->to_text() : unknown_text(rdata);
}

std::string srv_text(const Rdata& rdata) {
  constexpr std::size_t target_at = 6;
  if (rdata.size() <= target_at) return unknown_text(rdata);
  const auto target = Name::from_wire(Octets(rdata).subspan(target_at));
  if (!target) return unknown_text(rdata);
  return fmt::format("{} {} {} {}", u16_at(rdata, 0), u16_at(rdata, 2), u16_at(rdata, 4),
                     target->to_text());
}

std::string txt_text(const Rdata& rdata) {
  std::string text;
  for (std::size_t at = 0; at < rdata.size(); at += rdata[at] + 1U) {
    if (at + rdata[at] >= rdata.size()) return unknown_text(rdata);
    if (!text.empty()) text += ' ';
    text += '"';
    for (std::size_t i = 1; i <= rdata[at]; ++i) {
      const std::uint8_t octet = rdata[at + i];
      if (octet < ' ' || octet > '~') {
        text += fmt::format("\\{:03}", octet);
      } else {
        if (octet == '"' || octet == '\\') text += '\\';
        text += static_cast<char>(octet);
      }
    }
    text += '"';
  }
  return text.empty() ? unknown_text(rdata) : text;
}

}  // namespace

std::string to_text(RRType type) {
  switch (type) {
    case RRType::a:
      return "A";
    case RRType::ns:
      return "NS";
    case RRType::cname:
      return "CNAME";
    case RRType::soa:
      return "SOA";
    case RRType::txt:
      return "TXT";
    case RRType::aaaa:
      return "AAAA";
    case RRType::srv:
      return "SRV";
  }
  return fmt::format("TYPE{}", static_cast<unsigned>(type));
}

std::optional<AddressRdata> address_rdata(std::string_view text) {
  const std::string terminated(text);
  if (terminated.find('\0') != std::string::npos) return std::nullopt;
  if (auto v4 = address_of<4>(AF_INET, RRType::a, terminated)) return v4;
  return address_of<16>(AF_INET6, RRType::aaaa, terminated);
}

Rdata name_rdata(const Name& target) { return {target.wire().begin(), target.wire().end()}; }

Rdata srv_rdata(std::uint16_t priority, std::uint16_t weight, std::uint16_t port,
                const Name& target) {
  Rdata rdata;
  append_u16(rdata, priority);
  append_u16(rdata, weight);
  append_u16(rdata, port);
  rdata.insert(rdata.end(), target.wire().begin(), target.wire().end());
  return rdata;
}

Rdata txt_rdata(std::string_view text) {
  Rdata rdata;
  do {
    const std::string_view part = text.substr(0, character_string_max);
    rdata.push_back(static_cast<std::uint8_t>(part.size()));
    rdata.insert(rdata.end(), part.begin(), part.end());
    text.remove_prefix(part.size());
  } while (!text.empty());
  return rdata;
}

std::string rdata_text(RRType type, const Rdata& rdata) {
  switch (type) {
    case RRType::a:
      return rdata.size() == 4 ? address_text(AF_INET, rdata) : unknown_text(rdata);
    case RRType::aaaa:
      return rdata.size() == 16 ? address_text(AF_INET6, rdata) : unknown_text(rdata);
    case RRType::ns:
    case RRType::cname:
      return name_text(rdata);
    case RRType::srv:
      return srv_text(rdata);
    case RRType::txt:
      return txt_text(rdata);
    case RRType::soa:
      break;  // kept as Soa, never as RDATA
  }
  return unknown_text(rdata);
}

}  // namespace signpost::dns
