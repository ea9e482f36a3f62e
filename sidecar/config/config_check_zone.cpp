// Rules about the served zone.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "sidecar/config/network_text.hpp"
#include "sidecar/config/published_names.hpp"
#include "sidecar/config/safe_text.hpp"

namespace signpost::config {
namespace {

void check_records_inside(const Checked& c, const Serve& serve, const PublishedNames& names) {
  if (!c.sources.trusted("serve.zone") || serve.zone.is_root()) return;
  for (const auto& [name, by] : names) {
    const bool served = c.config.groups[by.group].mode == Mode::serve;
    const bool is_record = name == c.config.groups[by.group].record.name;
    if (!served || !is_record || !c.sources.trusted(group_path(by.group, "publish"))) continue;
    if (name.is_at_or_below(serve.zone)) continue;
    c.errors.add(c.sources.at(by.path),
                 {fmt::format("{}: record.name: {} is not in the served zone {}",
                              group_name(c.config, by.group), name.to_text(), serve.zone.to_text()),
                  fmt::format("zone is on line {}", c.sources.at("serve.zone").line),
                  "write a name that ends with the zone's, or publish.mode = \"observe\""});
  }
}

void check_name_servers(const Checked& c, const Serve& serve, const PublishedNames& names) {
  std::map<dns::Name, std::size_t> seen;
  for (std::size_t i = 0; i < serve.ns.size(); ++i) {
    const dns::Name& ns = serve.ns[i];
    const std::string path = fmt::format("serve.ns[{}]", i);
    if (ns.is_root() || !c.sources.trusted(path)) continue;
    if (!seen.emplace(ns, i).second) {
      c.errors.add(c.sources.at(path), {fmt::format("serve.ns: {} is there twice", ns.to_text()),
                                        "again", "remove one"});
      continue;
    }
    if (const auto found = names.find(ns); found != names.end()) {
      c.errors.add(c.sources.at(path),
                   {fmt::format("serve.ns: {} is the record of {}, which moves", ns.to_text(),
                                group_name(c.config, found->second.group)),
                    fmt::format("record on line {}", c.sources.at(found->second.path).line),
                    "a name server needs a name that stays where it is"});
    }
    const bool inside =
        c.sources.trusted("serve.zone") && !serve.zone.is_root() && ns.is_at_or_below(serve.zone);
    if (inside && c.sources.trusted("serve.ns_address") && !serve.ns_address.contains(ns)) {
      c.errors.add(
          c.sources.at(path),
          {fmt::format("serve.ns: {} is inside the zone and has no address", ns.to_text()), "",
           fmt::format("write ns_address = {{ \"{}\" = [\"192.0.2.53\"] }} with its address",
                       ns.to_text())});
    }
  }
}

void check_ns_addresses(const Checked& c, const Serve& serve) {
  for (const auto& [name, addresses] : serve.ns_address) {
    const bool listed = std::find(serve.ns.begin(), serve.ns.end(), name) != serve.ns.end();
    const bool inside = name.is_at_or_below(serve.zone);
    if (!c.sources.trusted("serve.ns") || !c.sources.trusted("serve.zone") || (listed && inside))
      continue;
    c.errors.add(
        c.sources.at("serve.ns_address." + name.to_text()),
        {fmt::format(
             "serve.ns_address: {} {}", name.to_text(),
             listed ? "is outside the zone, which has no address of it" : "is not in serve.ns"),
         "",
         listed ? "remove it: its own zone has its address" : "add it to ns, or remove it here"});
  }
}

bool zone_lacks(const Serve& serve, const PublishedNames& names,
                const std::optional<dns::Name>& host) {
  return host && host->is_at_or_below(serve.zone) && !names.contains(*host) &&
         !serve.ns_address.contains(*host);
}

/// An SRV record that points to a name of the zone which the zone does not have sends clients
/// nowhere.
void check_targets(const Checked& c, const Serve& serve, const PublishedNames& names) {
  if (!c.sources.trusted("serve.zone") || serve.zone.is_root()) return;
  for (std::size_t g = 0; g < c.config.groups.size(); ++g) {
    const Group& group = c.config.groups[g];
    if (!group.record.srv || group.mode != Mode::serve) continue;
    for (std::size_t n = 0; n < group.nodes.size(); ++n) {
      const auto& host = group.nodes[n].host;
      if (!zone_lacks(serve, names, host)) continue;
      c.errors.add(
          c.sources.at(group_path(g, fmt::format("node[{}].host", n))),
          {fmt::format("{}: node.host: SRV would point to {}, which the served zone does not have",
                       group_name(c.config, g), host->to_text()),
           fmt::format("zone is on line {}", c.sources.at("serve.zone").line),
           "write a name outside the zone, or remove host: SRV then points to the record itself"});
    }
  }
  if (!c.config.discover || !c.config.discover->like.record.srv ||
      c.config.discover->like.mode != Mode::serve)
    return;
  for (std::size_t b = 0; b < c.config.brokers.size(); ++b) {
    const auto& host = c.config.brokers[b].host;
    if (!zone_lacks(serve, names, host)) continue;
    c.errors.add(
        c.sources.at(c.origins[b].login + ".host"),
        {fmt::format("{}: host: SRV would point to {}, which the served zone does not have",
                     c.origins[b].subject, host->to_text()),
         fmt::format("zone is on line {}", c.sources.at("serve.zone").line),
         "write a name outside the zone, or remove host: SRV then points to the record itself"});
  }
}

}  // namespace

void check_zone(const Checked& checked, const Serve& serve, const PublishedNames& names) {
  check_records_inside(checked, serve, names);
  check_name_servers(checked, serve, names);
  check_ns_addresses(checked, serve);
  check_targets(checked, serve, names);
}

}  // namespace signpost::config
