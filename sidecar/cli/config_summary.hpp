// What a configuration means, for a person who is about to start it.
#pragma once

#include <string>

#include "sidecar/config/config.hpp"

namespace signpost::cli {

/// Brokers, groups with their nodes and records, the served zone, sockets. Ends with a newline.
std::string config_summary(const config::Config& config);

}  // namespace signpost::cli
