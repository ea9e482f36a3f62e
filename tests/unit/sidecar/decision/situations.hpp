// Every situation in which a group can be: a step each, in a group of three (a pair where that
// matters) whose active node was n1, opened 100 s after the epoch of these tests.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sidecar/decision/explanation.hpp"

namespace signpost::decision::test {

struct Situation {
  std::string name;
  Policy policy;
  Step step;
};

const std::vector<Situation>& situations();

/// A replica calls n2 MASTER, but by a view that may be older than n1's time.
Situation stale_among_witnesses();

/// What would be published if `need` came true; nullopt where a test cannot make it true.
std::optional<Publication> fulfilled(const Situation& s, const Explanation::Need& need);

}  // namespace signpost::decision::test
