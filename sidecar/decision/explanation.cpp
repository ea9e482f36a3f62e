#include "sidecar/decision/explanation.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "sidecar/decision/explain_text.hpp"
#include "sidecar/decision/explanation_parts.hpp"

namespace signpost::decision {
namespace {

Explanation::Row row_of(const Explained& e) {
  const Decision& d = e.decision();
  switch (d.reason) {
    case Reason::starting:
      return {"first_round", "no active node is known, and some broker has not been asked yet"};
    case Reason::single_active:
      return {"sole_claim_active", "exactly one node claims, and it is the active one"};
    case Reason::active_moved:
      return {"sole_claim_new", "exactly one node claims, and it came after the active one"};
    case Reason::stale_claim:
      if (d.candidate == e.standing().active)
        return {"sole_claim_waited",
                "exactly one node claims, has for stale_hold, and nothing shows a newer one"};
      return {"sole_claim_old",
              "exactly one node claims, and nothing shows that it came after the active one"};
    case Reason::unconfirmed:
      return {"sole_claim_unconfirmed", "a new claim counts once AMQP confirms it"};
    case Reason::newest_of_several:
      return {"newest_claim", "several nodes claim, and one came after all others"};
    case Reason::conflict:
      return {"claims_unordered", "several nodes claim, and nothing tells which one is newer"};
    case Reason::electing:
      return {"no_claim", "no node claims, and a majority answers"};
    case Reason::blind:
      return {"no_view", "no node claims, and no majority answers"};
    case Reason::damped:
      return {"damping", "a change is due, but the last one is too recent"};
    case Reason::held:
      return {"hold", "an operator's hold overrules the table"};
  }
  return {};
}

std::string answering_text(const GroupView& view) {
  return fmt::format("{} of {} nodes answer", answering(view), view.nodes.size());
}

// What a question for the name gets, and which policy says so.
std::string told(const Explained& e) {
  const Decision& d = e.decision();
  if (d.action == Action::keep)
    return d.active ? "the record stays on " + *d.active
                    : "no active node is known yet, so the answer is SERVFAIL";
  auto named = plan_about(d.reason, e.policy);
  std::string by = named && named->plan.action == d.action ? fmt::format(" ({})", named->key) : "";
  std::string answer = answer_text({d.active, d.action});
  return d.active ? fmt::format("the address of {} is withheld and the answer is {}{}", *d.active,
                                answer, by)
                  : fmt::format("the answer is {}{}", answer, by);
}

std::string held_text(const Explained& e) {
  const Decision& d = e.decision();
  const std::optional<Hold>& hold = e.hold;
  if (!hold) return "an operator's hold is in force: " + told(e);
  std::string what;
  switch (hold->kind) {
    case Hold::Kind::freeze:
      what = "frozen";
      break;
    case Hold::Kind::pin:
      what = "pinned to " + hold->node;
      break;
    case Hold::Kind::withdraw:
      what = "withdrawn";
      break;
  }
  std::string now = hold->kind == Hold::Kind::pin ? "the record says " + hold->node : told(e);
  std::string without = "the same";
  if (d.would_be && *d.would_be != Publication{d.active, d.action})
    without = fmt::format("{} ({})", answer_text(*d.would_be), to_word(d.table_reason));
  return fmt::format("{} by {} until {} ({}): {}; without the hold: {}", what,
                     hold->who.empty() ? "an operator" : hold->who, time_text(hold->until_wall),
                     hold->reason.empty() ? "no reason given" : hold->reason, now, without);
}

std::string stale_text(const Explained& e) {
  const Decision& d = e.decision();
  if (d.candidate == e.standing().active) {
    return fmt::format(
        "{} is published although nothing shows that it came after the node before: nobody else "
        "has claimed for {}",
        d.candidate, span_text(e.policy.stale_hold));
  }
  const NodeView* node = find(e.view, d.candidate);
  bool earlier = node != nullptr && order_of(node->opened, e.standing().opened) == Order::earlier;
  return fmt::format(
      "{} claims to be active, but {}, so it may be an old master that was paused: {}", d.candidate,
      earlier ? "was opened before " + e.table_node()
              : "nothing shows that it came after " + e.table_node(),
      told(e));
}

std::string unconfirmed_text(const Explained& e) {
  const Decision& d = e.decision();
  const NodeView* node = find(e.view, d.candidate);
  bool denied = node != nullptr && node->confirmation == Confirmation::denied;
  return fmt::format("{} claims to be active, but AMQP {}: {}", d.candidate,
                     denied ? "is refused there" : "has not confirmed it yet", told(e));
}

std::string newest_text(const Explained& e) {
  std::vector<std::string> all = claimants(e.view);
  const NodeView* newest = find(e.view, e.table_node());
  bool by_time = newest != nullptr &&
                 std::all_of(e.view.nodes.begin(), e.view.nodes.end(), [&](const NodeView& other) {
                   return &other == newest || other.says != Says::active ||
                          order_of(newest->opened, other.opened) == Order::later;
                 });
  return fmt::format("{} claim to be active, and {}", list_text(all),
                     by_time ? e.table_node() + " was opened last"
                             : "a majority calls " + e.table_node() + " MASTER");
}

std::string why(const Explained& e) {
  const Decision& d = e.decision();
  switch (d.reason) {
    case Reason::starting:
      return fmt::format("not every broker has been asked once since the start: {}", told(e));
    case Reason::single_active:
      return fmt::format("{} is the only node whose virtualhost is active ({})", e.table_node(),
                         answering_text(e.view));
    case Reason::active_moved:
      return fmt::format("{} became the only node whose virtualhost is active ({})", e.table_node(),
                         answering_text(e.view));
    case Reason::stale_claim:
      return stale_text(e);
    case Reason::unconfirmed:
      return unconfirmed_text(e);
    case Reason::newest_of_several:
      return newest_text(e);
    case Reason::conflict:
      return fmt::format("{} claim to be active and nothing tells which one is newer: {}",
                         list_text(claimants(e.view)), told(e));
    case Reason::electing:
      return fmt::format("no virtualhost is active ({}): {}", answering_text(e.view), told(e));
    case Reason::blind:
      return fmt::format("too few nodes can be asked ({}, {} are needed): {}",
                         answering_text(e.view), majority_of(e.view), told(e));
    case Reason::damped:
      return fmt::format("{} is due, but the last change is less than {} ago (damping): {}",
                         d.candidate, span_text(e.policy.damping), told(e));
    case Reason::held:
      return held_text(e);
  }
  return {};
}

std::string claim_text(const NodeView& node, const Policy& policy) {
  std::string text = "claims to be active, opened ";
  text += node.opened ? time_text(*node.opened) : "at an unknown time";
  switch (node.confirmation) {
    case Confirmation::confirmed:
      return text + (policy.ask_amqp ? ", AMQP in order" : "");
    case Confirmation::pending:
      return text + ", AMQP has not confirmed it yet";
    case Confirmation::denied:
      return text + ", AMQP is refused";
  }
  return text;
}

Explanation::Evidence evidence_of(const NodeView& node, const Policy& policy, TimePoint now) {
  Explanation::Evidence out;
  out.node = node.name;
  out.says = node.says;
  out.opened = node.opened;
  out.confirmation = node.confirmation;
  switch (node.says) {
    case Says::nothing:
      out.detail = "no answer that counts";
      break;
    case Says::not_active:
      out.detail = "says that it is not active";
      break;
    case Says::active:
      out.detail = claim_text(node, policy);
      break;
  }
  if (node.says != Says::nothing) out.age = now - node.answer_started;
  bool views_count = node.is_observer && node.views_asked + policy.max_view_age >= now;
  if (!views_count) return out;
  out.calls_master = node.calls_master;
  out.views_age = now - node.views_asked;
  out.detail += node.calls_master.empty() ? "; calls nobody MASTER"
                                          : "; calls " + list_text(node.calls_master) + " MASTER";
  return out;
}

}  // namespace

std::string because(const Memory& memory, const GroupView& view, const Policy& policy,
                    const std::optional<Hold>& hold) {
  return why({memory, view, policy, hold, TimePoint{}});
}

Explanation explain(const Memory& memory, const GroupView& view, const Policy& policy,
                    const std::optional<Hold>& hold, TimePoint now) {
  Explained inputs{memory, view, policy, hold, now};
  const Decision& d = memory.decision;
  Explanation out;
  out.active = d.active;
  out.action = d.action;
  out.generation = d.generation;
  out.reason = d.reason;
  out.table_reason = d.table_reason;
  out.reason_age = now - d.reason_since;
  out.row = row_of(inputs);
  out.because = why(inputs);
  for (const NodeView& node : view.nodes) out.evidence.push_back(evidence_of(node, policy, now));
  out.runner_up = runner_up_of(inputs);
  out.needs = needs_of(inputs);
  out.checks = checks_of(inputs);
  return out;
}

}  // namespace signpost::decision
