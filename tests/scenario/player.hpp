// Player: plays a script on an arbiter in virtual time, and holds each step against what is true in
// any situation.
#pragma once

#include <string>
#include <vector>

#include "tests/scenario/script.hpp"

namespace signpost::scenario {

struct Mistake {
  std::size_t line = 0;
  std::string what;
};

/// Everything that went otherwise than the script says. `trace`: each growth and each change of the
/// reason, for a person who asks what happened.
struct Outcome {
  std::vector<Mistake> mistakes;
  std::vector<std::string> trace;
  std::size_t steps = 0;
};

Outcome play(const Script& script);

}  // namespace signpost::scenario
