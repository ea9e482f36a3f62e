// Simulation: one seed, or one schedule, from the first event to the last: a phase in which
// everything may go wrong, then everything is healed and must come right, then failovers on a
// quiet day.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/sim/fault.hpp"
#include "tests/sim/invariants.hpp"

namespace signpost::sim {

struct Outcome {
  Schedule schedule;
  std::optional<Violation> violation;
  std::vector<bool> hit;  // by fault of the schedule
  std::uint64_t trace_hash = 0;
  std::vector<std::string> trace;  // if it was kept
  Duration length{};
  std::size_t sidecars = 0;
  std::size_t activations = 0;  // true ones
  std::uint64_t changes = 0;    // of what name servers answer
};

/// The schedule that the seed draws.
Schedule schedule_of(std::uint64_t seed);
/// `keep_trace`: every line of it, with its time. Deterministic; touches nothing outside.
Outcome simulate(const Schedule& schedule, bool keep_trace);

}  // namespace signpost::sim
