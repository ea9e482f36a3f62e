// `signpost check`: is this configuration usable, here and by this user? Creates and changes
// nothing.
#pragma once

#include <iosfwd>
#include <string>

#include "sidecar/cli/exit_codes.hpp"
#include "sidecar/config/config_parser.hpp"

namespace signpost::cli {

/// Prints a summary to `out`, or every error to `err`.
ExitCode check_command(const std::string& config_path, const config::Environment& environment,
                       std::ostream& out, std::ostream& err);

/// Why a daemon run by this user could not keep its state there, with the cure; empty = it could. A
/// directory that is missing is fine if it can be created in one that exists.
std::string state_directory_problem(const std::string& configured);

}  // namespace signpost::cli
