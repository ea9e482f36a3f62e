// Rules about how brokers are asked.
#include <fmt/format.h>

#include <string>
#include <unordered_set>
#include <utility>

#include "sidecar/config/config_check.hpp"
#include "sidecar/config/duration.hpp"
#include "sidecar/config/safe_text.hpp"

namespace signpost::config {
namespace {

void check_login(const Checked& c, const Broker& broker, const BrokerOrigin& origin) {
  const probe::Target& target = broker.target;
  const auto written = [&](std::string_view key) {
    return fmt::format("{}.{}", origin.login, key);
  };
  const std::string prefix = origin.login == origin.pace ? "" : "probe.rest.";
  const auto complain = [&](std::string_view key, std::string_view what, std::string hint) {
    if (!c.sources.trusted(written(key))) return;
    c.errors.add(
        c.sources.at(written(key)),
        {fmt::format("{}: {}{} {}", origin.subject, prefix, key, what), "", std::move(hint)});
  };
  const bool password_known = c.sources.trusted(written("password_file"));
  if (!target.username.empty() && target.password.empty() && password_known) {
    complain("username", "has no password_file", "write password_file = \"%d/broker.password\"");
  }
  if (target.username.empty() && !target.password.empty()) {
    complain("password_file", "has no username", "write username = \"...\"");
  }
  const bool sendable = target.username.find(':') == std::string::npos &&
                        safe_text(target.username) == target.username;
  if (!sendable)
    complain("username", "has a colon or a control character",
             "HTTP cannot send it (RFC 7617 section 2)");
  if (!target.tls.cert_file.empty() && target.tls.key_file.empty()) {
    complain("cert_file", "has no key_file",
             "write key_file = \"...\", which may be the same file");
  }
  if (target.tls.cert_file.empty() && !target.tls.key_file.empty()) {
    complain("key_file", "has no cert_file", "write cert_file = \"...\"");
  }
}

/// Whoever names a CA believes that the connection is encrypted.
void check_tls_used(const Checked& c, const std::unordered_set<std::string>& with_https) {
  for (std::size_t i = 0; i < c.origins.size(); ++i) {
    const BrokerOrigin& origin = c.origins[i];
    if (c.config.brokers[i].target.https || with_https.contains(origin.login)) continue;
    if (!c.sources.trusted(origin.url) || c.config.brokers[i].target.host.empty()) continue;
    const probe::TlsSettings& tls = c.config.brokers[i].target.tls;
    for (const auto& [key, file] :
         {std::pair("ca_file", &tls.ca_file), std::pair("cert_file", &tls.cert_file)}) {
      if (file->empty()) continue;
      c.errors.add(c.sources.at(fmt::format("{}.{}", origin.login, key)),
                   {fmt::format("{}: {} has no effect: {} is not encrypted", origin.subject, key,
                                c.config.brokers[i].target.url()),
                    "not used", "write management = \"https://...\", or remove the key"});
    }
  }
}

}  // namespace

void check_brokers(Checked c) {
  std::unordered_set<std::string> with_https;
  std::unordered_set<std::string> seen;
  for (std::size_t i = 0; i < c.origins.size(); ++i) {
    const Broker& broker = c.config.brokers[i];
    const BrokerOrigin& origin = c.origins[i];
    if (broker.target.https) with_https.insert(origin.login);
    if (!seen.insert(origin.pace).second) continue;  // three nodes, one [group.probe]
    check_login(c, broker, origin);
    const std::string timeout = origin.pace + ".timeout";
    const std::string interval = origin.pace + ".interval";
    if (broker.timeout < broker.interval || !c.sources.trusted(timeout) ||
        !c.sources.trusted(interval))
      continue;
    const std::string prefix = origin.login == origin.pace ? "" : "probe.";
    const bool at_timeout = c.sources.written(timeout);
    c.errors.add(
        c.sources.at(at_timeout ? timeout : interval),
        {fmt::format("{}: {}timeout ({}) must be shorter than {}interval ({})", origin.subject,
                     prefix, duration_text(broker.timeout), prefix, duration_text(broker.interval)),
         at_timeout && c.sources.written(interval)
             ? fmt::format("interval is on line {}", c.sources.at(interval).line)
         : at_timeout ? "interval has its default"
                      : "timeout has its default",
         fmt::format("write timeout = \"{}\" or less", duration_text(broker.interval * 4 / 5))});
  }
  check_tls_used(c, with_https);
}

}  // namespace signpost::config
