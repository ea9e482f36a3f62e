// What a script expects of the decision: read from a line, and held against the decision.
#pragma once

#include <string>
#include <vector>

#include "tests/scenario/script.hpp"
#include "tests/scenario/words.hpp"

namespace signpost::scenario {

/// "withdraw", "SERVFAIL", ...
decision::Action take_action(Words& words);

/// The rest of the line: items separated by commas.
Expectation read_expectation(Words& words, const std::vector<std::string>& nodes);

/// How the generation grew since a script asked for it last.
struct Growth {
  std::vector<decision::Decision::Change> changes;
  std::optional<decision::Reason> newest;  // not forgotten when asked for
};

/// One sentence per difference.
std::vector<std::string> differences(const Expectation& expected, const decision::Arbiter& arbiter,
                                     const Growth& growth);

}  // namespace signpost::scenario
