#include "sidecar/decision/memory.hpp"

#include <algorithm>

namespace signpost::decision {
namespace {

using Change = Decision::Change;

// The generation grows when clients are told something else, when the same node was activated anew,
// and when the same activation is seen again after doubt: in between another writer may have
// published something else, and the older of two equal claims must not win. Under a hold the table
// may speak of another node than clients do: what happens there confirms nothing.
Change change_of(const Memory& before, const Verdict& verdict) {
  const Standing& old = before.standing;
  if (verdict.published.node != old.published.node) return Change::moved;
  if (verdict.published.action != old.published.action) {
    return verdict.published.action == Action::keep ? Change::restored : Change::withheld;
  }
  if (!verdict.active || verdict.active != verdict.published.node) return Change::none;
  if (verdict.active == old.active && verdict.opened != old.opened) return Change::reactivated;
  // The table may come to the node that clients were sent to by an order.
  bool seen_claiming = verdict.active != old.active ||
                       verdict.table_reason == Reason::single_active ||
                       verdict.table_reason == Reason::newest_of_several;
  return before.doubted && seen_claiming ? Change::reconfirmed : Change::none;
}

void remember(Standing& s, const Verdict& verdict, Change change, TimePoint now) {
  bool another_activation = verdict.active != s.active || verdict.opened != s.opened;
  if (another_activation) s.seen_since = now;
  if (change == Change::moved) s.last_change = now;
  s.active = verdict.active;
  s.action = verdict.action;
  s.published = verdict.published;
  s.opened = verdict.opened;
  s.stale_since = verdict.stale_since;
  s.stale_node = verdict.stale_node;
  s.doubtful_since = verdict.doubtful_since;
}

void tell(Decision& d, const Verdict& verdict, TimePoint now) {
  const Publication table{verdict.active, verdict.action};
  bool is_overruled = verdict.reason == Reason::held || verdict.published != table;
  d.active = verdict.published.node;
  d.action = verdict.published.action;
  d.would_be = is_overruled ? std::optional(table) : std::nullopt;
  // Under a pin the table's time is another node's.
  d.opened = d.active == verdict.active ? verdict.opened : std::nullopt;
  if (d.reason != verdict.reason) d.reason_since = now;
  d.reason = verdict.reason;
  d.table_reason = verdict.table_reason;
  d.alarm = verdict.alarm;
  d.candidate = verdict.candidate;
}

}  // namespace

const char* to_word(Change change) {
  switch (change) {
    case Change::none:
      return "none";
    case Change::moved:
      return "moved";
    case Change::reactivated:
      return "reactivated";
    case Change::reconfirmed:
      return "reconfirmed";
    case Change::withheld:
      return "withheld";
    case Change::restored:
      return "restored";
  }
  return "?";
}

Memory settle(const Memory& before, const GroupView& view, const std::optional<Hold>& hold,
              const Policy& policy, TimePoint now) {
  Verdict verdict = decide(view, before.standing, hold, policy, now);
  Memory after = before;
  Decision& d = after.decision;
  d.change = change_of(before, verdict);
  if (d.change == Change::moved) {
    d.previous = before.standing.published.node;
    d.active_since = now;
  }
  if (d.change != Change::none) {
    d.generation = std::max(d.generation, before.generation_floor) + 1;
    d.evidence_started = verdict.evidence_started;
  }
  tell(d, verdict, now);
  remember(after.standing, verdict, d.change, now);
  // An accepted claim of another node is clear, but for a hold that keeps clients elsewhere.
  bool is_elsewhere = verdict.active != verdict.published.node;
  bool is_old_news = verdict.active == before.standing.active && is_doubt(verdict.table_reason);
  bool settled = d.change != Change::none;
  after.doubted = (before.doubted && !settled) || (verdict.active && (is_elsewhere || is_old_news));
  after.deadline = verdict.deadline;
  return after;
}

}  // namespace signpost::decision
