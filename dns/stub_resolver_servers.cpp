#include "dns/stub_resolver_servers.hpp"

#include <charconv>

namespace signpost::dns {

namespace asio = boost::asio;

namespace {

struct Split {
  std::string_view address;
  std::optional<std::string_view> port;
};

std::optional<Split> split_port(std::string_view text) {
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    const auto address = text.substr(1, end - 1);
    const auto rest = text.substr(end + 1);
    if (address.find(':') == std::string_view::npos) return std::nullopt;  // "[192.0.2.1]"
    if (rest.empty()) return Split{address, std::nullopt};
    if (!rest.starts_with(':')) return std::nullopt;
    return Split{address, rest.substr(1)};
  }
  const auto colon = text.find(':');
  const bool one_colon = colon != std::string_view::npos && colon == text.rfind(':');
  if (!one_colon) return Split{text, std::nullopt};  // none: IPv4; several: bare IPv6
  return Split{text.substr(0, colon), text.substr(colon + 1)};
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

}  // namespace

std::optional<asio::ip::udp::endpoint> parse_server(std::string_view text,
                                                    std::uint16_t default_port) {
  const auto split = split_port(text);
  if (!split) return std::nullopt;
  const auto port = split->port ? parse_port(*split->port) : std::optional(default_port);
  boost::system::error_code error;
  const auto address = asio::ip::make_address(split->address, error);
  if (error || !port) return std::nullopt;
  if (address.is_v6() && address.to_v6().scope_id() != 0) return std::nullopt;
  return asio::ip::udp::endpoint(address, *port);
}

std::optional<std::vector<asio::ip::udp::endpoint>> parse_servers(
    const std::vector<std::string>& texts, std::uint16_t default_port) {
  std::vector<asio::ip::udp::endpoint> servers;
  for (const auto& text : texts) {
    const auto server = parse_server(text, default_port);
    if (!server) return std::nullopt;
    servers.push_back(*server);
  }
  return servers;
}

}  // namespace signpost::dns
