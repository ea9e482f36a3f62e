#include "sidecar/agent/saved_group.hpp"

#include <set>
#include <string_view>

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
  std::set<std::string_view> living;
  for (const config::Group& group : config.groups) living.insert(group.name);
  for (const auto& [name, group] : state.groups) {
    if (group.record.empty() || living.contains(name)) continue;
    if (auto record = dns::Name::parse(group.record)) strangers_[*record].push_back(&group);
  }
}

std::optional<decision::Saved> Remembered::of(const config::Group& group) const {
  std::optional<decision::Saved> saved;
  auto own = state_.groups.find(group.name);
  if (own != state_.groups.end()) saved = to_decision(own->second, clock_);
  auto strangers = strangers_.find(group.record.name);
  if (strangers == strangers_.end()) return saved;
  for (const runtime::SavedGroup* other : strangers->second) {
    if (saved && saved->generation >= other->generation) continue;
    if (other->ha_group == group.ha_group)
      saved = to_decision(*other, clock_);
    else
      (saved ? *saved : saved.emplace()).generation = other->generation;
  }
  return saved;
}

}  // namespace signpost::agent
