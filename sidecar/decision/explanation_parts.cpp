#include "sidecar/decision/explanation_parts.hpp"

#include <algorithm>

namespace signpost::decision {

const NodeView* find(const GroupView& view, const std::string& node) {
  auto found = std::find_if(view.nodes.begin(), view.nodes.end(),
                            [&](const NodeView& v) { return v.name == node; });
  return found == view.nodes.end() ? nullptr : &*found;
}

std::vector<std::string> claimants(const GroupView& view) {
  std::vector<std::string> names;
  for (const NodeView& v : view.nodes) {
    if (v.says == Says::active) names.push_back(v.name);
  }
  return names;
}

std::size_t answering(const GroupView& view) {
  return static_cast<std::size_t>(
      std::count_if(view.nodes.begin(), view.nodes.end(),
                    [](const NodeView& v) { return v.says != Says::nothing; }));
}

std::size_t naming(const Explained& e, const std::string& node) {
  return static_cast<std::size_t>(
      std::count_if(e.view.nodes.begin(), e.view.nodes.end(), [&](const NodeView& v) {
        return v.is_observer && v.name != node && v.views_asked + e.policy.max_view_age >= e.now &&
               v.calls_master == std::vector{node};
      }));
}

std::size_t majority_of(const GroupView& view) { return view.nodes.size() / 2 + 1; }

std::optional<TimePoint> damped_until(const Explained& e) {
  const auto& last = e.standing().last_change;
  if (!last || *last + e.policy.damping <= e.now) return std::nullopt;
  return *last + e.policy.damping;
}

std::optional<NamedPlan> plan_about(Reason reason, const Policy& policy) {
  if (reason == Reason::electing) return NamedPlan{"on_none", policy.on_none};
  if (reason == Reason::blind) return NamedPlan{"on_blind", policy.on_blind};
  if (reason == Reason::conflict) return NamedPlan{"on_conflict", policy.on_conflict};
  return std::nullopt;
}

}  // namespace signpost::decision
