// `signpost explain`: why each name leads where it does, and what would change that, in the
// daemon's own words.
#pragma once

#include <chrono>
#include <iosfwd>

#include "sidecar/cli/arguments.hpp"
#include "sidecar/cli/exit_codes.hpp"

namespace signpost::cli {

ExitCode explain_command(const ExplainCommand& command, std::ostream& out, std::ostream& err,
                         std::chrono::milliseconds patience = std::chrono::seconds(5));

}  // namespace signpost::cli
