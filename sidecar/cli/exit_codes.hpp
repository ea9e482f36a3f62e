// Exit codes of every command: those of sysexits(3) that an operator can act on.
#pragma once

namespace signpost::cli {

enum ExitCode {
  exit_ok = 0,
  exit_no = 1,              // the answer is "no", or an internal error
  exit_usage = 64,          // wrong arguments
  exit_no_input = 66,       // no such file
  exit_unavailable = 69,    // the daemon does not answer
  exit_try_again = 75,      // an address is in use, ...: may work later
  exit_not_permitted = 77,  // a file or a port that this user may not use
  exit_bad_config = 78,     // the configuration cannot be used as it is
};

}  // namespace signpost::cli
