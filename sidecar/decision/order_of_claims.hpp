// Which of two activations came later: by the brokers' clocks, by what the members say, or, where
// there are no witnesses, by what the others deny.
#pragma once

#include <string>

#include "sidecar/decision/active_node.hpp"

namespace signpost::decision {

/// All that the table looks at, but for the hold.
struct Inputs {
  const GroupView& view;
  const Standing& standing;
  const Policy& policy;
  TimePoint now;
};

bool is_majority(std::size_t count, const GroupView& view);

/// With its own claim, more than half of the configured nodes name it.
bool majority_names(const NodeView& subject, const Inputs& in);

/// May this claim take the place of P?
bool may_follow(const NodeView& claim, const Inputs& in);

}  // namespace signpost::decision
