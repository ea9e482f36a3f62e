// Between what the arbiter remembers and what the state file holds: the file knows only the clock
// on the wall.
#pragma once

#include <optional>

#include "sidecar/config/config.hpp"
#include "sidecar/decision/arbiter.hpp"
#include "sidecar/runtime/state_file.hpp"

namespace signpost::agent {

/// A hold that ran out meanwhile is there, for its end to be a step of its own.
decision::Saved to_decision(const runtime::SavedGroup& saved, const runtime::Clock& clock);
runtime::SavedGroup to_saved(const decision::Saved& saved);

/// What `state` holds of a group of `config`. One that has another name now is found by the domain
/// name that it is published at: the generation of that name must not shrink, and what was
/// published there stays when it is the same group at the brokers.
std::optional<decision::Saved> remembered(const runtime::State& state, const config::Group& group,
                                          const config::Config& config,
                                          const runtime::Clock& clock);

}  // namespace signpost::agent
