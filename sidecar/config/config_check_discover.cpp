// Rules about [discover], and about what [[broker]]s have for its groups.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <unordered_map>

#include "sidecar/config/config_check.hpp"
#include "sidecar/config/name_template.hpp"
#include "sidecar/config/network_text.hpp"
#include "sidecar/config/safe_text.hpp"

namespace signpost::config {
namespace {

/// A broker that nothing is discovered on must not look as if something were.
void check_reach_used(const Checked& c, std::size_t b) {
  const BrokerOrigin& origin = c.origins[b];
  if (origin.login != origin.pace) return;  // made of a node, whose address is its own
  const bool discovers = c.sources.written("discover");
  for (const std::string_view key : {"address", "host", "amqp"}) {
    const std::string path = fmt::format("{}.{}", origin.login, key);
    if (!c.sources.written(path)) continue;
    if (!discovers) {
      c.errors.add(
          c.sources.at(path),
          {fmt::format("{}: {} has no effect: there is no [discover]", origin.subject, key),
           "not used",
           "add [discover] with name = \"{group}.mq.example.com.\", or remove it here: "
           "each [[group.node]] has its own"});
    } else if (!c.sources.written(origin.login + ".address")) {
      c.errors.add(
          c.sources.at(path),
          {fmt::format("{}: {} has no effect without address", origin.subject, key), "not used",
           "write address = [\"10.0.0.11\"], where clients of discovered groups are sent, or "
           "remove it"});
    }
  }
}

/// Any two brokers may turn out to have nodes of one group, so this is as for the nodes of a group.
void check_addresses(const Checked& c) {
  std::unordered_map<std::string_view, std::string> seen;
  std::string first;
  bool first_is_loopback = false, mixed = false;
  for (std::size_t b = 0; b < c.config.brokers.size(); ++b) {
    const std::vector<std::string>& addresses = c.config.brokers[b].address;
    for (std::size_t a = 0; a < addresses.size(); ++a) {
      if (addresses[a].empty()) continue;
      const std::string path = fmt::format("{}.address[{}]", c.origins[b].login, a);
      const std::string what =
          fmt::format("{}: address: {}", c.origins[b].subject, in_quotes(addresses[a]));
      const auto [other, unique] = seen.emplace(addresses[a], path);
      if (!unique) {
        c.errors.add(c.sources.at(path),
                     {what + " is there already",
                      fmt::format("first on line {}", c.sources.at(other->second).line),
                      "two brokers at one address cannot be told apart by clients"});
      }
      if (first.empty()) {
        first = path;
        first_is_loopback = is_loopback(addresses[a]);
      } else if (!mixed && is_loopback(addresses[a]) != first_is_loopback) {
        mixed = true;
        c.errors.add(c.sources.at(path),
                     {what + " mixes loopback and other addresses",
                      fmt::format("the other kind is on line {}", c.sources.at(first).line),
                      "127.0.0.1 and ::1 are the client's own host; use them for all brokers (a "
                      "lab) or for none"});
      }
    }
  }
}

void check_families(const Checked& c, const Record& record, std::size_t b) {
  const Broker& broker = c.config.brokers[b];
  const BrokerOrigin& origin = c.origins[b];
  const std::string path = origin.login + ".address";
  if (!c.sources.trusted(path) || !c.sources.trusted("discover.record.types")) return;
  if (!record.a && !record.aaaa) {
    if (!record.srv || broker.host) return;
    c.errors.add(
        c.sources.at(path),
        {fmt::format("{}: SRV without A or AAAA needs a host to point to", origin.subject), "",
         "write host = \"broker-a.example.com.\", or add \"A\" to discover.record.types"});
    return;
  }
  const bool published = std::any_of(
      broker.address.begin(), broker.address.end(),
      [&](const std::string& a) { return family_of(a) == Family::v4 ? record.a : record.aaaa; });
  if (published) return;
  c.errors.add(c.sources.at(path),
               {fmt::format("{}: no address of it can be published: discover.record has {} only",
                            origin.subject, record.a ? "A" : "AAAA"),
                fmt::format("types on line {}", c.sources.at("discover.record.types").line),
                record.a ? "add an IPv4 address, or \"AAAA\" to discover.record.types"
                         : "add an IPv6 address, or \"A\" to discover.record.types"});
}

/// As for a group: evidence that is too old before the next round can come is none. True if there
/// is, or if it cannot be known.
bool has_time_for_a_round(const Checked& c, const Discover& discover, std::size_t b) {
  const std::string path = "discover.decide.max_view_age";
  const Broker& broker = c.config.brokers[b];
  const std::string& pace = c.origins[b].pace;
  const Milliseconds round = broker.interval + broker.timeout;
  const auto age = std::chrono::duration_cast<Milliseconds>(discover.like.policy.max_view_age);
  if (age >= round || !c.sources.trusted(path) || !c.sources.trusted(pace + ".interval") ||
      !c.sources.trusted(pace + ".timeout"))
    return true;
  c.errors.add(c.sources.at(c.sources.written(path) ? path : pace + ".interval"),
               {fmt::format("{} ({}) must be at least interval + timeout of {} ({})", path,
                            duration_text(age), c.origins[b].subject, duration_text(round)),
                "every answer would be too old",
                fmt::format("write max_view_age = \"{}\" or more", duration_text(round * 2))});
  return false;
}

/// The agent relies on it: whatever name the template makes, the ones below it can be made, too.
void check_length(const Checked& c, const Discover& discover) {
  const std::size_t at = discover.name.find(group_placeholder);
  const std::size_t rest = discover.name.find('.', at) - (at + group_placeholder.size());
  const bool inside = discover.name.substr(0, at).find('.') != std::string::npos;
  const std::string longest(dns::label_length_max - (inside ? 0 : at) - rest, 'g');
  const auto name = name_from(discover.name, longest);
  bool fits = name && name->prefixed("_signpost");
  for (const SrvTemplate& srv : discover.like.record.srv_templates) {
    if (srv.service.empty()) continue;  // is wrong, and said to be
    fits = fits && dns::Name::parse(srv.service + "." + name->to_text());
  }
  if (fits) return;
  c.errors.add(
      c.sources.at("discover.name"),
      {"discover.name: a group whose name has 63 letters would get a name that is too long", "",
       "255 octets are the limit (RFC 1035 section 2.3.4): write a shorter one"});
}

void check_template(const Checked& c, const Discover& discover) {
  if (!c.sources.trusted("discover.name") || discover.name.empty()) return;
  check_length(c, discover);
  const bool served = c.config.serve && discover.like.mode == Mode::serve &&
                      c.sources.trusted("serve.zone") && !c.config.serve->zone.is_root() &&
                      c.sources.trusted("discover.publish");
  if (!served || base_of(discover.name).is_at_or_below(c.config.serve->zone)) return;
  c.errors.add(c.sources.at("discover.name"),
               {fmt::format("discover.name: {} is not below the served zone {}",
                            in_quotes(discover.name), c.config.serve->zone.to_text()),
                fmt::format("zone is on line {}", c.sources.at("serve.zone").line),
                fmt::format("write name = \"{{group}}.{}\", or publish = {{ mode = \"observe\" }}",
                            c.config.serve->zone.to_text())});
}

}  // namespace

void check_discover(Checked c) {
  for (std::size_t b = 0; b < c.origins.size(); ++b) check_reach_used(c, b);
  if (!c.config.discover) return;
  const Discover& discover = *c.config.discover;
  bool any = false, all_have_time = true;
  for (std::size_t b = 0; b < c.origins.size(); ++b) {
    any = any || c.sources.written(c.origins[b].login + ".address");
    if (c.config.brokers[b].address.empty()) continue;
    check_families(c, discover.like.record, b);
    all_have_time = all_have_time && has_time_for_a_round(c, discover, b);
  }
  if (!any && c.sources.trusted("broker")) {
    c.errors.add(c.sources.at("discover"),
                 {"discover: no [[broker]] has an address, so no group can be found", "",
                  "write address = [\"10.0.0.11\"] into each [[broker]]: where clients of groups "
                  "on it are sent"});
  }
  check_addresses(c);
  check_template(c, discover);
  check_fallback(c, settings_of(discover));
  check_services(c, settings_of(discover));
}

}  // namespace signpost::config
