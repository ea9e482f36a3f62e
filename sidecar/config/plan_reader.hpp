// on_none, on_conflict, on_blind of [group.decide], and what they need.
#pragma once

#include "sidecar/config/config.hpp"
#include "sidecar/config/reader.hpp"

namespace signpost::config {

void read_plans(Reader& decide, Group& group);

}  // namespace signpost::config
