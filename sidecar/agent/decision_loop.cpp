#include "sidecar/agent/decision_loop.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sidecar/decision/explain_text.hpp"
#include "sidecar/decision/role_word.hpp"
#include "sidecar/runtime/logging.hpp"

namespace signpost::agent {

using decision::Decision;
using decision::Failed;
using decision::Observation;
using decision::Reason;
using runtime::Severity;

namespace {

std::vector<decision::Membership> members_of(const config::Group& group) {
  std::vector<decision::Membership> members;
  members.reserve(group.nodes.size());
  for (const config::Node& node : group.nodes)
    members.push_back({group.ha_group, group.virtualhost, node.name});
  return members;
}

std::string seconds_text(runtime::WallTime t) {
  auto whole = std::chrono::floor<std::chrono::seconds>(t);
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(whole)));
}

}  // namespace

bool EntryBudget::take(runtime::TimePoint now) {
  if (now - refilled_ >= refill) {
    auto earned = (now - refilled_) / refill;
    left_ = static_cast<int>(std::min<decltype(earned)>(burst, left_ + earned));
    refilled_ = now;
  }
  if (left_ == 0) return ++left_out_, false;
  --left_;
  return true;
}

std::uint64_t EntryBudget::take_left_out() { return std::exchange(left_out_, 0); }

DecisionLoop::DecisionLoop(std::shared_ptr<const config::Group> group,
                           const std::optional<decision::Saved>& saved,
                           std::uint64_t generation_floor, runtime::Clock& clock,
                           history::Recorder& recorder, OnChange on_change)
    : group_(std::move(group)),
      members_(members_of(*group_)),
      clock_(clock),
      recorder_(recorder),
      on_change_(std::move(on_change)),
      arbiter_(group_->policy, saved, generation_floor, clock.now()),
      wrong_node_said_(group_->nodes.size()),
      roles_(group_->nodes.size(), ShownRole{"UNKNOWN", clock.wall_now()}),
      moments_{saved && saved->opened ? *saved->opened : clock.wall_now(), clock.wall_now()},
      no_such_group_said_(group_->nodes.size()) {
  if (saved && saved->hold && !arbiter_.hold()) dropped_hold_ = saved->hold;
}

void DecisionLoop::begin() {
  if (dropped_hold_) say_hold_ended("hold_dropped", *dropped_hold_);
  dropped_hold_.reset();
  Decision before = arbiter_.decision();
  std::optional<decision::Hold> hold = arbiter_.hold();
  bool changed = arbiter_.begin(clock_.now());
  note_hold_that_ran_out(hold);
  // The first reason is no news: log_first_round() says it once everybody was asked.
  Decision::Change change = arbiter_.decision().change;
  record(changed, "auto");
  if (change != Decision::Change::none) log_decision(before.reason);
  if (changed) on_change_(*this);
}

void DecisionLoop::observe(std::size_t node, const BrokerAnswer& answer, decision::Said said) {
  Observation observation{members_[node].node, answer.started, answer.finished, std::move(said)};
  log_wrong_node(node, observation);
  Decision before = arbiter_.decision();
  std::optional<decision::Hold> hold = arbiter_.hold();
  bool changed = arbiter_.observe(observation, clock_.now());
  std::string role = decision::role_word(arbiter_.evidence()[node]);
  if (role != roles_[node].word) roles_[node] = {std::move(role), clock_.wall_now()};
  note_hold_that_ran_out(hold);
  after(changed, before, answer.finished);
  log_no_such_group(node);
  log_first_round();
}

void DecisionLoop::adopt(std::shared_ptr<const config::Group> group) {
  group_ = std::move(group);
  members_ = members_of(*group_);
  if (group_->policy == arbiter_.policy()) return;
  Decision before = arbiter_.decision();
  std::optional<decision::Hold> hold = arbiter_.hold();
  bool changed = arbiter_.set_policy(group_->policy, clock_.now());
  note_hold_that_ran_out(hold);
  after(changed, before, clock_.now());
}

