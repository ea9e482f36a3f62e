// The command line from end to end: arguments, the command, the exit code.
#pragma once

namespace signpost::cli {

int run_command(int argc, const char* const* argv);

}  // namespace signpost::cli
