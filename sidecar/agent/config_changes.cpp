#include "sidecar/agent/config_changes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace signpost::agent {
namespace {

using config::Broker;
using config::Config;
using config::Group;
using Lines = std::vector<std::string>;

/// The names of those parts that differ.
class Parts {
 public:
  template <class T>
  Parts& add(const char* name, const T& before, const T& after) {
    if (before != after) names_.emplace_back(name);
    return *this;
  }
  [[nodiscard]] const Lines& names() const { return names_; }
  [[nodiscard]] std::string text() const { return fmt::format("{}", fmt::join(names_, ", ")); }

 private:
  Lines names_;
};

std::string parts_of(const Broker& before, const Broker& after) {
  const auto& a = before.target;
  const auto& b = after.target;
  Parts parts;
  parts.add("management", a.url(), b.url())
      .add("interval", before.interval, after.interval)
      .add("timeout", before.timeout, after.timeout)
      .add("username", a.username, b.username)
      .add("address", before.address, after.address)
      .add("host", before.host, after.host)
      .add("amqp", before.amqp, after.amqp);
  if (parts.names().empty()) return "password or TLS";
  return parts.text();
}

/// Nodes name their brokers by index, and indices move when a [[broker]] is added.
std::vector<std::pair<config::Node, std::string>> nodes_of(const Group& group, const Config& all) {
  std::vector<std::pair<config::Node, std::string>> nodes;
  for (config::Node node : group.nodes) {
    std::string broker = all.brokers[std::exchange(node.broker, 0)].name;
    nodes.emplace_back(std::move(node), std::move(broker));
  }
  return nodes;
}

std::string parts_of(const Group& before, const Config& running, const Group& after,
                     const Config& next) {
  decision::Policy policy = after.policy;
  policy.nodes = before.policy.nodes;  // said as "nodes"
  return Parts()
      .add("ha_group", before.ha_group, after.ha_group)
      .add("virtualhost", before.virtualhost, after.virtualhost)
      .add("nodes", nodes_of(before, running), nodes_of(after, next))
      .add("decide", before.policy, policy)
      .add("hold_max", before.hold_max, after.hold_max)
      .add("fallback", before.fallback, after.fallback)
      .add("record", before.record, after.record)
      .add("mode", before.mode, after.mode)
      .text();
}

template <class T>
const T* named(const std::vector<T>& all, const std::string& name) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const T& x) { return x.name == name; });
  return found == all.end() ? nullptr : &*found;
}

/// "group "orders": added", "removed", or what `difference` says unless it is empty.
template <class T, class Difference>
void compare(const char* kind, const std::vector<T>& before, const std::vector<T>& after,
             Difference difference, Lines& lines) {
  const auto say = [&](const T& x, const std::string& what) {
    if (!what.empty()) lines.push_back(fmt::format("{} \"{}\": {}", kind, x.name, what));
  };
  for (const T& x : before) {
    if (named(after, x.name) == nullptr) say(x, "removed");
  }
  for (const T& x : after) {
    const T* const old = named(before, x.name);
    say(x, old == nullptr ? "added" : difference(*old, x));
  }
}

/// The zone's contents follow, the sockets and threads that answer for it do not.
config::Serve serve_in_force(const config::Serve& running, config::Serve next,
                             ConfigChanges& changes) {
  Parts zone;
  zone.add("zone", running.zone, next.zone)
      .add("ns", running.ns, next.ns)
      .add("ns_address", running.ns_address, next.ns_address)
      .add("soa", running.soa, next.soa);
  if (!zone.names().empty()) changes.applied.push_back("[serve]: " + zone.text());
  Parts fixed;
  fixed.add("[serve] listen", running.listen, next.listen)
      .add("[serve] threads", running.threads, next.threads)
      .add("[serve] udp_payload", running.udp_payload, next.udp_payload)
      .add("[serve] tcp_clients", running.tcp_clients, next.tcp_clients);
  changes.need_restart = fixed.names();
  next.listen = running.listen;
  next.threads = running.threads;
  next.udp_payload = running.udp_payload;
  next.tcp_clients = running.tcp_clients;
  return next;
}

/// Settings that no line above speaks of: they stay as they are, and that must not go unsaid.
bool something_else_differs(const Config& running, Config next) {
  next.brokers = running.brokers;
  next.groups = running.groups;
  next.discover = running.discover;
  next.serve = running.serve;
  next.http = running.http;
  next.control = running.control;
  next.log = running.log;
  next.resolver_servers = running.resolver_servers;
  next.state_directory = running.state_directory;
  next.history = running.history;
  return next != running;
}

}  // namespace

ConfigChanges changes_between(const Config& running, const Config& next) {
  ConfigChanges changes{running, {}, {}, ""};
  if (running.serve.has_value() != next.serve.has_value()) {
    changes.refused = fmt::format("[serve] was {}, and that needs a restart: nothing is changed",
                                  next.serve ? "added" : "removed");
    return changes;
  }
  Lines& applied = changes.applied;
  compare(
      "broker", running.brokers, next.brokers,
      [](const Broker& a, const Broker& b) { return a == b ? "" : parts_of(a, b); }, applied);
  compare(
      "group", running.groups, next.groups,
      [&](const Group& a, const Group& b) { return parts_of(a, running, b, next); }, applied);
  if (running.serve) changes.in_force.serve = serve_in_force(*running.serve, *next.serve, changes);
  if (running.discover != next.discover) applied.emplace_back("[discover]");
  const std::string log = Parts()
                              .add("level", running.log.level, next.log.level)
                              .add("format", running.log.format, next.log.format)
                              .text();
  if (!log.empty()) applied.push_back("[log]: " + log);
  changes.in_force.brokers = next.brokers;
  changes.in_force.groups = next.groups;
  changes.in_force.discover = next.discover;
  changes.in_force.log = next.log;
  const Parts fixed =
      Parts()
          .add("[http] listen", running.http.listen, next.http.listen)
          .add("[http] host_names", running.http.host_names, next.http.host_names)
          .add("[control] socket", running.control.socket, next.control.socket)
          .add("[control] group", running.control.group, next.control.group)
          .add("[resolver] servers", running.resolver_servers, next.resolver_servers)
          .add("[state] directory", running.state_directory, next.state_directory)
          .add("[history] file", running.history.file, next.history.file)
          .add("[history] max_size", running.history.max_size, next.history.max_size)
          .add("[history] keep", running.history.keep, next.history.keep)
          .add("other settings", false, something_else_differs(running, next));
  changes.need_restart.insert(changes.need_restart.end(), fixed.names().begin(),
                              fixed.names().end());
  return changes;
}

}  // namespace signpost::agent
