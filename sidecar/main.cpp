// The process: arguments in, exit code out. Everything else is in cli/ and agent/.
#include <exception>
#include <iostream>

#include "sidecar/cli/arguments.hpp"
#include "sidecar/cli/commands.hpp"

int main(int argc, char** argv) {
  try {
    return signpost::cli::run_command(argc, argv);
  } catch (const std::exception& e) {
    std::cerr << "signpost: " << e.what() << '\n';
    return 1;
  }
}
