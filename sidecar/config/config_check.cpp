#include "sidecar/config/config_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "sidecar/config/network_text.hpp"
#include "sidecar/config/safe_text.hpp"

namespace signpost::config {
namespace {

std::string node_path(std::size_t group, std::size_t node, std::string_view key) {
  return group_path(group, fmt::format("node[{}].{}", node, key));
}

std::string node_name(const Config& config, std::size_t group, std::size_t node) {
  const std::string& name = config.groups[group].nodes[node].name;
  return name.empty() ? fmt::format("{}, node {}", group_name(config, group), node + 1)
                      : fmt::format("{}, node {}", group_name(config, group), in_quotes(name));
}

void check_unique_nodes(const Checked& c, std::size_t g) {
  const std::vector<Node>& nodes = c.config.groups[g].nodes;
  std::unordered_map<std::string_view, std::size_t> names;
  std::unordered_map<std::string_view, std::string> addresses;
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    const auto [first, fresh] = names.emplace(nodes[n].name, n);
    if (!fresh && !nodes[n].name.empty()) {
      c.errors.add(
          c.sources.at(node_path(g, n, "name")),
          {fmt::format("{}: there is another node of this name", node_name(c.config, g, n)),
           fmt::format("first on line {}", c.sources.at(node_path(g, first->second, "name")).line),
           "write the name that the virtualhost node has at its broker"});
    }
    for (std::size_t a = 0; a < nodes[n].address.size(); ++a) {
      const std::string& address = nodes[n].address[a];
      const std::string path = node_path(g, n, fmt::format("address[{}]", a));
      if (address.empty()) continue;
      const auto [other, unique] = addresses.emplace(address, path);
      if (unique) continue;
      c.errors.add(c.sources.at(path),
                   {fmt::format("{}: address: {} is there already", node_name(c.config, g, n),
                                in_quotes(address)),
                    fmt::format("first on line {}", c.sources.at(other->second).line),
                    "two nodes at one address cannot be told apart by clients"});
    }
  }
}

/// One address of another kind than the first one's: clients on other hosts cannot use loopback.
void check_loopback(const Checked& c, std::size_t g) {
  const std::vector<Node>& nodes = c.config.groups[g].nodes;
  std::string first_path;
  bool first_loopback = false;
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    for (std::size_t a = 0; a < nodes[n].address.size(); ++a) {
      const std::string& address = nodes[n].address[a];
      if (address.empty()) continue;
      const std::string path = node_path(g, n, fmt::format("address[{}]", a));
      if (first_path.empty()) {
        first_path = path;
        first_loopback = is_loopback(address);
      } else if (is_loopback(address) != first_loopback) {
        c.errors.add(c.sources.at(path),
                     {fmt::format("{}: address: {} mixes loopback and other addresses in one group",
                                  node_name(c.config, g, n), in_quotes(address)),
                      fmt::format("the other kind is on line {}", c.sources.at(first_path).line),
                      "127.0.0.1 and ::1 are the client's own host; use them for all nodes (a lab) "
                      "or for none"});
        return;
      }
    }
  }
}

std::string wanted_families(const Record& record) {
  if (record.a && record.aaaa) return "A and AAAA";
  return record.a ? "A" : "AAAA";
}

void check_families(const Checked& c, std::size_t g) {
  const Group& group = c.config.groups[g];
  const Record& record = group.record;
  if (!c.sources.trusted(group_path(g, "record.types"))) return;
  for (std::size_t n = 0; n < group.nodes.size(); ++n) {
    const Node& node = group.nodes[n];
    const bool readable =
        !node.address.empty() && std::none_of(node.address.begin(), node.address.end(),
                                              [](const std::string& a) { return a.empty(); });
    if (!readable) continue;
    if (!record.a && !record.aaaa) {
      if (!record.srv || node.host) continue;
      c.errors.add(c.sources.at(node_path(g, n, "name")),
                   {fmt::format("{}: SRV without A or AAAA needs a host to point to",
                                node_name(c.config, g, n)),
                    "", "write host = \"broker-a.example.com.\", or add \"A\" to record.types"});
      continue;
    }
    const bool published = std::any_of(
        node.address.begin(), node.address.end(),
        [&](const std::string& a) { return family_of(a) == Family::v4 ? record.a : record.aaaa; });
    if (published) continue;
    c.errors.add(c.sources.at(node_path(g, n, "address")),
                 {fmt::format("{}: no address of it can be published: the record has {} only",
                              node_name(c.config, g, n), wanted_families(record)),
                  fmt::format("types on line {}", c.sources.at(group_path(g, "record.types")).line),
                  record.a ? "add an IPv4 address, or \"AAAA\" to record.types"
                           : "add an IPv6 address, or \"A\" to record.types"});
  }
}

