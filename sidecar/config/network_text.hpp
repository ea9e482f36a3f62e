// Addresses, names and URLs as they are written in the file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "dns/name.hpp"
#include "dns/udp_server.hpp"
#include "probe/target.hpp"
#include "sidecar/config/duration.hpp"

namespace signpost::config {

/// IPv4 or IPv6 literal -> its canonical text (RFC 5952).
Parsed<std::string> parse_address(std::string_view text);

/// The same, and something that clients can be sent to: not unspecified, multicast, broadcast,
/// IPv4-mapped or link-local IPv6. Loopback is allowed: labs.
Parsed<std::string> parse_published_address(std::string_view text);

enum class Family { v4, v6 };
/// Of canonical text.
Family family_of(std::string_view address);
bool is_loopback(std::string_view address);

/// "127.0.0.1:5300", "[::1]:5300"; port 0 = any free one.
Parsed<dns::ListenAddress> parse_listen(std::string_view text);
/// "192.0.2.53", "192.0.2.53:5300", "[2001:db8::53]:53", as StubResolverOptions::servers takes
/// them.
Parsed<std::string> parse_server(std::string_view text);
/// Host name or literal and port, for clients: "broker-a.example.com:5672".
Parsed<std::string> parse_client_endpoint(std::string_view text);
/// "http://host:port" or "https://host:port"; only where, no credentials.
Parsed<probe::Target> parse_management_url(std::string_view text);
/// A host name that can be looked up or stand in a Host header -> lower case, no final dot.
Parsed<std::string> parse_host_name(std::string_view text);

/// Any domain name except the root and wildcards.
Parsed<dns::Name> parse_domain_name(std::string_view text);
/// "_amqp._tcp" (RFC 2782).
Parsed<std::string> parse_service(std::string_view text);

/// "10.0.0.1:5672", "[::1]:5672".
std::string endpoint_text(std::string_view host, std::uint16_t port);

}  // namespace signpost::config
