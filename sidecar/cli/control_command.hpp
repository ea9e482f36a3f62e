// `signpost hold`, `release` and `reload`: asks the daemon on this machine to change something, and
// prints what it says.
#pragma once

#include <chrono>
#include <iosfwd>

#include "sidecar/cli/arguments.hpp"
#include "sidecar/cli/exit_codes.hpp"
#include "sidecar/config/config_parser.hpp"

namespace signpost::cli {

/// `patience` is for everything; longer than the daemon's own.
ExitCode control_command(const ControlCommand& command, const config::Environment& environment,
                         std::ostream& out, std::ostream& err,
                         std::chrono::milliseconds patience = std::chrono::seconds(10));

}  // namespace signpost::cli