void DecisionLoop::set_hold(std::optional<decision::Hold> hold, const std::string& who,
                            const std::string& why) {
  std::string_view event = hold ? "hold" : "release";
  std::string what = hold ? to_word(hold->kind) : "release";
  if (hold && hold->kind == decision::Hold::Kind::pin) what += " " + hold->node;
  if (hold) what += " until " + seconds_text(hold->until_wall);
  runtime::log(Severity::notice, event,
               {{"group", group_->name}, {"what", what}, {"by", who}, {"why", why}});
  Decision before = arbiter_.decision();
  bool changed = arbiter_.set_hold(std::move(hold), clock_.now());
  recorder_.add({clock_.wall_now(),
                 clock_.now(),
                 std::string(event),
                 group_->name,
                 who,
                 why.empty() ? what : what + ": " + why,
                 {}});
  after(changed, before, clock_.now(), who);
}

void DecisionLoop::note_hold_that_ran_out(const std::optional<decision::Hold>& before) {
  if (before && !arbiter_.hold()) say_hold_ended("hold_expired", *before);
}

void DecisionLoop::say_hold_ended(std::string_view event, const decision::Hold& hold) {
  std::string what = to_word(hold.kind);
  if (hold.kind == decision::Hold::Kind::pin) what += " " + hold.node;
  bool is_dropped = event == "hold_dropped";
  std::string why = is_dropped ? "; the node that it held is no member any more" : "";
  runtime::log(is_dropped ? Severity::warning : Severity::notice, event,
               {{"group", group_->name},
                {"what", what},
                {"by", hold.who},
                {"detail", fmt::format("it was: {}{}", hold.reason, why)}});
  std::string detail = fmt::format("{} of {}: {}{}", what, hold.who, hold.reason, why);
  recorder_.add({clock_.wall_now(),
                 clock_.now(),
                 std::string(event),
                 group_->name,
                 "auto",
                 std::move(detail),
                 {}});
}

void DecisionLoop::tick() {
  runtime::TimePoint now = clock_.now();
  if (!arbiter_.next_deadline() || now < *arbiter_.next_deadline()) return;
  Decision before = arbiter_.decision();
  std::optional<decision::Hold> hold = arbiter_.hold();
  bool changed = arbiter_.tick(now);
  note_hold_that_ran_out(hold);
  after(changed, before, now);
}

void DecisionLoop::note_published(runtime::TimePoint when) {
  if (last_failover_ && !last_failover_->published_at) last_failover_->published_at = when;
}

void DecisionLoop::record(bool changed, const std::string& actor) {
  const decision::Step& step = arbiter_.last_step();
  if (!changed && (same_but_for_times(step.view, recorded_) || !evidence_budget_.take(step.now)))
    return;
  recorded_ = step.view;
  std::uint64_t left_out = evidence_budget_.take_left_out();
  recorder_.add(
      {clock_.wall_now(), step.now, changed ? "decision" : "evidence", group_->name, actor,
       left_out == 0 ? ""
                     : fmt::format("{} changes of evidence before this were left out", left_out),
       step, arbiter_.policy()});
}

void DecisionLoop::after(bool changed, const Decision& before, runtime::TimePoint finished,
                         const std::string& actor) {
  record(changed, actor);
  // Without another decision there may be something to remember: under a hold the table learns of a
  // newer activation, a hold ends where it held nothing up, a group turns out to be one.
  decision::Saved known = std::exchange(saved_, arbiter_.saved());
  if (!changed && saved_ != known) on_change_(*this);
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

decision::Explanation DecisionLoop::explanation() const {
  runtime::TimePoint now = clock_.now();
  return explain(arbiter_.last_step().after, arbiter_.view(now), arbiter_.policy(), arbiter_.hold(),
                 now);
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
