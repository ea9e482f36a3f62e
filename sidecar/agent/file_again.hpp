// FileAgain: the configuration file, read once more while the daemon runs.
#pragma once

#include <optional>
#include <string>

#include "sidecar/config/config.hpp"

namespace signpost::agent {

struct FileAgain {
  std::optional<config::Config> config;
  std::string sha256;
  std::string errors;  // for people, several lines; set when there is no config
};

}  // namespace signpost::agent
