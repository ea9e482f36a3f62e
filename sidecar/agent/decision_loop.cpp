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
using decision::Observation;
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

void DecisionLoop::adopt(std::shared_ptr<const config::Group> group, std::uint64_t others) {
  group_ = std::move(group);
  members_ = members_of(*group_);
  arbiter_.exceed_generation(others);
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

decision::Explanation DecisionLoop::explanation() const {
  runtime::TimePoint now = clock_.now();
  return explain(arbiter_.last_step().after, arbiter_.view(now), arbiter_.policy(), arbiter_.hold(),
                 now);
}

}  // namespace signpost::agent
