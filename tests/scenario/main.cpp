// scenario_test [--trace] SCRIPT...: plays scripts. Prints file:line of everything that is
// otherwise than the script says; exit 1 then.
#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <string_view>

#include "tests/scenario/player.hpp"

namespace {

using namespace signpost::scenario;

bool play_file(const std::string& path, bool trace) {
  std::ifstream file(path);
  if (!file) return fmt::print("{}: cannot be read\n", path), false;
  try {
    Outcome outcome = play(read_script({std::istreambuf_iterator<char>(file), {}}));
    if (trace || !outcome.mistakes.empty()) {
      for (const std::string& line : outcome.trace) fmt::print("{}\n", line);
    }
    constexpr std::size_t shown_max = 10;  // the first ones tell what the others repeat
    for (std::size_t i = 0; i < outcome.mistakes.size() && i < shown_max; ++i)
      fmt::print("{}:{}: {}\n", path, outcome.mistakes[i].line, outcome.mistakes[i].what);
    fmt::print("{}: {} steps, {} mistakes\n", path, outcome.steps, outcome.mistakes.size());
    return outcome.mistakes.empty();
  } catch (const ScriptError& e) {
    fmt::print("{}:{}: {}\n", path, e.line, e.what());
    return false;
  }
}

}  // namespace

int main(int argc, char** argv) {
  bool trace = false;
  bool passed = argc > 1;
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--trace")
      trace = true;
    else
      passed = play_file(argv[i], trace) && passed;
  }
  return passed ? 0 : 1;
}
