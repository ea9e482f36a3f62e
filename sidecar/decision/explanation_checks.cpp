// The questions of the truth table one by one, and who came second.
#include <fmt/core.h>

#include <algorithm>

#include "sidecar/decision/explain_text.hpp"
#include "sidecar/decision/explanation_parts.hpp"

namespace signpost::decision {
namespace {

using Check = Explanation::Check;
using RunnerUp = Explanation::RunnerUp;

Check fresh_views(const Explained& e) {
  std::vector<std::string> silent;
  for (const NodeView& node : e.view.nodes) {
    if (node.says == Says::nothing) silent.push_back(node.name);
  }
  std::string detail = fmt::format("{} of {} nodes answered in the last {}", answering(e.view),
                                   e.view.nodes.size(), span_text(e.policy.max_view_age));
  if (!silent.empty()) detail += ", not " + list_text(silent);
  return {"fresh_views", answering(e.view) >= majority_of(e.view), detail};
}

Check exactly_one_active(const Explained& e) {
  std::vector<std::string> all = claimants(e.view);
  return {"exactly_one_active", all.size() == 1, all.empty() ? "none" : list_text(all)};
}

Check order(const Explained& e) {
  const Decision& d = e.decision();
  const NodeView* node = find(e.view, d.candidate);
  if (d.table_reason == Reason::conflict)
    return {"order", false, "opened within 2 s of each other, or at unknown times"};
  if (node == nullptr || e.standing().active == d.candidate) {
    bool claims = !claimants(e.view).empty();
    return {"order", claims ? std::optional(true) : std::nullopt,
            claims ? "no claim is newer than that of " + e.table_node() : "nobody claims"};
  }
  if (!e.standing().active) return {"order", std::nullopt, "nothing to compare with yet"};
  switch (order_of(node->opened, e.standing().opened)) {
    case Order::earlier:
      return {"order", false,
              fmt::format("{} was opened {} before {}", node->name,
                          span_text(*e.standing().opened - *node->opened), e.table_node())};
    case Order::unordered:
      return {"order", false,
              fmt::format("{} was opened within 2 s of {}, or at an unknown time", node->name,
                          e.table_node())};
    case Order::later:
      return {"order", true,
              fmt::format("{} was opened {} after {}", node->name,
                          span_text(*node->opened - *e.standing().opened), e.table_node())};
  }
  return {};
}

Check majority(const Explained& e) {
  if (!e.view.has_witnesses)
    return {"majority", std::nullopt, "no witnesses in this group: the time alone orders"};
  const Decision& d = e.decision();
  std::string subject = d.candidate.empty() ? e.standing().active.value_or("") : d.candidate;
  if (subject.empty()) return {"majority", std::nullopt, "nobody to name"};
  const NodeView* node = find(e.view, subject);
  std::size_t own = node != nullptr && node->says == Says::active ? 1 : 0;
  std::size_t votes = own + votes_for(subject, e.view, e.standing(), e.policy, e.now);
  bool some_are_too_old = votes < own + naming(e, subject);
  // Where the time orders, or nobody else claims, nobody asks for votes.
  bool is_asked_for = d.table_reason == Reason::conflict ||
                      (d.table_reason == Reason::stale_claim && e.standing().active != subject);
  std::optional<bool> passed = is_asked_for ? std::optional(false) : std::nullopt;
  if (votes >= majority_of(e.view)) passed = true;
  return {"majority", passed,
          fmt::format("{} of {} nodes name {} ({} are a majority){}", votes, e.view.nodes.size(),
                      subject, majority_of(e.view),
                      some_are_too_old ? "; views that may be from before the time of " +
                                             e.table_node() + " do not count"
                                       : "")};
}

Check confirmed(const Explained& e) {
  if (!e.policy.ask_amqp) return {"confirmed", std::nullopt, "AMQP is not asked"};
  for (const NodeView& node : e.view.nodes) {
    if (node.says != Says::active || node.confirmation == Confirmation::confirmed) continue;
    return {"confirmed", false,
            node.confirmation == Confirmation::denied ? "AMQP is refused at " + node.name
                                                      : "AMQP has not confirmed " + node.name};
  }
  bool claims = !claimants(e.view).empty();
  return {"confirmed", claims ? std::optional(true) : std::nullopt,
          claims ? "no claim is in doubt" : "nobody claims"};
}

Check damping(const Explained& e) {
  if (e.policy.damping == Duration{}) return {"damping", std::nullopt, "off"};
  if (auto until = damped_until(e))
    return {"damping", false, fmt::format("{} to go", span_text(*until - e.now))};
  return {"damping", true,
          fmt::format("the last change is more than {} ago", span_text(e.policy.damping))};
}

Check hold(const Explained& e) {
  if (!e.hold) return {"hold", true, "none"};
  std::string node = e.hold->node.empty() ? "" : " to " + e.hold->node;
  return {"hold", false,
          fmt::format("{}{} by {}, {} left", to_word(e.hold->kind), node, e.hold->who,
                      span_text(std::max(e.hold->until - e.now, Duration{})))};
}

Check policy(const Explained& e) {
  if (e.standing().action != Action::keep)
    return {"policy", false,
            fmt::format("the address is withheld: {}",
                        answer_text({e.standing().active, e.standing().action}))};
  auto named = plan_about(e.decision().table_reason, e.policy);
  if (!named || named->plan.action == Action::keep) return {"policy", true, "nothing is withheld"};
  Duration left = e.standing().doubtful_since.value_or(e.now) + named->plan.after - e.now;
  return {"policy", true,
          fmt::format("{} in {} ({})", answer_text({e.standing().active, named->plan.action}),
                      span_text(std::max(left, Duration{})), named->key)};
}

std::string why_not(const NodeView& node, const Explained& e) {
  const Decision& d = e.decision();
  bool is_candidate = d.candidate == node.name;
  Order order = order_of(node.opened, e.standing().opened);
  if (d.reason == Reason::starting) return "not every broker has been asked once since the start";
  if (d.reason == Reason::held) return "the hold keeps it from being published";
  if (is_candidate && d.reason == Reason::damped)
    return fmt::format("the last change is less than {} ago (damping)",
                       span_text(e.policy.damping));
  if (node.confirmation == Confirmation::denied) return "AMQP is refused there";
  if (node.confirmation == Confirmation::pending) return "AMQP has not confirmed it yet";
  if (order == Order::earlier) return "it was opened before " + e.table_node();
  if (!e.standing().active || order == Order::later) return "nothing tells which claim is newer";
  return "nothing shows that it came after " + e.table_node();
}

// Most likely a node on its way to become master.
std::optional<RunnerUp> called_master(const Explained& e) {
  for (const NodeView& node : e.view.nodes) {
    std::size_t votes = naming(e, node.name);
    if (votes == 0 || node.says == Says::active || e.decision().active == node.name) continue;
    return RunnerUp{node.name,
                    fmt::format("{} of {} nodes call it MASTER, but it does not claim to "
                                "be active itself",
                                votes, e.view.nodes.size())};
  }
  return std::nullopt;
}

}  // namespace

std::vector<Check> checks_of(const Explained& e) {
  return {fresh_views(e), exactly_one_active(e),
          order(e),       majority(e),
          confirmed(e),   damping(e),
          hold(e),        policy(e)};
}

std::optional<RunnerUp> runner_up_of(const Explained& e) {
  const Decision& d = e.decision();
  bool is_held_back = d.reason == Reason::held && e.standing().active != d.active;
  const NodeView* best = is_held_back ? find(e.view, e.table_node()) : find(e.view, d.candidate);
  if (best != nullptr && d.active == best->name) best = nullptr;
  for (const NodeView& node : e.view.nodes) {
    if (is_held_back || d.candidate == node.name || node.says != Says::active ||
        d.active == node.name)
      continue;
    if (best == nullptr || (best->name != d.candidate && node.opened > best->opened)) best = &node;
  }
  if (best == nullptr) return called_master(e);
  return RunnerUp{best->name, why_not(*best, e)};
}

}  // namespace signpost::decision
