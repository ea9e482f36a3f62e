#include "sidecar/agent/status_source.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sidecar/agent/forecast_source.hpp"
#include "sidecar/agent/status_words.hpp"
#include "sidecar/decision/role_word.hpp"

namespace signpost::agent {
namespace {

using decision::Decision;
using status::GroupStatus;

double milliseconds(std::chrono::steady_clock::duration d) {
  return std::chrono::duration<double, std::milli>(d).count();
}

std::vector<status::RecordData> records_of(const dns::ZoneSnapshot& zone, const dns::Name& owner) {
  std::vector<status::RecordData> records;
  for (const dns::RRset& rrset : zone.rrsets) {
    if (!rrset.owner.is_at_or_below(owner)) continue;
    status::RecordData data{rrset.owner.to_text(), dns::to_text(rrset.type), {}};
    for (const dns::Rdata& rdata : rrset.rdata)
      data.data.push_back(dns::rdata_text(rrset.type, rdata));
    records.push_back(std::move(data));
  }
  return records;
}

// The node itself claims, or a member whose views count calls it MASTER.
bool agrees(const decision::NodeView& v, const Decision& d) {
  if (!d.active) return false;
  if (v.name == *d.active) return v.says == decision::Says::active;
  return v.is_observer &&
         std::find(v.calls_master.begin(), v.calls_master.end(), *d.active) != v.calls_master.end();
}

// The broker answers but knows nothing of the group: most likely its name is misspelt.
bool knows_no_such_group(const decision::NodeEvidence& e) {
  return e.was_asked() && !e.failure() && !e.row() && e.roles() && !e.roles()->own;
}

// The addresses that clients get.
std::vector<std::string> answered(const config::Group& group, const Decision& d) {
  switch (d.action) {
    case decision::Action::keep:
      break;
    case decision::Action::withdraw:
    case decision::Action::servfail:
      return {};
    case decision::Action::fallback:
      return group.fallback;
  }
  auto node = std::find_if(group.nodes.begin(), group.nodes.end(),
                           [&](const config::Node& n) { return d.active == n.name; });
  return node == group.nodes.end() ? std::vector<std::string>() : node->address;
}

// What observe mode would publish.
std::vector<status::RecordData> observed(const config::Group& group, const Decision& d) {
  std::vector<status::RecordData> records;
  for (const std::string& address : answered(group, d)) {
    auto rdata = dns::address_rdata(address);
    if (rdata)
      records.push_back({group.record.name.to_text(), dns::to_text(rdata->type), {address}});
  }
  return records;
}

std::optional<status::HoldStatus> hold_status(const decision::Arbiter& arbiter) {
  const auto& hold = arbiter.hold();
  const Decision& d = arbiter.decision();
  if (!hold) return std::nullopt;
  return status::HoldStatus{to_word(hold->kind),
                            hold->node,
                            hold->reason,
                            hold->who,
                            hold->since,
                            hold->until_wall,
                            d.would_be.value_or(decision::Publication{d.active, d.action})};
}

std::string trouble(const std::vector<status::NodeStatus>& nodes) {
  std::string list;
  for (const auto& n : nodes) {
    if (n.rest && n.rest->result != "ok")
      list += fmt::format("{}{} {}", list.empty() ? "; " : ", ", n.name, n.rest->result);
  }
  return list;
}

}  // namespace

StatusSource::StatusSource(const Agent& agent, const ServePublisher* publisher,
                           const runtime::Clock& clock, ProcessInfo process,
                           std::function<dns::ServeCounts()> counts)
    : agent_(agent),
      publisher_(publisher),
      clock_(clock),
      process_(std::move(process)),
      config_loaded_at_(process_.started_at),
      counts_(std::move(counts)) {}

void StatusSource::note_reload(const std::string& sha256, const std::string& error) {
  last_reload_ = status::ReloadStatus{clock_.wall_now(), error};
  if (!error.empty()) return;
  process_.config_sha256 = sha256;
  config_loaded_at_ = last_reload_->at;
}

runtime::WallTime StatusSource::wall(runtime::TimePoint t) const {
  return clock_.wall_now() -
         std::chrono::duration_cast<std::chrono::milliseconds>(clock_.now() - t);
}

status::StatusSnapshot StatusSource::snapshot() const {
  status::StatusSnapshot s;
  s.generated_at = clock_.wall_now();
  s.version = process_.version;
  s.revision = process_.revision;
  s.instance = process_.instance;
  s.pid = process_.pid;
  s.started_at = process_.started_at;
  s.config_loaded_at = config_loaded_at_;
  s.last_reload = last_reload_;
  s.config_path = process_.config_path;
  s.config_sha256 = process_.config_sha256;
  s.state_file = process_.state_file;
  if (!agent_.state_error().empty()) s.state_error = agent_.state_error();
  s.first_round_done = agent_.first_round_done();
  s.brokers = agent_.config()->brokers.size();
  s.brokers_answering = agent_.brokers_answering();
  for (const auto& loop : agent_.groups()) s.groups.push_back(group_status(*loop));
  if (publisher_ != nullptr) {
    dns::ServeCounts c = counts_();
    s.serve = status::ServeStatus{publisher_->zone().apex.to_text(),
                                  publisher_->zone().soa.serial,
                                  process_.serve_listen,
                                  c.queries,
                                  c.answers,
                                  c.dropped,
                                  c.truncated,
                                  c.send_errors};
  }
  return s;
}

status::GroupStatus StatusSource::group_status(const DecisionLoop& loop) const {
  const Decision& d = loop.arbiter().decision();
  const config::Group& group = loop.group();
  runtime::TimePoint now = clock_.now();
  decision::GroupView view = loop.arbiter().view(now);
  GroupStatus g;
  g.name = group.name;
  g.ha_group = group.ha_group;
  g.virtualhost = group.virtualhost;
  g.discovered = group.discovered;
  g.state = state_word(d);
  g.active_node = d.active;
  g.active_since = loop.moments().active_since;
  g.generation = d.generation;
  g.max_view_age_seconds = std::chrono::duration<double>(group.policy.max_view_age).count();
  g.reason = to_word(d.reason);
  g.reason_since = loop.moments().reason_since;
  g.alarm = d.alarm;
  g.action = d.action;
  g.answer_address = answered(group, d);
  g.hold = hold_status(loop.arbiter());
  g.explanation = loop.explanation();
  for (std::size_t n = 0; n < group.nodes.size(); ++n) {
    const decision::NodeEvidence& e = loop.arbiter().evidence()[n];
    g.explanation.evidence[n].note =
        knows_no_such_group(e) ? decision::no_such_group(group.ha_group) : probe_note(e);
  }
  for (const decision::NodeView& v : view.nodes) {
    g.nodes_agreeing += agrees(v, d) ? 1 : 0;
    if (v.says == decision::Says::nothing) continue;
    ++g.nodes_answering;
    double age = std::chrono::duration<double>(now - v.answer_started).count();
    g.view_age_seconds = std::max(g.view_age_seconds.value_or(0), age);
  }
  for (std::size_t n = 0; n < group.nodes.size(); ++n) {
    g.nodes.push_back(node_status(loop, n));
    if (g.nodes.back().active) g.active_address = group.nodes[n].address;
  }
  const decision::ForecastInput ahead = forecast_input(loop, agent_, now);
  g.forecast = decision::forecast(ahead);
  for (std::size_t n = 0; n < g.nodes.size(); ++n) {
    if (ahead.nodes[n].own)
      g.nodes[n].replication_transaction_id = ahead.nodes[n].own->transaction_id;
    if (ahead.nodes[n].lag) g.nodes[n].lag_transactions = ahead.nodes[n].lag->transactions;
  }
  g.health = judge(d, g.nodes_answering == group.nodes.size(), now - d.reason_since);
  g.record = record_status(loop);
  g.summary = fmt::format("{}: {}{}", g.name, g.explanation.because, trouble(g.nodes));
  if (const auto& f = loop.last_failover()) {
    status::FailoverStatus shown{f->generation, f->from, f->to, std::string(to_word(f->reason)),
                                 f->at,         {},      0,     {}};
    if (f->lost_at) shown.lost_to_new_active_ms = milliseconds(f->claimed_at - *f->lost_at);
    shown.new_active_to_decided_ms = milliseconds(f->decided_at - f->claimed_at);
    if (f->published_at)
      shown.decided_to_published_ms = milliseconds(*f->published_at - f->decided_at);
    g.last_failover = shown;
  }
  return g;
}

status::NodeStatus StatusSource::node_status(const DecisionLoop& loop, std::size_t node) const {
  const config::Node& configured = loop.group().nodes[node];
  const decision::NodeEvidence& e = loop.arbiter().evidence()[node];
  const Decision& d = loop.arbiter().decision();
  status::NodeStatus n;
  n.name = configured.name;
  n.role = loop.roles()[node].word;
  n.role_since = loop.roles()[node].since;
  n.active = d.active == configured.name && d.action == decision::Action::keep;
  n.address = configured.address;
  n.amqp = configured.amqp;
  n.management = agent_.config()->brokers[configured.broker].target.url();
  if (e.row() && e.row()->claims_active() && !e.failure()) n.opened = e.row()->last_opened;
  // Right after a start `since` would be the time of the start; the broker knows better.
  if (n.opened) n.role_since = std::min(n.role_since, *n.opened);
  if (e.was_asked()) {
    status::RestProbe probe{e.failure() ? to_text(e.failure()->code) : "ok",
                            wall(e.probed_at()),
                            milliseconds(e.latency()),
                            e.consecutive(),
                            {}};
    if (e.failure()) probe.detail = e.failure()->detail;
    if (knows_no_such_group(e)) probe.detail = decision::no_such_group(loop.group().ha_group);
    n.rest = std::move(probe);
  }
  return n;
}

status::RecordStatus StatusSource::record_status(const DecisionLoop& loop) const {
  const config::Group& group = loop.group();
  status::RecordStatus r;
  r.name = group.record.name.to_text();
  r.ttl_seconds = group.record.ttl.count();
  r.mode = group.mode == config::Mode::serve ? "serve" : "observe";
  if (publisher_ == nullptr || group.mode != config::Mode::serve) {
    r.wanted = observed(group, loop.arbiter().decision());
    return r;
  }
  r.in_sync = !agent_.publish_due();
  r.published = records_of(publisher_->zone(), group.record.name);
  r.wanted = records_of(
      desired_zone(*agent_.config(), {{loop.shared_group(), loop.arbiter().decision()}}, 0),
      group.record.name);
  return r;
}

}  // namespace signpost::agent
