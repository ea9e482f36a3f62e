#include "sidecar/agent/saved_group.hpp"

#include <algorithm>

namespace signpost::agent {
namespace {

using decision::Hold;
using runtime::SavedHold;

Hold hold_of(const SavedHold& saved, const runtime::Clock& clock) {
  Hold hold;
  for (Hold::Kind kind : {Hold::Kind::freeze, Hold::Kind::pin, Hold::Kind::withdraw})
    if (saved.kind == to_word(kind)) hold.kind = kind;
  hold.node = saved.node;
  hold.reason = saved.reason;
  hold.who = saved.who;
  hold.since = saved.since;
  hold.until_wall = saved.until;
  hold.until = clock.now() + (saved.until - clock.wall_now());
  return hold;
}

std::optional<decision::Action> action_of(const std::string& word) {
  using decision::Action;
  for (Action action : {Action::keep, Action::withdraw, Action::servfail, Action::fallback})
    if (word == to_word(action)) return action;
  return std::nullopt;
}

/// Who is still there, or was until now, has not left.
bool left_later(const runtime::SavedGroup& a, const runtime::SavedGroup& than) {
  return than.gone && (!a.gone || *a.gone > *than.gone);
}

}  // namespace

decision::Saved to_decision(const runtime::SavedGroup& saved, const runtime::Clock& clock) {
  decision::Saved s;
  s.active = saved.active;
  s.opened = saved.opened;
  s.generation = saved.generation;
  s.action = action_of(saved.action).value_or(decision::Action::keep);
  if (saved.hold) s.hold = hold_of(*saved.hold, clock);
  s.published = saved.published;
  if (saved.published_action) s.published_action = action_of(*saved.published_action);
  s.is_ha = saved.is_ha;
  return s;
}

runtime::SavedGroup to_saved(const decision::Saved& saved) {
  runtime::SavedGroup s;
  s.generation = saved.generation;
  s.active = saved.active;
  s.opened = saved.opened;
  if (saved.action != decision::Action::keep) s.action = to_word(saved.action);
  if (saved.hold) {
    const Hold& hold = *saved.hold;
    s.hold = SavedHold{to_word(hold.kind), hold.node,  hold.reason,
                       hold.who,           hold.since, hold.until_wall};
  }
  s.published = saved.published;
  if (saved.published_action) s.published_action = to_word(*saved.published_action);
  s.is_ha = saved.is_ha;
  return s;
}

Remembered::Remembered(const runtime::State& state, const config::Config& config,
                       const runtime::Clock& clock)
    : state_(state), clock_(clock) {
  for (const config::Group& group : config.groups) living_.insert(group.name);
  for (const auto& entry : state.groups) {
    if (entry.second.record.empty()) continue;
    if (auto record = dns::Name::parse(entry.second.record)) published_[*record].push_back(&entry);
  }
}

std::uint64_t Remembered::generation_of_others(const config::Group& group) const {
  std::uint64_t highest = 0;
  auto there = published_.find(group.record.name);
  if (there == published_.end()) return highest;
  for (const Entry* entry : there->second)
    if (entry->first != group.name) highest = std::max(highest, entry->second.generation);
  return highest;
}

// Generations of two groups do not tell which one is newer: each counts from when it began.
std::optional<decision::Saved> Remembered::of(const config::Group& group) const {
  auto own = state_.groups.find(group.name);
  const Entry* newest = own != state_.groups.end() ? &*own : nullptr;
  auto there = published_.find(group.record.name);
  if (there != published_.end()) {
    for (const Entry* entry : there->second) {
      bool is_same_group =
          !living_.contains(entry->first) && entry->second.ha_group == group.ha_group;
      if (is_same_group && (newest == nullptr || left_later(entry->second, newest->second)))
        newest = entry;
    }
  }
  std::uint64_t others = generation_of_others(group);
  if (newest == nullptr && others == 0) return std::nullopt;
  decision::Saved saved = newest ? to_decision(newest->second, clock_) : decision::Saved{};
  if (others == 0) return saved;
  bool is_heir = newest != nullptr && newest->first != group.name;
  // What another group was published with is over; what this one is published with comes after it.
  if (saved.generation < others || (saved.generation == others && !is_heir))
    saved.generation = others + 1;
  return saved;
}

}  // namespace signpost::agent
