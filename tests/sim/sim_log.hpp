// The product's log lines go into the trace of the simulation that runs on this thread: this
// library brings its own runtime::log, so the real one is not linked.
#pragma once

#include <chrono>
#include <string_view>

#include "sidecar/runtime/clock.hpp"
#include "tests/sim/engine.hpp"

namespace signpost::sim {

/// Date on every wall that is right when a simulation begins.
constexpr runtime::WallTime wall_epoch{std::chrono::milliseconds(1'700'000'000'000)};

/// The trace of this thread's simulation; null = none.
void log_into(Engine* engine);
/// The process whose code runs next.
void log_as(std::string_view who);

}  // namespace signpost::sim
