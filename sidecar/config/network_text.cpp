#include "sidecar/config/network_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "dns/rrset.hpp"
#include "sidecar/config/safe_text.hpp"

namespace signpost::config {
namespace {

constexpr auto npos = std::string_view::npos;

Complaint complain(std::string_view text, std::string_view what, std::string hint = "") {
  return {fmt::format("{} {}", in_quotes(text), what), "", std::move(hint)};
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc() || rest != end || text.empty()) return std::nullopt;
  return port;
}

std::optional<std::string> canonical_address(std::string_view text) {
  const auto parsed = dns::address_rdata(text);
  if (!parsed) return std::nullopt;
  return dns::rdata_text(parsed->type, parsed->rdata);
}

/// "host:port", "[v6]:port" or "host" alone, in two parts that are not yet checked.
struct HostPort {
  std::string_view host;
  std::optional<std::string_view> port;
};
HostPort split(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == npos) return {text, std::nullopt};
    const std::string_view rest = text.substr(close + 1);
    if (rest.empty()) return {text.substr(1, close - 1), std::nullopt};
    if (!rest.starts_with(':')) return {text, std::nullopt};
    return {text.substr(1, close - 1), rest.substr(1)};
  }
  const std::size_t colon = text.find(':');
  if (colon == npos || text.find(':', colon + 1) != npos) return {text, std::nullopt};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

bool looks_numeric(std::string_view host) {
  return !host.empty() && host.find_first_not_of("0123456789.") == npos;
}

std::string lower(std::string_view text) {
  std::string copy(text);
  std::transform(copy.begin(), copy.end(), copy.begin(), [](char c) {
    return static_cast<char>(dns::lower_case(static_cast<std::uint8_t>(c)));
  });
  return copy;
}

Complaint complain_no_port(std::string_view text, bool is_address) {
  if (!is_address)
    return complain(text, "is not address:port", "write \"127.0.0.1:PORT\" or \"[::1]:PORT\"");
  if (text.starts_with('[') || family_of(text) == Family::v4) {
    return complain(text, "has no port", fmt::format("write \"{}:PORT\"", text));
  }
  const std::size_t colon = text.rfind(':');  // "::1:5300" is an address, but hardly meant as one
  const std::string_view before = text.substr(0, colon);
  const bool port_meant = canonical_address(before) && parse_port(text.substr(colon + 1));
  return complain(
      text, "has no port",
      port_meant
          ? fmt::format("IPv6 addresses stand in brackets: \"[{}]{}\"", before, text.substr(colon))
          : fmt::format("IPv6 addresses stand in brackets: \"[{}]:PORT\"", text));
}

/// Literal or host name, canonical.
Parsed<std::string> parse_host(std::string_view host) {
  if (auto address = canonical_address(host)) return *std::move(address);
  return parse_host_name(host);
}

}  // namespace

Parsed<std::string> parse_address(std::string_view text) {
  if (auto address = canonical_address(text)) return *std::move(address);
  const HostPort parts = split(text);
  if (const auto alone = canonical_address(parts.host)) {
    return complain(text, parts.port ? "is an address with a port" : "is an address in brackets",
                    fmt::format("write \"{}\"", *alone));
  }
  const std::size_t slash = text.find('/');
  if (slash != npos && canonical_address(text.substr(0, slash))) {
    return complain(text, "is a network",
                    fmt::format("write one address: \"{}\"", text.substr(0, slash)));
  }
  if (text.find('%') != npos) {
    return complain(text, "has a zone, which means nothing on another host",
                    "write a global address");
  }
  if (looks_numeric(text))
    return complain(text, "is not an IPv4 address", "four numbers, 0 to 255");
  return complain(
      text, "is not an IP address",
      "write an IPv4 or IPv6 address: it is published as it stands, and no name is looked up");
}

Parsed<std::string> parse_published_address(std::string_view text) {
  constexpr const char* connectable = "write the address that clients connect to";
  auto parsed = parse_address(text);
  if (!parsed) return parsed.error();
  const auto address = dns::address_rdata(*parsed);
  const dns::Rdata& octets = address->rdata;
  const bool zero =
      std::all_of(octets.begin(), octets.end(), [](std::uint8_t o) { return o == 0; });
  if (zero) return complain(text, "is the unspecified address", connectable);
  if (address->type == dns::RRType::a) {
    if ((octets[0] & 0xf0U) == 0xe0U) return complain(text, "is a multicast address", connectable);
    if (octets[0] == 255) return complain(text, "is a broadcast address", connectable);
    return parsed;
  }
  if (octets[0] == 0xff) return complain(text, "is a multicast address", connectable);
  if (octets[0] == 0xfe && (octets[1] & 0xc0U) == 0x80U) {
    return complain(text, "is a link-local address", "a client on another link cannot reach it");
  }
  const bool mapped =
      std::all_of(octets.begin(), octets.begin() + 10, [](std::uint8_t o) { return o == 0; }) &&
      octets[10] == 0xff && octets[11] == 0xff;
  if (mapped)
    return complain(text, "is an IPv4 address inside an IPv6 one", "write the IPv4 address alone");
  return parsed;
}

Family family_of(std::string_view address) {
  return address.find(':') == npos ? Family::v4 : Family::v6;
}

bool is_loopback(std::string_view address) {
  return address == "::1" || (family_of(address) == Family::v4 && address.starts_with("127."));
}

