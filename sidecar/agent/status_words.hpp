// A decision in the words of the status document: the state of a group, and how well it is.
#pragma once

#include <string>

#include "sidecar/decision/memory.hpp"
#include "sidecar/status/status_snapshot.hpp"

namespace signpost::agent {

/// starting | settling | published | no_active | conflict | held | blind | withheld | fallback
std::string state_word(const decision::Decision& d);

status::Health judge(const decision::Decision& d, bool every_node_answers,
                     std::chrono::steady_clock::duration reason_age);

}  // namespace signpost::agent
