// Memory: all that one group's next decision depends on besides what is seen, the hold, the policy
// and the time. settle() takes one step: what decide() says, counted. Pure, so that a step that was
// written down can be taken again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sidecar/decision/active_node.hpp"

namespace signpost::decision {

struct Decision {
  /// What made the generation grow, if it just did.
  enum class Change {
    none,
    moved,        // another node is published
    reactivated,  // the same node, activated anew
    reconfirmed,  // the same activation, seen again after doubt
    withheld,     // a policy or a hold put something in the place of the node's address
    restored,     // the address is back
  };

  std::optional<std::string> active;  // where clients are sent
  Action action = Action::keep;       // or what they are told instead
  // Under a hold, and after it until a claim is seen: what the table would publish.
  std::optional<Publication> would_be;
  std::optional<WallTime> opened;  // lastOpenedTime that the table's active node claimed with
  std::uint64_t generation = 0;
  Reason reason = Reason::starting;
  Reason table_reason = Reason::starting;  // the same, but under a hold: what the table says
  bool alarm = false;
  std::string candidate;     // another node whose claim was weighed
  TimePoint active_since{};  // start of this process for a node from the state file
  TimePoint reason_since{};
  TimePoint evidence_started{};  // start of the answer behind the newest growth of the generation
  Change change = Change::none;
  std::optional<std::string> previous;  // the active node before, when change is moved
  bool operator==(const Decision&) const = default;
};

/// "none", "moved", ...
const char* to_word(Decision::Change change);

struct Memory {
  Standing standing;
  Decision decision;
  std::uint64_t generation_floor = 0;  // the first generation is above it
  bool doubted = false;                // P was not seen claiming since the last growth
  std::optional<TimePoint> deadline;   // when time alone would change the decision
  bool operator==(const Memory&) const = default;
};

/// A hold that has run out is none.
Memory settle(const Memory& before, const GroupView& view, const std::optional<Hold>& hold,
              const Policy& policy, TimePoint now);

/// One step, with all that went in: what a history keeps and a replay repeats.
struct Step {
  TimePoint now{};
  Memory before;
  GroupView view;
  std::optional<Hold> hold;
  Memory after;
};

}  // namespace signpost::decision