Parsed<dns::ListenAddress> parse_listen(std::string_view text) {
  const HostPort parts = split(text);
  const auto address = canonical_address(parts.host);
  if (!parts.port) return complain_no_port(text, address.has_value());
  const auto port = parse_port(*parts.port);
  if (!port) return complain(text, "has no valid port", "a port is a number from 0 to 65535");
  if (!address) {
    return complain(text, "does not begin with an IP address",
                    "write an address of this host, \"0.0.0.0\" or \"[::]\" for all: names are not "
                    "looked up here");
  }
  return dns::ListenAddress{*address, *port};
}

Parsed<std::string> parse_server(std::string_view text) {
  if (auto address = canonical_address(text)) return *std::move(address);
  const HostPort parts = split(text);
  const auto address = canonical_address(parts.host);
  if (!address) {
    return complain(text, "is not the address of a DNS server",
                    "write \"192.0.2.53\" or \"[2001:db8::53]:53\"");
  }
  if (!parts.port) return *address;
  const auto port = parse_port(*parts.port);
  if (!port || *port == 0)
    return complain(text, "has no valid port", "a port is a number from 1 to 65535");
  return endpoint_text(*address, *port);
}

Parsed<std::string> parse_client_endpoint(std::string_view text) {
  const HostPort parts = split(text);
  const auto port = parts.port ? parse_port(*parts.port) : std::nullopt;
  if (!port || *port == 0) {
    return complain(text, "is not host:port", "write the port as well: \"10.0.0.11:5672\"");
  }
  auto host = parse_host(parts.host);
  if (!host) return host.error();
  return endpoint_text(*host, *port);
}

Parsed<probe::Target> parse_management_url(std::string_view text) {
  const std::size_t scheme_end = text.find("://");
  if (scheme_end == npos) {
    return complain(text, "is not a URL", "write \"http://HOST:8080\" or \"https://HOST:8443\"");
  }
  const std::string scheme = lower(text.substr(0, scheme_end));
  if (scheme != "http" && scheme != "https") {
    return complain(scheme, "is not a scheme of the management API",
                    "http:// or https://, and the port of the broker's HTTP management");
  }
  const std::string_view rest = text.substr(scheme_end + 3);
  const std::size_t authority_end = std::min(rest.find_first_of("/?#"), rest.size());
  const std::string_view authority = rest.substr(0, authority_end);
  if (authority.find('@') != npos) {
    return Complaint{"a URL with a user name or a password in it", "not here",
                     "write username = \"...\" and password_file = \"...\" instead"};
  }
  if (const std::string_view path = rest.substr(authority_end); !path.empty() && path != "/") {
    return complain(text, "has a path",
                    fmt::format("signpost knows the path: write \"{}://{}\"", scheme, authority));
  }
  const HostPort parts = split(authority);
  probe::Target target;
  target.https = scheme == "https";
  target.port = target.https ? 443 : 80;
  if (parts.port) {
    const auto port = parse_port(*parts.port);
    if (!port || *port == 0)
      return complain(text, "has no valid port", "a port is a number from 1 to 65535");
    target.port = *port;
  }
  auto host = parse_host(parts.host);
  if (!host) return host.error();
  if (authority.starts_with('[') != (host->find(':') != std::string::npos)) {
    return complain(text, "has brackets where none belong, or none around an IPv6 address",
                    "write \"http://[2001:db8::1]:8080\", but \"http://broker-a:8080\"");
  }
  target.host = *std::move(host);
  return target;
}

Parsed<std::string> parse_host_name(std::string_view text) {
  std::string host = lower(text.ends_with('.') ? text.substr(0, text.size() - 1) : text);
  const bool plain =
      !host.empty() && host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_.") == npos;
  if (!plain || looks_numeric(host)) {
    return complain(text, "is neither a host name nor an IP address",
                    "write a name like \"broker-a.example.com\"");
  }
  const auto name = dns::Name::parse(host);
  if (!name) {
    return complain(text, "is not a host name: " + name.error().message(),
                    "write a name like \"broker-a.example.com\"");
  }
  return host;
}

Parsed<dns::Name> parse_domain_name(std::string_view text) {
  const auto name = dns::Name::parse(text);
  if (!name) {
    return complain(text, "is not a domain name: " + name.error().message(),
                    "write it like \"orders.mq.example.com.\"");
  }
  if (name->is_root()) return complain(text, "is the root of the DNS", "write the whole name");
  if (text.starts_with("*.") || text.find(".*.") != npos) {
    return complain(text, "is a wildcard", "signpost publishes single names only");
  }
  return *name;
}

Parsed<std::string> parse_service(std::string_view text) {
  const std::size_t dot = text.find('.');
  const std::string_view service = text.substr(0, dot);
  const std::string_view protocol = dot == npos ? std::string_view() : text.substr(dot + 1);
  const auto is_label = [](std::string_view label) {
    return label.size() > 1 && label.size() <= dns::label_length_max && label.starts_with('_') &&
           lower(label).find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-", 1) == npos;
  };
  if (!is_label(service) || !is_label(protocol)) {
    return complain(text, "is not a service",
                    "write it as in RFC 2782: \"_amqp._tcp\" or \"_amqps._tcp\"");
  }
  return std::string(text);
}

std::string endpoint_text(std::string_view host, std::uint16_t port) {
  return host.find(':') == npos ? fmt::format("{}:{}", host, port)
                                : fmt::format("[{}]:{}", host, port);
}

}  // namespace signpost::config
