#include "sidecar/agent/saved_group.hpp"

namespace signpost::agent {
namespace {

using decision::Hold;
using runtime::SavedHold;

std::optional<Hold> hold_of(const SavedHold& saved, const runtime::Clock& clock) {
  auto left = saved.until - clock.wall_now();
  if (left <= left.zero()) return std::nullopt;
  Hold hold;
  for (Hold::Kind kind : {Hold::Kind::freeze, Hold::Kind::pin, Hold::Kind::withdraw})
    if (saved.kind == to_word(kind)) hold.kind = kind;
  hold.node = saved.node;
  hold.reason = saved.reason;
  hold.who = saved.who;
  hold.since = saved.since;
  hold.until_wall = saved.until;
  hold.until = clock.now() + left;
  return hold;
}

}  // namespace

decision::Saved to_decision(const runtime::SavedGroup& saved, const runtime::Clock& clock) {
  decision::Saved s;
  s.active = saved.active;
  s.opened = saved.opened;
  s.generation = saved.generation;
  for (auto action :
       {decision::Action::withdraw, decision::Action::servfail, decision::Action::fallback})
    if (saved.action == to_word(action)) s.action = action;
  if (saved.hold) s.hold = hold_of(*saved.hold, clock);
  s.published = saved.published;
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
  return s;
}

}  // namespace signpost::agent
