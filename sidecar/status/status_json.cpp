#include "sidecar/status/status_json.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <cmath>
#include <utility>

#include "sidecar/decision/explain_text.hpp"
#include "sidecar/runtime/rfc3339.hpp"
#include "sidecar/status/explain_json.hpp"

namespace signpost::status {
namespace {

namespace json = boost::json;

template <class T>
json::value or_null(const std::optional<T>& v) {
  return v ? json::value(*v) : json::value(nullptr);
}
json::value or_null(const std::optional<WallTime>& v) {
  return v ? json::value(rfc3339(*v)) : json::value(nullptr);
}

// Three decimals: microseconds in _ms, milliseconds in _seconds.
json::value rounded(double v) { return std::round(v * 1000) / 1000; }
json::value rounded(const std::optional<double>& v) {
  return v ? rounded(*v) : json::value(nullptr);
}

json::array texts(const std::vector<std::string>& list) {
  json::array a;
  for (const std::string& s : list) a.emplace_back(s);
  return a;
}

json::value probe_json(const std::optional<RestProbe>& p) {
  if (!p) return nullptr;
  return json::object{{"result", p->result},
                      {"at", rfc3339(p->at)},
                      {"latency_ms", rounded(p->latency_ms)},
                      {"consecutive", p->consecutive},
                      {"detail", or_null(p->detail)}};
}

json::object node_json(const NodeStatus& n) {
  json::object probes{{"amqp", nullptr}, {"rest", probe_json(n.rest)}};
  return {{"name", n.name},
          {"self", nullptr},
          {"role", n.role},
          {"role_since", rfc3339(n.role_since)},
          {"active", n.active},
          {"address", texts(n.address)},
          {"amqp", n.amqp},
          {"management", n.management},
          {"opened", or_null(n.opened)},
          {"replication_transaction_id", or_null(n.replication_transaction_id)},
          {"lag_transactions", or_null(n.lag_transactions)},
          {"probes", std::move(probes)}};
}

json::array records_json(const std::vector<RecordData>& records) {
  json::array out;
  for (const RecordData& d : records) {
    out.push_back(json::object{{"name", d.name}, {"type", d.type}, {"data", texts(d.data)}});
  }
  return out;
}

json::object record_json(const RecordStatus& r) {
  return {{"name", r.name},
          {"ttl_seconds", r.ttl_seconds},
          {"mode", r.mode},
          {"in_sync", or_null(r.in_sync)},
          {"wanted", records_json(r.wanted)},
          {"published", records_json(r.published)},
          {"servers", json::array{}},
          {"resolvers", json::array{}}};
}

json::value failover_json(const std::optional<FailoverStatus>& f) {
  if (!f) return nullptr;
  json::object stages{{"lost_to_new_active", rounded(f->lost_to_new_active_ms)},
                      {"new_active_to_decided", rounded(f->new_active_to_decided_ms)},
                      {"decided_to_published", rounded(f->decided_to_published_ms)},
                      {"published_to_all_resolvers", nullptr}};
  return json::object{
      {"generation", f->generation}, {"from", f->from},      {"to", f->to},
      {"reason", f->reason},         {"at", rfc3339(f->at)}, {"stages_ms", std::move(stages)}};
}

json::array forecast_json(const std::vector<decision::Risk>& risks) {
  json::array out;
  for (const decision::Risk& r : risks) {
    out.push_back(
        json::object{{"id", r.id},
                     {"severity", decision::to_word(r.severity)},
                     {"node", r.node.empty() ? json::value(nullptr) : json::value(r.node)},
                     {"text", r.text},
                     {"cure", r.cure}});
  }
  return out;
}

json::value hold_json(const std::optional<HoldStatus>& h) {
  if (!h) return nullptr;
  json::object would{{"node", or_null(h->would_publish.node)},
                     {"action", decision::to_word(h->would_publish.action)}};
  return json::object{{"kind", h->kind},
                      {"node", h->node.empty() ? json::value(nullptr) : json::value(h->node)},
                      {"reason", h->reason},
                      {"by", h->by},
                      {"since", rfc3339(h->since)},
                      {"until", rfc3339(h->until)},
                      {"would_publish", std::move(would)}};
}

json::object answer_json(const GroupStatus& g) {
  return {{"action", decision::to_word(g.action)},
          {"text", decision::answer_text({g.active_node, g.action})},
          {"address", texts(g.answer_address)}};
}

json::object group_json(const GroupStatus& g) {
  json::value active = nullptr;
  if (g.active_node) {
    active = json::object{{"node", *g.active_node},
                          {"address", texts(g.active_address)},
                          {"since", rfc3339(g.active_since)},
                          {"generation", g.generation}};
  }
  json::array nodes;
  for (const NodeStatus& n : g.nodes) nodes.push_back(node_json(n));
  json::object view{{"age_seconds", rounded(g.view_age_seconds)},
                    {"max_age_seconds", rounded(g.max_view_age_seconds)},
                    {"fresh", g.view_age_seconds.has_value()},
                    {"answering", g.nodes_answering},
                    {"agreement", json::object{{"required", g.nodes.size() / 2 + 1},
                                               {"agree", g.nodes_agreeing},
                                               {"voters", g.nodes.size()}}}};
  json::object explain = explain_json(g.explanation);
  explain["rule"] = g.reason;
  explain["since"] = rfc3339(g.reason_since);
  explain["alarm"] = g.alarm;
  return {{"name", g.name},
          {"ha_group", g.ha_group},
          {"virtualhost", g.virtualhost},
          {"discovered", g.discovered},
          {"status", to_word(g.health)},
          {"state", g.state},
          {"summary", g.summary},
          {"active", std::move(active)},
          {"answer", answer_json(g)},
          {"view", std::move(view)},
          {"nodes", std::move(nodes)},
          {"record", record_json(g.record)},
          {"hold", hold_json(g.hold)},
          {"explain", std::move(explain)},
          {"last_failover", failover_json(g.last_failover)},
          {"forecast", forecast_json(g.forecast)}};
}

json::value serve_json(const std::optional<ServeStatus>& s) {
  if (!s) return nullptr;
  return json::object{
      {"zone", s->zone},           {"serial", s->serial},          {"listen", texts(s->listen)},
      {"queries", s->queries},     {"answers", s->answers},        {"dropped", s->dropped},
      {"truncated", s->truncated}, {"send_errors", s->send_errors}};
}

json::value reload_json(const std::optional<ReloadStatus>& r) {
  if (!r) return nullptr;
  return json::object{{"result", r->error.empty() ? "ok" : "refused"},
                      {"at", rfc3339(r->at)},
                      {"error", r->error.empty() ? json::value(nullptr) : json::value(r->error)}};
}

json::object process_json(const StatusSnapshot& s) {
  json::object config{{"path", s.config_path},
                      {"sha256", s.config_sha256},
                      {"loaded_at", rfc3339(s.config_loaded_at)},
                      {"last_reload", reload_json(s.last_reload)}};
  json::object state{{"path", s.state_file}, {"error", or_null(s.state_error)}};
  return {{"version", s.version},
          {"revision", s.revision.empty() ? json::value(nullptr) : json::value(s.revision)},
          {"instance", s.instance},
          {"pid", s.pid},
          {"started_at", rfc3339(s.started_at)},
          {"config", std::move(config)},
          {"state", std::move(state)}};
}

// Each group's part is text before the next one is made: the tree of a thousand has many times the
// size of its text.
template <class Part>
std::string with_groups(const json::object& root, const StatusSnapshot& s, const std::string& only,
                        Part part) {
  std::string text = json::serialize(root);
  text.back() = ',';
  text += "\"groups\":[";
  bool is_first = true;
  for (const GroupStatus& g : s.groups) {
    if (!only.empty() && g.name != only) continue;
    if (!std::exchange(is_first, false)) text += ',';
    text += json::serialize(part(g));
  }
  return text + "]}\n";
}

}  // namespace

const char* to_word(Health h) {
  switch (h) {
    case Health::pass:
      return "pass";
    case Health::warn:
      return "warn";
    case Health::fail:
      return "fail";
  }
  return "?";
}

std::string rfc3339(WallTime t) { return runtime::rfc3339(t); }

Health health_of(const StatusSnapshot& s) {
  bool file_was_refused = s.last_reload && !s.last_reload->error.empty();
  Health worst = s.state_error || file_was_refused ? Health::warn : Health::pass;
  for (const GroupStatus& g : s.groups) worst = std::max(worst, g.health);
  return worst;
}

std::string summary_of(const StatusSnapshot& s) {
  std::string bad;
  std::size_t good = 0;
  for (const GroupStatus& g : s.groups) {
    if (g.health == Health::pass)
      ++good;
    else
      bad += (bad.empty() ? "" : "; ") + g.summary;
  }
  if (s.groups.size() == 1) return s.groups.front().summary;
  if (bad.empty()) return fmt::format("all {} groups have an active node", good);
  return fmt::format("{} of {} groups are well; {}", good, s.groups.size(), bad);
}

std::string explain_document(const StatusSnapshot& s, const std::string& group) {
  json::object root{{"schema", "signpost-explain-v1"}, {"generated_at", rfc3339(s.generated_at)}};
  return with_groups(root, s, group, [](const GroupStatus& g) {
    return json::object{{"name", g.name},
                        {"record", g.record.name},
                        {"status", to_word(g.health)},
                        {"hold", hold_json(g.hold)},
                        {"explain", explain_json(g.explanation)},
                        {"text", decision::explain_text(g.name, g.explanation)}};
  });
}

std::string status_json(StatusSnapshot s, const std::string& group) {
  if (!group.empty())
    std::erase_if(s.groups, [&](const GroupStatus& g) { return g.name != group; });
  json::object root{{"schema", "signpost-status-v1"}, {"generated_at", rfc3339(s.generated_at)},
                    {"signpost", process_json(s)},    {"status", to_word(health_of(s))},
                    {"summary", summary_of(s)},       {"serve", serve_json(s.serve)}};
  return with_groups(root, s, group, group_json);
}

}  // namespace signpost::status
