// What the parts of explain() share: its inputs, and words for them. Not for others.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sidecar/decision/explanation.hpp"

namespace signpost::decision {

struct Explained {
  const Memory& memory;
  const GroupView& view;
  const Policy& policy;
  const std::optional<Hold>& hold;
  TimePoint now;

  [[nodiscard]] const Standing& standing() const { return memory.standing; }
  [[nodiscard]] const Decision& decision() const { return memory.decision; }
  /// The active node of the table, which a hold may keep from being published.
  [[nodiscard]] std::string table_node() const { return standing().active.value_or("no node"); }
};

std::vector<Explanation::Need> needs_of(const Explained& e);
std::vector<Explanation::Check> checks_of(const Explained& e);
std::optional<Explanation::RunnerUp> runner_up_of(const Explained& e);

/// nullptr: no such node.
const NodeView* find(const GroupView& view, const std::string& node);
std::vector<std::string> claimants(const GroupView& view);
std::size_t answering(const GroupView& view);
std::size_t majority_of(const GroupView& view);
/// How many fresh views of replicas name this node alone, whether they count or not.
std::size_t naming(const Explained& e, const std::string& node);
/// When nobody may be moved to before; nullopt: a change is free.
std::optional<TimePoint> damped_until(const Explained& e);
/// The policy that speaks about this reason: its key and its plan; nullopt if none does.
struct NamedPlan {
  const char* key;
  const Plan& plan;
};
std::optional<NamedPlan> plan_about(Reason reason, const Policy& policy);

}  // namespace signpost::decision
