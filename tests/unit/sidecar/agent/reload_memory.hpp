// ReloadMemory: an agent, and a second one that starts with what the first has stored.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/sidecar/agent/agent_rig.hpp"

namespace signpost::test {

using namespace std::chrono_literals;

struct ReloadMemory : testing::Test {
  Rig r;
  Rig again;

  /// n1 was activated several times: a generation that a newcomer has not.
  void steady_with_a_history() {
    r.steady();
    for (int i = 1; i < 6; ++i) {
      r.group.elect("n1", 100s + 5s * i);
      r.clock.run_for(2s);
    }
  }

  /// n1 is back, from before n2, and says that it is active.
  static void resume_n1(Rig& rig) {
    std::optional<probe::VirtualhostRow> newer = rig.group["n2"].row;
    rig.group.elect("n1", 100s);
    rig.group["n2"].row = newer;
  }
};

}  // namespace signpost::test
