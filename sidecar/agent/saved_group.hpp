// Between what the arbiter remembers and what the state file holds: the file knows only the clock
// on the wall.
#pragma once

#include "sidecar/decision/arbiter.hpp"
#include "sidecar/runtime/state_file.hpp"

namespace signpost::agent {

/// A hold that ran out meanwhile is there, for its end to be a step of its own.
decision::Saved to_decision(const runtime::SavedGroup& saved, const runtime::Clock& clock);
runtime::SavedGroup to_saved(const decision::Saved& saved);

}  // namespace signpost::agent
