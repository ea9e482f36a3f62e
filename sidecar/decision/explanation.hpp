// Explanation: why clients are told what they are told, and what would change it, as data. Made of
// the same values as the decision, so that a decision that was written down explains itself the
// same way as the one in force.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sidecar/decision/memory.hpp"

namespace signpost::decision {

struct Explanation {
  /// A row of the truth table: a stable word, and the row as a sentence.
  struct Row {
    std::string word;
    std::string text;
    bool operator==(const Row&) const = default;
  };

  /// What one node's evidence comes to.
  struct Evidence {
    std::string node;
    Says says = Says::nothing;
    std::string detail;           // the same in words
    std::optional<Duration> age;  // of the answer behind `says`; nullopt: no answer counts
    std::optional<WallTime> opened;
    Confirmation confirmation = Confirmation::confirmed;
    std::vector<std::string> calls_master;  // the views that it gives as a replica
    std::optional<Duration> views_age;
    std::string note;  // what its probes said, from who keeps them; a recorded step has none
    bool operator==(const Evidence&) const = default;
  };

  struct RunnerUp {
    std::string node;
    std::string why_not;
    bool operator==(const RunnerUp&) const = default;
  };

  /// One of the things any of which would change what clients are told.
  struct Need {
    std::string kind;            // stable: "newer_claim", "damping", ...
    std::string node;            // that it is about; empty = any
    std::string text;            // "n2 to be the only one to claim for 12 s more"
    std::optional<Duration> in;  // it needs nothing but this time
    bool operator==(const Need&) const = default;
  };

  /// One of the questions that the table asks. `passed`: nothing in the way of the answer or of a
  /// change; nullopt = does not apply.
  struct Check {
    std::string word;
    std::optional<bool> passed;
    std::string detail;
    bool operator==(const Check&) const = default;
  };

  std::optional<std::string> active;
  Action action = Action::keep;
  std::uint64_t generation = 0;
  Reason reason = Reason::starting;
  Reason table_reason = Reason::starting;
  Duration reason_age{};
  Row row;
  std::string because;
  std::vector<Evidence> evidence;  // a line for each node, in the order of the configuration
  std::optional<RunnerUp> runner_up;
  std::vector<Need> needs;
  std::vector<Check> checks;
  bool operator==(const Explanation&) const = default;
};

/// `memory`: after the step that decided; of a recorded step: explain(step.after, step.view,
/// policy, step.hold, step.now). `view` may be newer than that step.
Explanation explain(const Memory& memory, const GroupView& view, const Policy& policy,
                    const std::optional<Hold>& hold, TimePoint now);

/// "n2 is the only node whose virtualhost is active (3 of 3 nodes answer)": one sentence without
/// ages, so that it stays the same while nothing happens.
std::string because(const Memory& memory, const GroupView& view, const Policy& policy,
                    const std::optional<Hold>& hold);

}  // namespace signpost::decision
