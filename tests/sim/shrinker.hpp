// Shrinker: the shortest schedule it can find that violates the same invariant.
#pragma once

#include <functional>

#include "tests/sim/simulation.hpp"

namespace signpost::sim {

/// `outcome` must have a violation. `progress` is told how many faults are left.
Outcome shrink(const Outcome& outcome, const std::function<void(std::size_t)>& progress);

}  // namespace signpost::sim
