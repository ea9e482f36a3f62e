// Rules about names: what is published, by whom, in which zone, and who must not depend on it.
#include <fmt/format.h>

#include <map>
#include <optional>

#include "sidecar/config/config_check.hpp"
#include "sidecar/config/network_text.hpp"
#include "sidecar/config/safe_text.hpp"

namespace signpost::config {
namespace {

/// A name that changes its data when the active node changes.
struct Published {
  std::size_t group = 0;
  std::string path;
};
using PublishedNames = std::map<dns::Name, Published>;

std::optional<dns::Name> srv_owner(const SrvTemplate& srv, const dns::Name& record) {
  const std::size_t dot = srv.service.find('.');
  if (dot == std::string::npos) return std::nullopt;
  const auto protocol = record.prefixed(srv.service.substr(dot + 1));
  if (!protocol) return std::nullopt;
  const auto owner = protocol->prefixed(srv.service.substr(0, dot));
  return owner ? std::optional(*owner) : std::nullopt;
}

void add_published(const Checked& c, PublishedNames& names, const dns::Name& name, Published by) {
  const auto [first, fresh] = names.emplace(name, by);
  if (fresh || first->second.group == by.group) return;
  c.errors.add(
      c.sources.at(by.path),
      {fmt::format("{}: record.name: {} is published by {} already", group_name(c.config, by.group),
                   name.to_text(), group_name(c.config, first->second.group)),
       fmt::format("first on line {}", c.sources.at(first->second.path).line),
       "each group needs a name of its own: they may be active on different nodes"});
}

void check_srv(const Checked& c, std::size_t g, PublishedNames& names) {
  const Record& record = c.config.groups[g].record;
  const std::string path = group_path(g, "record.srv");
  if (record.srv && record.srv_templates.empty() && c.sources.trusted(path)) {
    c.errors.add(c.sources.at(group_path(g, "record.types")),
                 {fmt::format("{}: record.types has \"SRV\", but there is no record.srv",
                              group_name(c.config, g)),
                  "", "write srv = [{ service = \"_amqp._tcp\", port = 5672 }]"});
  }
  for (std::size_t i = 0; i < record.srv_templates.size(); ++i) {
    const std::string entry = fmt::format("{}[{}]", path, i);
    const SrvTemplate& srv = record.srv_templates[i];
    if (srv.service.empty() || !c.sources.trusted(entry)) continue;
    for (std::size_t j = 0; j < i; ++j) {
      if (record.srv_templates[j] == srv) {
        c.errors.add(c.sources.at(entry),
                     {fmt::format("{}: record.srv: {} with port {} is there twice",
                                  group_name(c.config, g), in_quotes(srv.service), srv.port),
                      "again", "remove one"});
        break;
      }
    }
    const auto owner = srv_owner(srv, record.name);
    if (owner) {
      add_published(c, names, *owner, {g, entry});
    } else {
      c.errors.add(c.sources.at(entry),
                   {fmt::format("{}: {} before the record's name is longer than a name can be",
                                group_name(c.config, g), srv.service),
                    "", "255 octets are the limit (RFC 1035 section 2.3.4)"});
    }
  }
}

PublishedNames check_published(const Checked& c) {
  PublishedNames names;
  for (std::size_t g = 0; g < c.config.groups.size(); ++g) {
    const std::string path = group_path(g, "record.name");
    const Record& record = c.config.groups[g].record;
    if (!c.sources.trusted(path) || record.name.is_root()) continue;
    add_published(c, names, record.name, {g, path});
    check_srv(c, g, names);
  }
  return names;
}

/// The published name that `host` is, or that it is below by a label with an underscore ("_amqp").
PublishedNames::const_iterator depends_on(const PublishedNames& names, const dns::Name& host) {
  bool underscore = true;  // above `name`: none yet
  for (dns::Name name = host; !name.is_root(); name = name.parent()) {
    const auto found = names.find(name);
    if (found != names.end() && underscore) return found;
    underscore = name.wire()[1] == '_';
  }
  return names.end();
}

void check_management_hosts(const Checked& c, const PublishedNames& names) {
  for (std::size_t i = 0; i < c.origins.size(); ++i) {
    const probe::Target& target = c.config.brokers[i].target;
    const auto host = dns::Name::parse(target.host);
    if (target.host.empty() || !host || !c.sources.trusted(c.origins[i].url)) continue;
    const auto found = depends_on(names, *host);
    if (found == names.end()) continue;
    c.errors.add(
        c.sources.at(c.origins[i].url),
        {fmt::format("{}: management: signpost cannot ask {}, for it publishes that name itself",
                     c.origins[i].subject, target.url()),
         fmt::format("published by {}, line {}", group_name(c.config, found->second.group),
                     c.sources.at(found->second.path).line),
         "write the broker's own name or address: the published one always leads to the active "
         "node"});
  }
}

void check_zone(const Checked& c, const Serve& serve, const PublishedNames& names) {
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

}  // namespace

void check_names(Checked c) {
  const PublishedNames names = check_published(c);
  check_management_hosts(c, names);
  if (!c.config.serve) return;
  check_zone(c, *c.config.serve, names);
  check_name_servers(c, *c.config.serve, names);
  check_ns_addresses(c, *c.config.serve);
}

}  // namespace signpost::config
