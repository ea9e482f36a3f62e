#include "sidecar/decision/arbiter.hpp"

#include <algorithm>
#include <utility>

namespace signpost::decision {

Arbiter::Arbiter(Policy policy, const std::optional<Saved>& saved, std::uint64_t generation_floor,
                 TimePoint now)
    : policy_(std::move(policy)) {
  for (const std::string& node : policy_.nodes) evidence_.emplace_back(node);
  Memory& memory = step_.after;
  memory.generation_floor = generation_floor;
  memory.decision.active_since = memory.decision.reason_since = memory.standing.seen_since = now;
  if (saved) restore(*saved);
  memory.decision.active = memory.standing.published.node;
  memory.decision.action = memory.standing.published.action;
  if (memory.decision.active == memory.standing.active)
    memory.decision.opened = memory.standing.opened;
  next_deadline_ = now;
}

bool Arbiter::begin(TimePoint now) { return take_step(now); }

void Arbiter::restore(const Saved& saved) {
  Memory& memory = step_.after;
  Standing& standing = memory.standing;
  if (saved.generation > 0) memory.generation_floor = memory.decision.generation = saved.generation;
  standing.action = saved.action;
  if (is_configured(saved.active)) {
    standing.active = saved.active;
    standing.opened = saved.opened;
    // What happened while this process was not there is unknown: its first sight of the same node
    // is a re-confirmation.
    memory.doubted = true;
  }
  hold_ = saved.hold;
  is_ha_ = saved.is_ha;
  // What clients were told, even if that node is gone: that they are told something else now is a
  // change, counted by the first step.
  bool was_elsewhere = saved.published || saved.published_action;
  bool was_withdrawn = hold_ && hold_->kind == Hold::Kind::withdraw;
  standing.published = {
      was_elsewhere ? saved.published : saved.active,
      was_withdrawn ? Action::withdraw : saved.published_action.value_or(saved.action)};
  if (!hold_ || !standing.published.node || is_configured(standing.published.node)) return;
  if (standing.published.action == Action::keep) hold_.reset();  // there is no address to hold
}

bool Arbiter::is_configured(const std::optional<std::string>& node) const {
  return node &&
         std::find(policy_.nodes.begin(), policy_.nodes.end(), *node) != policy_.nodes.end();
}

bool Arbiter::observe(const Observation& observation, TimePoint now) {
  auto node = std::find_if(evidence_.begin(), evidence_.end(),
                           [&](const NodeEvidence& e) { return e.name() == observation.node; });
  if (node == evidence_.end() || !node->fold(observation)) return false;
  note_group(now);
  return take_step(now);
}

void Arbiter::note_group(TimePoint now) {
  auto is_of_group = [](const NodeEvidence& e) {
    return (e.row() && !e.row()->group.empty()) || (e.roles() && e.roles()->own);
  };
  auto is_of_none = [&](const NodeEvidence& e) {
    return e.last_answer() && *e.last_answer() + policy_.max_view_age >= now && e.roles() &&
           !is_of_group(e);
  };
  if (std::any_of(evidence_.begin(), evidence_.end(), is_of_group))
    is_ha_ = true;
  else if (is_ha_ && std::all_of(evidence_.begin(), evidence_.end(), is_of_none))
    is_ha_ = false;  // every broker says so, of its virtualhost and of its virtualhost nodes
}

bool Arbiter::tick(TimePoint now) {
  return next_deadline_ && now >= *next_deadline_ && take_step(now);
}

bool Arbiter::set_policy(Policy policy, TimePoint now) {
  policy_ = std::move(policy);
  return take_step(now);
}

void Arbiter::exceed_generation(std::uint64_t others) {
  Memory& memory = step_.after;
  memory.generation_floor = std::max(memory.generation_floor, others);
  std::uint64_t& generation = memory.decision.generation;
  if (generation > 0 && generation <= others) generation = others + 1;
}

bool Arbiter::set_hold(std::optional<Hold> hold, TimePoint now) {
  hold_ = std::move(hold);
  return take_step(now);
}

GroupView Arbiter::view(TimePoint now) const {
  GroupView v;
  bool plain = false;
  v.all_asked = std::all_of(evidence_.begin(), evidence_.end(),
                            [](const NodeEvidence& e) { return e.was_asked(); });
  v.nodes.reserve(evidence_.size());
  for (const NodeEvidence& e : evidence_) {
    v.nodes.push_back(e.view(policy_, now));
    if (!e.row() || !e.row()->group.empty()) continue;
    plain = true;
    // A virtualhost of the same name outside the group, on a broker that has not joined, is no
    // member. Whether there is a group is not known before all were asked.
    if (is_ha_ || !v.all_asked) v.nodes.back().says = Says::nothing;
  }
  v.has_witnesses = (is_ha_ || !plain) && evidence_.size() >= 3;
  return v;
}

Saved Arbiter::saved() const {
  const Memory& m = step_.after;
  Saved s{m.standing.active, m.standing.opened, m.decision.generation, m.standing.action, hold_};
  s.is_ha = is_ha_;
  if (hold_ || m.standing.published != Publication{s.active, s.action}) {
    s.published = m.standing.published.node;
    s.published_action = m.standing.published.action;
  }
  return s;
}

bool Arbiter::take_step(TimePoint now) {
  if (hold_ && now >= hold_->until) hold_.reset();
  step_.now = now;
  step_.before = std::move(step_.after);
  step_.view = view(now);
  step_.hold = hold_;
  step_.after = settle(step_.before, step_.view, step_.hold, policy_, now);
  note_deadline(now);
  Decision& before = step_.before.decision;
  // What an earlier step changed is no difference between the two.
  Decision::Change earlier = std::exchange(before.change, Decision::Change::none);
  bool differs = step_.after.decision != before;
  before.change = earlier;
  return differs;
}

void Arbiter::note_deadline(TimePoint now) {
  next_deadline_ = step_.after.deadline;
  auto due = [&](TimePoint when) {
    if (when > now && (!next_deadline_ || when < *next_deadline_)) next_deadline_ = when;
  };
  for (const NodeEvidence& e : evidence_) {
    if (e.last_answer())
      due(*e.last_answer() + policy_.max_view_age + std::chrono::milliseconds(1));
  }
  for (const NodeView& node : step_.view.nodes) {
    if (node.is_observer)
      due(node.views_asked + policy_.max_view_age + std::chrono::milliseconds(1));
  }
}

}  // namespace signpost::decision
