// Which faults a seed brings: a few kinds of them, so that a run is about something, at VOPR's
// rates and FoundationDB's "each kind in a quarter of the runs".
#pragma once

#include "tests/sim/fault.hpp"
#include "tests/sim/world.hpp"

namespace signpost::sim {

/// At least three faults, in order of time, all begun before world.faults_until.
Schedule draw_schedule(const World& world);

}  // namespace signpost::sim
