#include "sidecar/decision/active_node.hpp"

#include <algorithm>

#include "sidecar/decision/order_of_claims.hpp"

namespace signpost::decision {
namespace {

// clang-format off
// The truth table. P = the node published now, with the lastOpenedTime it claimed with; N = another node;
// C = the newest of several. A confirmed claim: AMQP accepts it, or is not asked.
//
//  claims         | and                                                  | active     | reason
//  ---------------+------------------------------------------------------+------------+------------------
//  any            | no P, and some node was not asked since the start    | none       | starting
//  exactly one: P | any                                                  | P          | single_active
//  exactly one: N | AMQP denies it, or has not confirmed it yet          | P          | unconfirmed
//  exactly one: N | no P; or N later than P; or unordered, and a         | N          | active_moved
//                 | majority names N or, in a group without witnesses,   |            |
//                 | the other nodes all say "not active"                 |            |
//  exactly one: N | none of these, for less than stale_hold of unbroken  | P          | stale_claim, alarm
//                 | claims                                               |            |
//  exactly one: N | none of these, for stale_hold                        | N          | stale_claim, alarm
//  two or more    | C later than all others, or a majority names C alone | as if C alone claimed; P or N for
//                 |                                                      | C then is newest_of_several
//  two or more    | nothing orders them                                  | P          | conflict, alarm
//  none           | a majority of the nodes answered freshly             | P          | electing
//  none           | fewer answered                                       | P          | blind, alarm
//  would change   | less than `damping` since the last change            | P          | damped
//  any            | a hold is in force                                   | as ordered | held
// clang-format on
//
// While no claim is accepted the policies may withhold P's address: on_none under electing,
// on_blind under blind, on_conflict under conflict, each once the doubt has lasted for its `after`
// and every node was asked since the start. What is withheld comes back with an accepted claim and
// with nothing else: a name must not blink.
//
// Why P's own "not active" does not free N when N is older: P may have been succeeded by a third
// node, newer than both, that cannot be seen at the moment. Why stale_hold ends: a clock was set
// back, and the wait has outlived every resumed master.

Verdict keep(const Inputs& in, Reason reason) {
  Verdict v;
  v.active = in.standing.active;
  v.opened = in.standing.opened;
  v.reason = reason;
  return v;
}

Verdict move(const NodeView& claim, Reason reason) {
  Verdict v;
  v.active = claim.name;
  v.opened = claim.opened;
  v.reason = reason;
  v.candidate = claim.name;
  v.evidence_started = claim.answer_started;
  return v;
}

Verdict stay(const NodeView& claim, const Inputs& in, Reason reason) {
  Verdict v = keep(in, reason);
  v.opened = std::max(claim.opened, in.standing.opened);  // nullopt is smaller than any time
  v.evidence_started = claim.answer_started;
  return v;
}

Verdict hold_off(const NodeView& claim, const Inputs& in) {
  bool same = in.standing.stale_since && in.standing.stale_node == claim.name;
  TimePoint since = same ? *in.standing.stale_since : in.now;
  if (in.now - since >= in.policy.stale_hold) {
    Verdict v = move(claim, Reason::stale_claim);
    v.alarm = true;
    return v;
  }
  Verdict v = keep(in, Reason::stale_claim);
  v.alarm = true;
  v.candidate = claim.name;
  v.stale_since = since;
  v.stale_node = claim.name;
  v.deadline = since + in.policy.stale_hold;
  return v;
}

Verdict sole_claim(const NodeView& claim, const Inputs& in, Reason as_P, Reason as_N) {
  if (in.standing.active == claim.name) return stay(claim, in, as_P);
  if (claim.confirmation != Confirmation::confirmed) {
    Verdict v = keep(in, Reason::unconfirmed);
    v.candidate = claim.name;
    v.deadline = claim.confirmed_at;
    return v;
  }
  return may_follow(claim, in) ? move(claim, as_N) : hold_off(claim, in);
}

const NodeView* newest(const std::vector<const NodeView*>& claims, const Inputs& in) {
  for (const NodeView* c : claims) {
    if (std::all_of(claims.begin(), claims.end(), [&](const NodeView* other) {
          return other == c || order_of(c->opened, other->opened) == Order::later;
        })) {
      return c;
    }
  }
  for (const NodeView* c : claims) {
    if (majority_names(*c, in)) return c;
  }
  return nullptr;
}

Verdict several_claims(const std::vector<const NodeView*>& claims, const Inputs& in) {
  if (const NodeView* c = newest(claims, in)) {
    return sole_claim(*c, in, Reason::newest_of_several, Reason::newest_of_several);
  }
  Verdict v = keep(in, Reason::conflict);
  v.alarm = true;
  for (const NodeView* c : claims) {
    if (in.standing.active != c->name) v.candidate = c->name;
  }
  return v;
}

// One lost probe does not begin the wait anew: only a clear "not active" or a silence longer than
// max_view_age breaks a claim.
void keep_waiting(Verdict& v, const Inputs& in) {
  if (!in.standing.stale_since) return;
  for (const NodeView& node : in.view.nodes) {
    if (node.name == in.standing.stale_node && node.says == Says::nothing && node.last_claimed &&
        *node.last_claimed + in.policy.max_view_age >= in.now) {
      v.stale_since = in.standing.stale_since;
      v.stale_node = in.standing.stale_node;
    }
  }
}

Verdict no_claim(const Inputs& in) {
  auto answering = std::count_if(in.view.nodes.begin(), in.view.nodes.end(),
                                 [](const NodeView& node) { return node.says != Says::nothing; });
  bool electing = is_majority(static_cast<std::size_t>(answering), in.view);
  Verdict v = keep(in, electing ? Reason::electing : Reason::blind);
  v.alarm = !electing;
  keep_waiting(v, in);
  return v;
}

Verdict by_claims(const Inputs& in) {
  if (!in.standing.active && !in.view.all_asked) return keep(in, Reason::starting);
  std::vector<const NodeView*> claims;
  for (const NodeView& node : in.view.nodes) {
    if (node.says == Says::active) claims.push_back(&node);
  }
  if (claims.empty()) return no_claim(in);
  if (claims.size() == 1)
    return sole_claim(*claims.front(), in, Reason::single_active, Reason::active_moved);
  return several_claims(claims, in);
}

Verdict damp(Verdict v, const Inputs& in) {
  bool changes = in.standing.active && v.active != in.standing.active;
  if (!changes || !in.standing.last_change ||
      in.now - *in.standing.last_change >= in.policy.damping)
    return v;
  Verdict kept = keep(in, Reason::damped);
  kept.candidate = v.candidate;
  kept.alarm = v.alarm;
  if (in.standing.stale_node == v.candidate) {
    kept.stale_since = in.standing.stale_since;
    kept.stale_node = in.standing.stale_node;
  }
  kept.deadline = *in.standing.last_change + in.policy.damping;
  return kept;
}

void due(Verdict& v, TimePoint when) {
  v.deadline = v.deadline ? std::min(*v.deadline, when) : when;
}

// nullptr: the situation is none that a policy speaks about.
const Plan* plan_for(Reason reason, const Policy& policy) {
  switch (reason) {
    case Reason::electing:
      return &policy.on_none;
    case Reason::blind:
      return &policy.on_blind;
    case Reason::conflict:
      return &policy.on_conflict;
    case Reason::starting:
    case Reason::single_active:
    case Reason::active_moved:
    case Reason::stale_claim:
    case Reason::unconfirmed:
    case Reason::newest_of_several:
    case Reason::damped:
    case Reason::held:
      return nullptr;
  }
  return nullptr;
}

bool is_claim_accepted(const Verdict& v, const Inputs& in) {
  return v.active != in.standing.active || v.reason == Reason::single_active ||
         v.reason == Reason::newest_of_several;
}

void withhold_by_policy(Verdict& v, const Inputs& in) {
  if (is_claim_accepted(v, in)) return;
  v.doubtful_since = in.standing.doubtful_since.value_or(in.now);
  v.action = in.standing.action;
  // Before every node was asked it is not known that nobody claims: a restart must not blink.
  if (!in.view.all_asked) return;
  const Plan* plan = plan_for(v.reason, in.policy);
  if (plan == nullptr || plan->action == Action::keep || plan->action == v.action) return;
  TimePoint when = *v.doubtful_since + plan->after;
  if (in.now >= when)
    v.action = plan->action;
  else
    due(v, when);
}

// What clients were told last, without a node that has left the group.
Publication told_last(const Inputs& in) {
  Publication last = in.standing.published;
  bool is_member = std::any_of(in.view.nodes.begin(), in.view.nodes.end(),
                               [&](const NodeView& v) { return v.name == last.node; });
  if (!is_member) last.node.reset();
  return last;
}

// The end of a hold is no claim. Until one is seen clients stay at the address that they have: the
// table's node was never told to them, and may be gone for long. Where they have none the table's
// node is the best that is known.
Publication published_by_table(const Verdict& v, const Inputs& in) {
  Publication table{v.active, v.action};
  Publication last = told_last(in);
  if (is_claim_accepted(v, in) || !last.node) return table;
  if (v.action != Action::keep) return {last.node, v.action};  // withheld is theirs, too
  return last.action == Action::keep ? last : table;
}

void apply(const Hold& hold, Verdict& v, const Inputs& in) {
  v.reason = Reason::held;
  due(v, hold.until);
  switch (hold.kind) {
    case Hold::Kind::freeze:
      v.published = told_last(in);
      return;
    case Hold::Kind::pin:
      v.published = {hold.node, Action::keep};
      return;
    case Hold::Kind::withdraw:
      v.published = {told_last(in).node, Action::withdraw};
      return;
  }
}

// A broker may not have said when P was opened (the cell is null while it opens): the first claim
// of P that does orders all others.
std::optional<Standing> with_time_of_claim(const GroupView& view, const Standing& standing) {
  if (!standing.active || standing.opened) return std::nullopt;
  for (const NodeView& node : view.nodes) {
    if (node.name != *standing.active || node.says != Says::active || !node.opened) continue;
    Standing informed = standing;
    informed.opened = node.opened;
    return informed;
  }
  return std::nullopt;
}

}  // namespace

Verdict decide(const GroupView& view, const Standing& standing, const std::optional<Hold>& hold,
               const Policy& policy, TimePoint now) {
  std::optional<Standing> informed = with_time_of_claim(view, standing);
  Inputs in{view, informed ? *informed : standing, policy, now};
  Verdict v = damp(by_claims(in), in);
  withhold_by_policy(v, in);
  v.published = published_by_table(v, in);
  v.table_reason = v.reason;
  if (hold && now < hold->until) apply(*hold, v, in);
  return v;
}

}  // namespace signpost::decision
