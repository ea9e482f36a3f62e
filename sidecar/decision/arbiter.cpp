#include "sidecar/decision/arbiter.hpp"

#include <algorithm>

namespace signpost::decision {

Arbiter::Arbiter(Policy policy, const std::optional<Saved>& saved, std::uint64_t generation_floor,
                 TimePoint now)
    : policy_(std::move(policy)), generation_floor_(generation_floor) {
  for (const std::string& node : policy_.nodes) evidence_.emplace_back(node);
  decision_.active_since = decision_.reason_since = standing_.seen_since = now;
  if (saved) {
    if (saved->generation > 0) generation_floor_ = decision_.generation = saved->generation;
    bool still_configured = saved->active && std::find(policy_.nodes.begin(), policy_.nodes.end(),
                                                       *saved->active) != policy_.nodes.end();
    if (still_configured) {
      standing_.active = standing_.published = saved->active;
      standing_.opened = saved->opened;
      // What happened while this process was not there is unknown: its first sight of the same node
      // is a re-confirmation.
      doubted_ = true;
    }
  }
  settle(now);
}

bool Arbiter::observe(const Observation& observation, TimePoint now) {
  auto node = std::find_if(evidence_.begin(), evidence_.end(),
                           [&](const NodeEvidence& e) { return e.name() == observation.node; });
  if (node == evidence_.end() || !node->fold(observation)) return false;
  is_ha_ = is_ha_ || (node->row() && !node->row()->group.empty()) ||
           (node->roles() && node->roles()->own);
  return settle(now);
}

bool Arbiter::tick(TimePoint now) {
  return next_deadline_ && now >= *next_deadline_ && settle(now);
}

bool Arbiter::set_hold(std::optional<Hold> hold, TimePoint now) {
  hold_ = std::move(hold);
  return settle(now);
}

GroupView Arbiter::view(TimePoint now) const {
  GroupView v;
  bool plain = false;
  for (const NodeEvidence& e : evidence_) {
    v.nodes.push_back(e.view(policy_, now));
    v.all_asked = v.all_asked && e.was_asked();
    if (!e.row() || !e.row()->group.empty()) continue;
    plain = true;
    // A virtualhost of the same name outside the group, on a broker that has not joined, is no
    // member.
    if (is_ha_) v.nodes.back().says = Says::nothing;
  }
  v.has_witnesses = (is_ha_ || !plain) && evidence_.size() >= 3;
  return v;
}

bool Arbiter::settle(TimePoint now) {
  if (hold_ && now >= hold_->until) hold_.reset();
  Verdict verdict = decide(view(now), standing_, hold_, policy_, now);
  Decision before = decision_;
  before.change = Decision::Change::none;
  note_change(verdict, now);
  decision_.active = verdict.published;
  decision_.would_be = verdict.reason == Reason::held ? verdict.active : std::nullopt;
  decision_.opened = verdict.opened;
  decision_.alarm = verdict.alarm;
  decision_.withdrawn = verdict.withdrawn;
  decision_.candidate = verdict.candidate;
  if (decision_.reason != verdict.reason) decision_.reason_since = now;
  decision_.reason = verdict.reason;
  standing_.active = verdict.active;
  standing_.published = verdict.published;
  standing_.opened = verdict.opened;
  standing_.stale_since = verdict.stale_since;
  standing_.stale_node = verdict.stale_node;
  note_deadline(verdict, now);
  bool moved = decision_.change == Decision::Change::moved;
  doubted_ = !moved && (doubted_ || (standing_.active && is_doubt(verdict.table_reason)));
  return decision_ != before;
}

// The generation grows when another node is published, when the same node was activated anew, and
// when the same activation is seen again after doubt: in between another writer may have published
// something else, and the older of two equal claims must not win.
void Arbiter::note_change(const Verdict& verdict, TimePoint now) {
  bool seen_claiming = verdict.table_reason == Reason::single_active ||
                       verdict.table_reason == Reason::newest_of_several;
  bool table_moved = verdict.active != standing_.active;
  bool reopened = !table_moved && verdict.active && verdict.opened != standing_.opened;
  if (table_moved || reopened) standing_.seen_since = now;
  if (verdict.published != standing_.published) {
    decision_.change = Decision::Change::moved;
    decision_.previous = standing_.published;
    decision_.active_since = standing_.last_change.emplace(now);
  } else if (reopened) {
    decision_.change = Decision::Change::reactivated;
  } else if (verdict.active && doubted_ && seen_claiming) {
    decision_.change = Decision::Change::reconfirmed;
  } else {
    decision_.change = Decision::Change::none;
  }
  if (decision_.change == Decision::Change::none) return;
  decision_.generation = std::max(decision_.generation, generation_floor_) + 1;
  decision_.evidence_started = verdict.evidence_started;
  doubted_ = false;
}

void Arbiter::note_deadline(const Verdict& verdict, TimePoint now) {
  next_deadline_ = verdict.deadline;
  for (const NodeEvidence& e : evidence_) {
    if (!e.last_answer()) continue;
    TimePoint too_old = *e.last_answer() + policy_.max_view_age + std::chrono::milliseconds(1);
    if (too_old > now && (!next_deadline_ || too_old < *next_deadline_)) next_deadline_ = too_old;
  }
}

}  // namespace signpost::decision
