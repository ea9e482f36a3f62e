// Daemon: the agent as a process. Binds the sockets, owns the threads, handles the signals, stops
// within a second without withdrawing anything.
#pragma once

#include <functional>
#include <string>

#include "sidecar/agent/file_again.hpp"
#include "sidecar/config/config.hpp"

namespace signpost::agent {

struct DaemonOptions {
  std::string version, revision;
  std::string config_path, config_sha256;
  std::function<FileAgain()> read_config_again;  // for a reload
  std::function<void(const config::Log&)> apply_log_settings;
};

/// Runs until SIGTERM or SIGINT; a second one ends the process at once. Returns the exit code
/// (sysexits: 75 an address is in use, 77 not permitted, 78 the configuration cannot be used),
/// having said why.
int run_daemon(const config::Config& config, const DaemonOptions& options);

}  // namespace signpost::agent
