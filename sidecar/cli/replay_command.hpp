// `signpost replay`: decides again what a history recorded.
#pragma once

#include <iosfwd>

#include "sidecar/cli/arguments.hpp"
#include "sidecar/cli/exit_codes.hpp"
#include "sidecar/config/config_parser.hpp"

namespace signpost::cli {

/// exit_no: a decision differs, or a line is damaged that no crash cut off.
ExitCode replay_command(const ReplayCommand& command, const config::Environment& environment,
                        std::ostream& out, std::ostream& err);

}  // namespace signpost::cli
