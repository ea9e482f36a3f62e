// Name servers as a person writes them -> endpoints. Addresses only: a name would need the resolver
// that is being set up.
#pragma once

#include <boost/asio/ip/udp.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signpost::dns {

/// "192.0.2.53", "192.0.2.53:5300", "2001:db8::53", "[2001:db8::53]", "[2001:db8::53]:53". A scope
/// ("fe80::1%eth0") is refused: c-ares 1.18 has no place for it.
std::optional<boost::asio::ip::udp::endpoint> parse_server(std::string_view text,
                                                           std::uint16_t default_port);

/// Nothing when one of them is wrong.
std::optional<std::vector<boost::asio::ip::udp::endpoint>> parse_servers(
    const std::vector<std::string>& texts, std::uint16_t default_port);

}  // namespace signpost::dns
