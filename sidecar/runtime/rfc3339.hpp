// A moment for people and other machines.
#pragma once

#include <string>

#include "sidecar/runtime/clock.hpp"

namespace signpost::runtime {

/// "2026-11-22T02:59:53.120Z"
std::string rfc3339(WallTime time);

}  // namespace signpost::runtime
