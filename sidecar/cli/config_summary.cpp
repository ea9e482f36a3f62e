#include "sidecar/cli/config_summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <vector>

#include "sidecar/cli/text_table.hpp"
#include "sidecar/config/duration.hpp"
#include "sidecar/config/network_text.hpp"
#include "sidecar/config/safe_text.hpp"

namespace signpost::cli {
namespace {

using config::duration_text;

std::string login_text(const probe::Target& target) {
  std::string text = target.username.empty()
                         ? "without login"
                         : fmt::format("as {}", config::in_quotes(target.username));
  if (!target.tls.cert_file.empty()) text += ", with certificate";
  if (target.https && !target.tls.verify) text += ", CERTIFICATE NOT VERIFIED";
  return text;
}

std::string brokers_text(const config::Config& config) {
  std::set<std::size_t> used;
  for (const config::Group& group : config.groups) {
    for (const config::Node& node : group.nodes) used.insert(node.broker);
  }
  for (std::size_t i = 0; i < config.brokers.size(); ++i) {
    if (config.discover && !config.brokers[i].address.empty()) used.insert(i);
  }
  std::vector<Row> rows;
  for (std::size_t i = 0; i < config.brokers.size(); ++i) {
    const config::Broker& broker = config.brokers[i];
    const std::string url = broker.target.url();
    rows.push_back({fmt::format("  {}", broker.name), broker.name == url ? "" : url,
                    fmt::format("every {}, timeout {}", duration_text(broker.interval),
                                duration_text(broker.timeout)),
                    login_text(broker.target), used.contains(i) ? "" : "NOT USED BY ANY GROUP"});
  }
  return fmt::format("brokers\n{}", text_table(rows));
}

std::string types_text(const config::Record& record) {
  std::vector<std::string> types;
  if (record.a) types.emplace_back("A");
  if (record.aaaa) types.emplace_back("AAAA");
  if (record.txt) types.emplace_back("TXT");
  for (const config::SrvTemplate& srv : record.srv_templates) {
    types.push_back(fmt::format("SRV {} port {}", srv.service, srv.port));
  }
  return fmt::format("{}", fmt::join(types, ", "));
}

std::string plan_text(const char* when, const decision::Plan& plan,
                      const std::vector<std::string>& fallback) {
  std::string what;
  switch (plan.action) {
    case decision::Action::keep:
      return "";
    case decision::Action::withdraw:
      what = "no address (NODATA)";
      break;
    case decision::Action::servfail:
      what = "SERVFAIL";
      break;
    case decision::Action::fallback:
      what = fmt::format("{}", fmt::join(fallback, ", "));
      break;
  }
  auto after = std::chrono::duration_cast<std::chrono::milliseconds>(plan.after);
  return fmt::format("  {} for {}: {}\n", when, duration_text(after), what);
}

std::string plans_text(const config::Group& group) {
  return plan_text("while nobody claims", group.policy.on_none, group.fallback) +
         plan_text("while claims contradict", group.policy.on_conflict, group.fallback) +
         plan_text("while too few answer", group.policy.on_blind, group.fallback);
}

const char* verb(const config::Group& group) {
  return group.mode == config::Mode::serve ? "serves" : "observes, would serve";
}

std::string quoted(const std::vector<std::string>& patterns) {
  std::vector<std::string> texts;
  texts.reserve(patterns.size());
  for (const std::string& pattern : patterns) texts.push_back(config::in_quotes(pattern));
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string discover_text(const config::Config& config, const config::Discover& discover) {
  std::string which = discover.include.empty() ? "every group" : "only " + quoted(discover.include);
  if (!discover.exclude.empty()) which += " but not " + quoted(discover.exclude);
  std::string text =
      fmt::format("discovered groups: {} {} ({}), TTL {}\n  {}, of those that these report\n",
                  verb(discover.like), discover.name, types_text(discover.like.record),
                  duration_text(discover.like.record.ttl), which);
  std::vector<Row> rows;
  for (const config::Broker& broker : config.brokers) {
    if (broker.address.empty()) continue;
    rows.push_back({fmt::format("  {}", broker.name),
                    fmt::format("-> {}", fmt::join(broker.address, ", ")),
                    fmt::format("clients at {}", broker.amqp)});
  }
  text += text_table(rows);
  text += fmt::format("  a member that its broker reports no more goes {}\n",
                      discover.grace.count() == 0 ? "at a restart or reload"
                                                  : "after " + duration_text(discover.grace));
  return text + plans_text(discover.like);
}

std::string group_text(const config::Config& config, const config::Group& group) {
  std::vector<Row> rows;
  rows.reserve(group.nodes.size());
  for (const config::Node& node : group.nodes) {
    rows.push_back({fmt::format("  {}", node.name),
                    fmt::format("-> {}", fmt::join(node.address, ", ")),
                    fmt::format("asked at {}", config.brokers[node.broker].target.url()),
                    fmt::format("clients at {}", node.amqp)});
  }
  std::string text = fmt::format("group {}: {} {} ({}), TTL {}\n", config::in_quotes(group.name),
                                 verb(group), group.record.name.to_text(), types_text(group.record),
                                 duration_text(group.record.ttl));
  if (group.ha_group != group.name || group.virtualhost != group.name) {
    text += fmt::format("  HA group {}, virtualhost {}\n", config::in_quotes(group.ha_group),
                        config::in_quotes(group.virtualhost));
  }
  return text + text_table(rows) + plans_text(group);
}

std::string listen_text(const std::vector<dns::ListenAddress>& listen) {
  std::vector<std::string> texts;
  texts.reserve(listen.size());
  for (const dns::ListenAddress& address : listen) {
    texts.push_back(config::endpoint_text(address.address, address.port));
  }
  return texts.empty() ? "off" : fmt::format("{}", fmt::join(texts, ", "));
}

std::string serve_text(const config::Serve& serve) {
  std::vector<std::string> ns;
  ns.reserve(serve.ns.size());
  for (const dns::Name& name : serve.ns) ns.push_back(name.to_text());
  return fmt::format("DNS    {} (UDP and TCP), zone {}, name servers {}\n",
                     listen_text(serve.listen), serve.zone.to_text(), fmt::join(ns, ", "));
}

}  // namespace

std::string config_summary(const config::Config& config) {
  std::string text = brokers_text(config);
  for (const config::Group& group : config.groups) text += group_text(config, group);
  if (config.discover) text += discover_text(config, *config.discover);
  if (config.serve) text += serve_text(*config.serve);
  text += fmt::format("HTTP   {}\n", listen_text(config.http.listen));
  if (config.control.socket.empty()) return text + "socket off: no hold, release, reload\n";
  return text + fmt::format("socket {} (hold, release, reload), group {}\n",
                            config::safe_text(config.control.socket), config.control.group);
}

}  // namespace signpost::cli
