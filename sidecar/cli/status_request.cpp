#include "sidecar/cli/status_request.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "sidecar/cli/load_config.hpp"
#include "sidecar/config/config_parser.hpp"
#include "sidecar/config/network_text.hpp"
#include "sidecar/config/safe_text.hpp"

namespace signpost::cli {
namespace {

using Place = boost::system::result<StatusRequest, RequestError>;

Place place_of_url(const std::string& url) {
  const bool has_scheme = url.find("://") != std::string::npos;
  const auto target = config::parse_management_url(has_scheme ? url : "http://" + url);
  if (!target) {
    return RequestError{
        exit_usage, fmt::format("--url takes http://HOST:PORT, not {}", config::in_quotes(url))};
  }
  if (target->https) {
    return RequestError{exit_usage, "--url takes http:// only: signpost does not speak TLS"};
  }
  return StatusRequest{target->host, target->port, "", ""};
}

/// A client on this host cannot connect to "any address".
std::string reachable(const std::string& address) {
  if (address == "0.0.0.0") return "127.0.0.1";
  return address == "::" ? "::1" : address;
}

Place place_of_config(const std::string& path) {
  const config::Http defaults;
  StatusRequest request{defaults.listen[0].address, defaults.listen[0].port, "", ""};
  const auto text = read_config_file(path);
  if (!text) {
    const std::string reason = text.error().reason;
    request.doubt = reason.substr(0, reason.find("; "));
    return request;
  }
  const auto http = config::parse_http_settings(*text);
  if (!http) {
    request.doubt = fmt::format("{} has errors; see: signpost check", config::safe_text(path));
    return request;
  }
  if (http->listen.empty()) {
    return RequestError{
        exit_unavailable,
        fmt::format("HTTP is turned off in {} ([http] listen = []); turn it on, or give --url",
                    config::safe_text(path))};
  }
  return StatusRequest{reachable(http->listen[0].address), http->listen[0].port, "", ""};
}

}  // namespace

std::string percent_encoded(const std::string& text) {
  constexpr std::string_view unreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string encoded;
  for (const char c : text) {
    if (unreserved.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

boost::system::result<StatusRequest, RequestError> api_request(
    const std::optional<std::string>& url, const std::string& config_path, const std::string& path,
    const std::optional<std::string>& group) {
  Place place = url ? place_of_url(*url) : place_of_config(config_path);
  if (!place) return place;
  place->target = path;
  if (group) place->target += "?group=" + percent_encoded(*group);
  return place;
}

boost::system::result<StatusRequest, RequestError> status_request(const StatusCommand& command) {
  return api_request(command.url, command.config_path, "/api/v1/status", command.group);
}

}  // namespace signpost::cli
