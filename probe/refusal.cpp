#include "probe/refusal.hpp"

#include <fmt/format.h>

#include "probe/quote.hpp"

namespace signpost::probe {
namespace {

/// Broker-J says 401 both for bad credentials and for a method that is switched off (classes
/// AuthenticationCheckFilter, HttpManagementConfiguration), and sends no challenge to tell them
/// apart.
std::string why_unauthorized(const Target& target) {
  if (target.username.empty()) {
    return "401: no username is configured, and this port does not let anonymous clients in";
  }
  return fmt::format(
      "401: wrong password for user {}, or Basic is switched off: set {} to true in the broker's "
      "MANAGEMENT-HTTP plugin",
      quote(target.username),
      target.https ? "httpsBasicAuthenticationEnabled" : "httpBasicAuthenticationEnabled");
}

}  // namespace

Failure refusal(const Target& target, const HttpStatus& status) {
  switch (status.code) {
    case 401:
      return {errc::unauthorized, why_unauthorized(target)};
    case 403:
      return {errc::forbidden,
              fmt::format("403: the broker's ACL must say: ACL ALLOW {} ACCESS MANAGEMENT",
                          target.username.empty() ? "ANONYMOUS" : quote(target.username))};
    case 404:
      return {errc::not_found,
              "404: no query API there; is this the HTTP port of a Broker-J 7.0 or newer?"};
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
      return {errc::http_status,
              fmt::format("{} redirects to {}; redirects are not followed: configure the broker's "
                          "own URL",
                          status.code, quote(status.location))};
    default:
      return {errc::http_status, fmt::format("answered {} {}", status.code, quote(status.reason))};
  }
}

}  // namespace signpost::probe
