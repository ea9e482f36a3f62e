#include "sidecar/agent/desired_zone.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace signpost::agent {
namespace {

using config::Group;
using dns::Name;
using dns::RRset;
using dns::RRType;

std::uint32_t seconds(std::chrono::seconds s) { return static_cast<std::uint32_t>(s.count()); }

// "_amqp._tcp" below the record's name; the configuration was checked, so this cannot fail.
Name below(const std::string& labels, const Name& name) {
  return Name::parse(labels + "." + name.to_text()).value();
}

void add_addresses(dns::ZoneSnapshot& zone, const Name& owner,
                   const std::vector<std::string>& addresses, std::uint32_t ttl, bool a,
                   bool aaaa) {
  RRset v4{owner, RRType::a, ttl, {}};
  RRset v6{owner, RRType::aaaa, ttl, {}};
  for (const std::string& text : addresses) {
    auto rdata = dns::address_rdata(text);
    if (!rdata) continue;
    (rdata->type == RRType::a ? v4 : v6).rdata.push_back(std::move(rdata->rdata));
  }
  if (a && !v4.rdata.empty()) zone.rrsets.push_back(std::move(v4));
  if (aaaa && !v6.rdata.empty()) zone.rrsets.push_back(std::move(v6));
}

std::vector<Name> owned_names(const Group& group) {
  std::vector<Name> names{group.record.name};
  if (group.record.srv) {
    for (const auto& srv : group.record.srv_templates)
      names.push_back(below(srv.service, group.record.name));
  }
  if (group.record.txt) names.push_back(below("_signpost", group.record.name));
  return names;
}

void add_services(dns::ZoneSnapshot& zone, const config::Record& record, const Name& target) {
  if (!record.srv) return;
  for (const auto& srv : record.srv_templates) {
    zone.rrsets.push_back({below(srv.service, record.name),
                           RRType::srv,
                           seconds(record.ttl),
                           {dns::srv_rdata(0, 0, srv.port, target)}});
  }
}

void add_token(dns::ZoneSnapshot& zone, const config::Record& record, const decision::Decision& d) {
  zone.rrsets.push_back({below("_signpost", record.name),
                         RRType::txt,
                         seconds(record.ttl),
                         {dns::txt_rdata(token_text(d))}});
}

void add_targets(dns::ZoneSnapshot& zone, const config::Record& record,
                 const std::vector<std::string>& addresses, const Name& target) {
  add_addresses(zone, record.name, addresses, seconds(record.ttl), record.a, record.aaaa);
  add_services(zone, record, target);
}

void add_not_ready(dns::ZoneSnapshot& zone, const Group& group) {
  for (Name& name : owned_names(group))
    zone.not_ready.push_back(
        {std::move(name), "no active node of group " + group.name + " is known"});
}

void add_group(dns::ZoneSnapshot& zone, const Group& group, const decision::Decision& d) {
  const config::Record& record = group.record;
  switch (d.action) {
    case decision::Action::keep: {
      auto node = std::find_if(group.nodes.begin(), group.nodes.end(),
                               [&](const config::Node& n) { return d.active == n.name; });
      if (node == group.nodes.end()) return add_not_ready(zone, group);
      add_targets(zone, record, node->address, node->host.value_or(record.name));
      break;
    }
    case decision::Action::withdraw:
      // The name must still exist: NODATA and never NXDOMAIN, which would deny everything below it
      // (RFC 8020).
      return add_token(zone, record, d);
    case decision::Action::servfail:
      return add_not_ready(zone, group);
    case decision::Action::fallback:
      // A reload may have taken the list away that was in force.
      if (group.fallback.empty()) return add_token(zone, record, d);
      add_targets(zone, record, group.fallback, record.name);
      break;
  }
  if (record.txt) add_token(zone, record, d);
}

dns::Soa soa_of(const config::Serve& serve, std::uint32_t serial) {
  dns::Soa soa;
  soa.mname = serve.soa.mname.value_or(serve.ns.front());
  soa.rname = serve.soa.rname ? *serve.soa.rname : serve.zone.prefixed("hostmaster").value();
  soa.serial = serial;
  soa.refresh = seconds(serve.soa.refresh);
  soa.retry = seconds(serve.soa.retry);
  soa.expire = seconds(serve.soa.expire);
  soa.minimum = soa.ttl = seconds(serve.soa.negative_ttl);
  return soa;
}

}  // namespace

std::string token_text(const decision::Decision& d) {
  std::string node;
  for (char c : d.active.value_or("")) {
    auto u = static_cast<unsigned char>(c);
    bool plain =
        (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    node += plain ? std::string(1, c) : fmt::format("%{:02x}", u);
  }
  return fmt::format("v=1 e={} a={} o={}", d.generation, node,
                     d.opened ? std::to_string(d.opened->time_since_epoch().count()) : "-");
}

dns::ZoneSnapshot desired_zone(const config::Config& config, const std::vector<Wanted>& wanted,
                               std::uint32_t serial) {
  const config::Serve& serve = *config.serve;
  dns::ZoneSnapshot zone;
  zone.apex = serve.zone;
  zone.soa = soa_of(serve, serial);
  zone.is_complete = !config.discover || config.discover->is_settled ||
                     config.discover->like.mode != config::Mode::serve;
  constexpr std::uint32_t ns_ttl =
      3600;  // name servers of the zone do not move with the active node
  RRset ns{serve.zone, RRType::ns, ns_ttl, {}};
  for (const Name& name : serve.ns) ns.rdata.push_back(dns::name_rdata(name));
  zone.rrsets.push_back(std::move(ns));
  for (const auto& [name, addresses] : serve.ns_address)
    add_addresses(zone, name, addresses, ns_ttl, true, true);
  for (const Wanted& w : wanted) {
    if (w.group->mode != config::Mode::serve) continue;
    add_group(zone, *w.group, w.decision);
  }
  return zone;
}

}  // namespace signpost::agent
