// `signpost status`: asks a running daemon, here or elsewhere, and shows what it says.
#pragma once

#include <chrono>
#include <iosfwd>

#include "sidecar/cli/arguments.hpp"
#include "sidecar/cli/exit_codes.hpp"

namespace signpost::cli {

/// `patience` is for everything: name, connection, answer.
ExitCode status_command(const StatusCommand& command, std::ostream& out, std::ostream& err,
                        std::chrono::milliseconds patience = std::chrono::seconds(5));

}  // namespace signpost::cli
