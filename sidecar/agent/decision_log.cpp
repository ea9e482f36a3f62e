// What a DecisionLoop says in the log: each change once, each new reason once, and what is wrong
// with a node once.
#include <utility>

#include "sidecar/agent/decision_loop.hpp"
#include "sidecar/decision/explain_text.hpp"
#include "sidecar/decision/role_word.hpp"
#include "sidecar/runtime/logging.hpp"

namespace signpost::agent {

using decision::Decision;
using decision::Failed;
using decision::Observation;
using decision::Reason;
using runtime::Severity;

// A start in doubt changes nothing, and yet it must be said once.
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
                 {{"group", group_->name},
                  {"node", group_->nodes[node].name},
                  {"detail", decision::no_such_group(group_->ha_group)}});
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
    case Decision::Change::withheld:
      log_change(Severity::warning, "address_withheld", d.active.value_or("-"));
      return;
    case Decision::Change::restored:
      log_change(Severity::notice, "address_restored", d.active.value_or("-"));
      return;
    case Decision::Change::none:
      break;
  }
  // active_moved becomes single_active at the next answer: the same fact in other words.
  bool same_fact = reason_before == d.reason ||
                   (reason_before == Reason::active_moved && d.reason == Reason::single_active);
  if (!same_fact) log_reason();
}

// In doubt the reader wants to know what ends it.
void DecisionLoop::add_why(std::vector<runtime::Field>& fields) const {
  decision::Explanation e = explanation();
  std::string next = next_change_needs(e);
  fields.push_back({"because", std::move(e.because)});
  if (is_doubt(e.table_reason) || e.reason == Reason::held || e.action != decision::Action::keep)
    fields.push_back({"next", std::move(next)});
}

void DecisionLoop::log_change(Severity severity, std::string_view event,
                              const std::string& from) const {
  const Decision& d = arbiter_.decision();
  std::vector<runtime::Field> fields{
      {"group", group_->name},
      {"from", from},
      {"to", d.action == decision::Action::keep ? d.active.value_or("-") : to_word(d.action)},
      {"reason", std::string(to_word(d.reason))},
      {"generation", std::to_string(d.generation)}};
  add_why(fields);
  runtime::log(severity, event, fields);
}

void DecisionLoop::log_reason() {
  const Decision& d = arbiter_.decision();
  reason_logged_ = true;
  std::vector<runtime::Field> fields{{"group", group_->name},
                                     {"reason", std::string(to_word(d.reason))},
                                     {"active", d.active.value_or("-")}};
  add_why(fields);
  runtime::log(d.alarm ? Severity::warning : Severity::info, "group_state", fields);
}

void DecisionLoop::log_wrong_node(std::size_t node, const Observation& observation) {
  const auto* failed = std::get_if<Failed>(&observation.result);
  bool wrong = failed != nullptr && failed->failure.code == probe::errc::wrong_node;
  // An answer without a row says nothing about the node's name; a row, or its own roles, do.
  const auto* seen = std::get_if<decision::VirtualhostSeen>(&observation.result);
  const auto* roles = std::get_if<decision::RolesSeen>(&observation.result);
  if ((seen != nullptr && seen->row) || (roles != nullptr && roles->own))
    wrong_node_said_[node].clear();
  if (!wrong || wrong_node_said_[node] == failed->failure.detail) return;
  wrong_node_said_[node] = failed->failure.detail;
  runtime::log(Severity::error, "wrong_node",
               {{"group", group_->name},
                {"node", group_->nodes[node].name},
                {"detail", failed->failure.detail}});
}

}  // namespace signpost::agent
