#include "sidecar/agent/decision_loop.hpp"

#include <fmt/format.h>

#include "sidecar/decision/explain.hpp"
#include "sidecar/runtime/logging.hpp"

namespace signpost::agent {

using decision::Decision;
using decision::Failed;
using decision::Observation;
using decision::Reason;
using runtime::Severity;

DecisionLoop::DecisionLoop(const config::Group& group, const std::optional<decision::Saved>& saved,
                           std::uint64_t generation_floor, runtime::Clock& clock,
                           OnChange on_change)
    : group_(group),
      clock_(clock),
      on_change_(std::move(on_change)),
      arbiter_(group.policy, saved, generation_floor, clock.now()),
      wrong_node_said_(group.nodes.size()),
      roles_(group.nodes.size(), ShownRole{"UNKNOWN", clock.wall_now()}),
      moments_{saved && saved->opened ? *saved->opened : clock.wall_now(), clock.wall_now()},
      no_such_group_said_(group.nodes.size()) {}

void DecisionLoop::observe(std::size_t node, const BrokerAnswer& answer) {
  decision::Membership who{group_.ha_group, group_.virtualhost, group_.nodes[node].name};
  Observation observation{who.node, answer.started, answer.finished, {}};
  if (const auto* report = std::get_if<probe::VirtualhostReport>(&answer.result))
    observation.result = rows_of(*report, who);
  else if (const auto* roles = std::get_if<probe::RolesReport>(&answer.result))
    observation.result = rows_of(*roles, who);
  else
    observation.result = std::get<Failed>(answer.result);
  log_wrong_node(node, observation);
  Decision before = arbiter_.decision();
  bool changed = arbiter_.observe(observation, clock_.now());
  std::string role = decision::role_word(arbiter_.evidence()[node]);
  if (role != roles_[node].word) roles_[node] = {std::move(role), clock_.wall_now()};
  after(changed, before, answer.finished);
  log_no_such_group(node);
  log_first_round();
}

void DecisionLoop::tick() {
  runtime::TimePoint now = clock_.now();
  Decision before = arbiter_.decision();
  after(arbiter_.tick(now), before, now);
}

void DecisionLoop::note_published(runtime::TimePoint when) {
  if (last_failover_ && !last_failover_->published_at) last_failover_->published_at = when;
}

void DecisionLoop::after(bool changed, const Decision& before, runtime::TimePoint finished) {
  if (!changed) return;
  const Decision& d = arbiter_.decision();
  if (d.active_since != before.active_since) moments_.active_since = clock_.wall_now();
  if (d.reason_since != before.reason_since) moments_.reason_since = clock_.wall_now();
  if (is_doubt(d.reason) && !doubt_since_) doubt_since_ = finished;
  if (d.change == Decision::Change::moved && d.previous && d.active) {
    last_failover_ =
        LastFailover{d.generation, *d.previous,  *d.active,         d.reason, doubt_since_,
                     finished,     clock_.now(), clock_.wall_now(), {}};
  }
  if (!is_doubt(d.reason)) doubt_since_.reset();
  log_decision(before.reason);
  on_change_(*this);
}

// A process that starts in doubt stays in the reason it was made with: nothing changes, and yet it
// must be said once.
void DecisionLoop::log_first_round() {
  if (reason_logged_ || !arbiter_.view(clock_.now()).all_asked) return;
  reason_logged_ = true;
  if (is_doubt(arbiter_.decision().reason)) log_reason();
}

void DecisionLoop::log_no_such_group(std::size_t node) {
  const decision::NodeEvidence& e = arbiter_.evidence()[node];
  bool unknown = !e.failure() && !e.row() && e.roles() && !e.roles()->own;
  if (unknown && !no_such_group_said_[node]) {
    runtime::log(Severity::warning, "no_such_group",
                 {{"group", group_.name},
                  {"node", group_.nodes[node].name},
                  {"detail", decision::no_such_group(group_.ha_group)}});
  }
  no_such_group_said_[node] = unknown;
}

void DecisionLoop::log_decision(Reason reason_before) {
  const Decision& d = arbiter_.decision();
  switch (d.change) {
    case Decision::Change::moved:
      log_change(d.alarm ? Severity::warning : Severity::notice, "active_changed",
                 d.previous.value_or("-"));
      return;
    case Decision::Change::reactivated:
      log_change(Severity::notice, "active_again", d.active.value_or("-"));
      return;
    case Decision::Change::reconfirmed:
      log_change(Severity::info, "active_confirmed", d.active.value_or("-"));
      return;
    case Decision::Change::none:
      break;
  }
  // active_moved becomes single_active at the next answer: the same fact in other words.
  bool same_fact = reason_before == d.reason ||
                   (reason_before == Reason::active_moved && d.reason == Reason::single_active);
  if (!same_fact) log_reason();
}

void DecisionLoop::log_change(Severity severity, std::string_view event,
                              const std::string& from) const {
  const Decision& d = arbiter_.decision();
  runtime::log(severity, event,
               {{"group", group_.name},
                {"from", from},
                {"to", d.active.value_or("-")},
                {"reason", std::string(to_word(d.reason))},
                {"generation", std::to_string(d.generation)},
                {"because", because(d, arbiter_.view(clock_.now()))}});
}

void DecisionLoop::log_reason() {
  const Decision& d = arbiter_.decision();
  reason_logged_ = true;
  runtime::log(d.alarm ? Severity::warning : Severity::info, "group_state",
               {{"group", group_.name},
                {"reason", std::string(to_word(d.reason))},
                {"active", d.active.value_or("-")},
                {"because", because(d, arbiter_.view(clock_.now()))}});
}

void DecisionLoop::log_wrong_node(std::size_t node, const Observation& observation) {
  const auto* failed = std::get_if<Failed>(&observation.result);
  bool wrong = failed != nullptr && failed->failure.code == probe::errc::wrong_node;
  // A virtualhost answer without a row says nothing about the node's name; a row, or its own roles,
  // do.
  const auto* seen = std::get_if<decision::VirtualhostSeen>(&observation.result);
  const auto* roles = std::get_if<decision::RolesSeen>(&observation.result);
  if ((seen != nullptr && seen->row) || (roles != nullptr && roles->own))
    wrong_node_said_[node].clear();
  if (!wrong || wrong_node_said_[node] == failed->failure.detail) return;
  wrong_node_said_[node] = failed->failure.detail;
  runtime::log(Severity::error, "wrong_node",
               {{"group", group_.name},
                {"node", group_.nodes[node].name},
                {"detail", failed->failure.detail}});
}

}  // namespace signpost::agent
