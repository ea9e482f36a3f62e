// What a reload would do: the next configuration against the one that runs. Pure.
//
// Sockets, threads and files that were opened at the start stay as they are; that is said, and the
// configuration in force keeps their old values.
#pragma once

#include <string>
#include <vector>

#include "sidecar/config/config.hpp"

namespace signpost::agent {

struct ConfigChanges {
  config::Config in_force;                // `next`, but for what needs a restart
  std::vector<std::string> applied;       // one line for each broker, group, table
  std::vector<std::string> need_restart;  // "[http] listen"
  std::string refused;                    // empty, or why nothing of it can be applied
};

ConfigChanges changes_between(const config::Config& running, const config::Config& next);

}  // namespace signpost::agent
