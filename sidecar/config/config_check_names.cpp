// Rules about names: what is published, by whom, in which zone, and who must not depend on it.
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sidecar/config/config_check.hpp"
#include "sidecar/config/published_names.hpp"
#include "sidecar/config/safe_text.hpp"

namespace signpost::config {
namespace {

std::optional<dns::Name> srv_owner(const SrvTemplate& srv, const dns::Name& record) {
  const std::size_t dot = srv.service.find('.');
  if (dot == std::string::npos) return std::nullopt;
  const auto protocol = record.prefixed(srv.service.substr(dot + 1));
  if (!protocol) return std::nullopt;
  const auto owner = protocol->prefixed(srv.service.substr(0, dot));
  return owner ? std::optional(*owner) : std::nullopt;
}

/// False: another group has it.
bool add_published(const Checked& c, PublishedNames& names, const dns::Name& name, Published by) {
  const auto [first, fresh] = names.emplace(name, by);
  if (fresh || first->second.group == by.group) return true;
  c.errors.add(
      c.sources.at(by.path),
      {fmt::format("{}: record.name: {} is published by {} already", group_name(c.config, by.group),
                   name.to_text(), group_name(c.config, first->second.group)),
       fmt::format("first on line {}", c.sources.at(first->second.path).line),
       "each group needs a name of its own: they may be active on different nodes"});
  return false;
}

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return dns::lower_case(static_cast<std::uint8_t>(x)) ==
           dns::lower_case(static_cast<std::uint8_t>(y));
  });
}

void too_long(const Checked& c, std::size_t g, const std::string& path, std::string_view labels) {
  c.errors.add(c.sources.at(path),
               {fmt::format("{}: with {} in front, record.name is longer than a name can be",
                            group_name(c.config, g), labels),
                "", "255 octets are the limit (RFC 1035 section 2.3.4): shorten record.name"});
}

void check_srv(const Checked& c, std::size_t g, PublishedNames& names) {
  const Record& record = c.config.groups[g].record;
  const std::string path = group_path(g, "record.srv");
  for (std::size_t i = 0; i < record.srv_templates.size(); ++i) {
    const std::string entry = fmt::format("{}[{}]", path, i);
    const SrvTemplate& srv = record.srv_templates[i];
    if (srv.service.empty() || !c.sources.trusted(entry)) continue;
    const auto owner = srv_owner(srv, record.name);
    if (owner) {
      add_published(c, names, *owner, {g, entry});
    } else {
      too_long(c, g, entry, srv.service);
    }
  }
}

PublishedNames check_published(const Checked& c) {
  PublishedNames names;
  for (std::size_t g = 0; g < c.config.groups.size(); ++g) {
    const std::string path = group_path(g, "record.name");
    const Record& record = c.config.groups[g].record;
    if (!c.sources.trusted(path) || record.name.is_root()) continue;
    if (!add_published(c, names, record.name, {g, path})) continue;
    // Of the TXT record; whether it is in `types` or not, for it stands in when a record is
    // withdrawn.
    if (const auto token = record.name.prefixed("_signpost")) {
      add_published(c, names, *token, {g, path});
    } else {
      too_long(c, g, path, "_signpost");
    }
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

}  // namespace

void check_services(const Checked& c, const Settings& of) {
  const std::vector<SrvTemplate>& services = of.group.record.srv_templates;
  const std::string path = of.at("record.srv");
  if (of.group.record.srv && services.empty() && c.sources.trusted(path)) {
    c.errors.add(c.sources.at(of.at("record.types")),
                 {fmt::format("{}record.types has \"SRV\", but there is no record.srv", of.prefix),
                  "", "write srv = [{ service = \"_amqp._tcp\", port = 5672 }]"});
  }
  for (std::size_t i = 0; i < services.size(); ++i) {
    const std::string entry = fmt::format("{}[{}]", path, i);
    if (services[i].service.empty() || !c.sources.trusted(entry)) continue;
    const auto same = [&](const SrvTemplate& other) {
      return same_name(other.service, services[i].service);
    };
    const auto earlier = services.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::any_of(services.begin(), earlier, same)) {
      c.errors.add(c.sources.at(entry), {fmt::format("{}record.srv: {} is there twice", of.prefix,
                                                     in_quotes(services[i].service)),
                                         "again", "one port for each service: remove one"});
    }
  }
}

void check_names(Checked c) {
  const PublishedNames names = check_published(c);
  check_management_hosts(c, names);
  if (c.config.serve) check_zone(c, *c.config.serve, names);
}

}  // namespace signpost::config
