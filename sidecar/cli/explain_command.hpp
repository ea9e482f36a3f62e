// `signpost explain`: why each name leads where it does, and what would change that; now, from the
// daemon, or at a past time, from the history. Both print what decision::explain_text makes.
#pragma once

#include <chrono>
#include <iosfwd>

#include "sidecar/cli/arguments.hpp"
#include "sidecar/cli/exit_codes.hpp"
#include "sidecar/config/config_parser.hpp"
#include "sidecar/runtime/clock.hpp"

namespace signpost::cli {

ExitCode explain_command(const ExplainCommand& command, const config::Environment& environment,
                         runtime::WallTime now, std::ostream& out, std::ostream& err,
                         std::chrono::milliseconds patience = std::chrono::seconds(5));

}  // namespace signpost::cli
