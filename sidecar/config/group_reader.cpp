#include "sidecar/config/group_reader.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "sidecar/config/broker_reader.hpp"
#include "sidecar/config/node_reader.hpp"
#include "sidecar/config/plan_reader.hpp"
#include "sidecar/config/record_reader.hpp"
#include "sidecar/config/safe_text.hpp"

namespace signpost::config {
namespace {

using namespace std::chrono_literals;

// document_octets_max ends it long before; this bounds what a message can count up to.
constexpr std::size_t groups_max = 10'000;
constexpr std::size_t nodes_max = 64;  // BDB JE groups have three to seven

/// A key that changes nothing is a trap: whoever wrote it believes that it does.
void check_settings_used(Reader& group, const Sources& sources, ErrorList& errors) {
  for (const std::string_view key : {"probe.interval", "probe.timeout", "probe.rest"}) {
    const std::string path = group.path_of(key);
    if (!sources.written(path)) continue;
    errors.add(sources.at(path),
               {fmt::format("{} has no effect: every node names a [[broker]]", group.name_of(key)),
                "not used", "set it in those [[broker]] tables, or remove it here"});
  }
}

Parsed<Mode> parse_mode(std::string_view word) {
  if (word == "serve") return Mode::serve;
  if (word == "observe") return Mode::observe;
  const char* const hint = "\"serve\" answers for the zone itself, \"observe\" only watches";
  if (word == "update" || word == "both") {
    return Complaint{
        fmt::format("{}: this version does not write to other name servers", in_quotes(word)),
        "not in this version", hint};
  }
  return Complaint{fmt::format("{} is not known here", in_quotes(word)), "", hint};
}

Group read_group(Reader& table, Session& session, BrokerTable& brokers) {
  Group group;
  table.own_name("group", "", group.name);
  group.ha_group = group.name;
  table.label("ha_group", group.ha_group);
  group.virtualhost = group.ha_group;
  table.label("virtualhost", group.virtualhost);

  NodeReader nodes(table, read_probe(table), brokers, session.sources);
  if (table.require("node", "write [[group.node]] with the name and address of each member")) {
    for (Reader& node : table.tables("node", nodes_max)) group.nodes.push_back(nodes.read(node));
    if (!group.nodes.empty() && !nodes.used_settings()) {
      check_settings_used(table, session.sources, session.errors);
    }
  }
  read_decide(table, group);
  for (const Node& node : group.nodes) group.policy.nodes.push_back(node.name);
  group.record = read_record(table);
  read_publish(table, group);
  table.finish();
  return group;
}

}  // namespace

void read_decide(Reader& table, Group& group) {
  decision::Policy& policy = group.policy;
  auto decide = table.table("decide");
  if (!decide) return;
  const auto read = [&](std::string_view key, decision::Duration& out, DurationRange range) {
    auto value = std::chrono::duration_cast<Milliseconds>(out);
    decide->duration(key, value, range);
    out = value;
  };
  read("max_view_age", policy.max_view_age, {100ms, 5min});
  read("stale_hold", policy.stale_hold, {0ms, 1h});
  read("damping", policy.damping, {0ms, 1h});
  decide->duration("hold_max", group.hold_max, {1min, 30 * 24h});
  read_plans(*decide, group);
  decide->finish();
}

void read_publish(Reader& table, Group& group) {
  auto publish = table.table("publish");
  if (!publish) return;
  publish->parsed("mode", group.mode, parse_mode);
  publish->finish();
}

std::vector<Group> read_groups(Reader& top, Session& session, BrokerTable& brokers) {
  std::vector<Group> groups;
  for (Reader& table : top.tables("group", groups_max)) {
    groups.push_back(read_group(table, session, brokers));
  }
  return groups;
}

}  // namespace signpost::config