/// Evidence that is too old before the next round can come would leave the group blind for ever.
void check_view_age(const Checked& c, std::size_t g) {
  const Group& group = c.config.groups[g];
  const std::string path = group_path(g, "decide.max_view_age");
  if (!c.sources.trusted(path)) return;
  for (std::size_t n = 0; n < group.nodes.size(); ++n) {
    const std::size_t index = group.nodes[n].broker;
    if (index >= c.config.brokers.size() ||
        !c.sources.trusted(group_path(g, fmt::format("node[{}]", n))))
      continue;
    const Broker& broker = c.config.brokers[index];
    const std::string& pace = c.origins[index].pace;
    if (!c.sources.trusted(pace + ".interval") || !c.sources.trusted(pace + ".timeout")) continue;
    const Milliseconds round = broker.interval + broker.timeout;
    if (group.policy.max_view_age >= round) continue;
    const auto age = std::chrono::duration_cast<Milliseconds>(group.policy.max_view_age);
    const bool here = c.sources.written(path);
    c.errors.add(
        c.sources.at(here ? path : pace + ".interval"),
        {fmt::format("{}: decide.max_view_age ({}) must be at least interval + timeout of {} ({})",
                     group_name(c.config, g), duration_text(age), c.origins[index].subject,
                     duration_text(round)),
         "every answer would be too old",
         fmt::format("write max_view_age = \"{}\" or more", duration_text(round * 2))});
    return;
  }
}

}  // namespace

std::string group_name(const Config& config, std::size_t group) {
  const std::string& name = config.groups[group].name;
  return name.empty() ? fmt::format("group {}", group + 1)
                      : fmt::format("group {}", in_quotes(name));
}

std::string group_path(std::size_t group, std::string_view key) {
  return fmt::format("group[{}].{}", group, key);
}

std::string Settings::at(std::string_view key) const { return fmt::format("{}.{}", path, key); }

Settings settings_of(const Config& config, std::size_t group) {
  return {config.groups[group], fmt::format("group[{}]", group), group_name(config, group) + ": ",
          "group"};
}

Settings settings_of(const Discover& discover) {
  return {discover.like, "discover", "discover.", "discover"};
}

void check_config(Checked checked) {
  check_brokers(checked);
  check_groups(checked);
  check_discover(checked);
  check_names(checked);
  check_serving(checked);
}

void check_groups(Checked c) {
  std::unordered_map<std::string_view, std::size_t> names;
  for (std::size_t g = 0; g < c.config.groups.size(); ++g) {
    const Group& group = c.config.groups[g];
    if (!c.sources.trusted(fmt::format("group[{}]", g))) continue;
    const auto [first, fresh] = names.emplace(group.name, g);
    if (!fresh && !group.name.empty()) {
      c.errors.add(
          c.sources.at(group_path(g, "name")),
          {fmt::format("{}: there is another group of this name", group_name(c.config, g)),
           fmt::format("first on line {}", c.sources.at(group_path(first->second, "name")).line),
           "give each [[group]] its own name; ha_group may be the same"});
    }
    if (group.nodes.empty() && c.sources.trusted(group_path(g, "node"))) {
      c.errors.add(c.sources.at(group_path(g, "node")),
                   {fmt::format("{}: has no node", group_name(c.config, g)), "empty",
                    "add a [[group.node]]"});
    }
    check_unique_nodes(c, g);
    check_loopback(c, g);
    check_families(c, g);
    check_view_age(c, g);
    check_fallback(c, settings_of(c.config, g));
    check_services(c, settings_of(c.config, g));
  }
}

}  // namespace signpost::config
