// `signpost history`: what happened, from the file.
#pragma once

#include <iosfwd>

#include "sidecar/cli/arguments.hpp"
#include "sidecar/cli/exit_codes.hpp"
#include "sidecar/config/config_parser.hpp"
#include "sidecar/runtime/clock.hpp"

namespace signpost::cli {

ExitCode history_command(const HistoryCommand& command, const config::Environment& environment,
                         runtime::WallTime now, std::ostream& out, std::ostream& err);

}  // namespace signpost::cli
