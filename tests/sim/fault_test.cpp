#include "tests/sim/fault.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace signpost::sim {
namespace {

using namespace std::chrono_literals;

TEST(Schedule, IsReadBackAsItWasWritten) {
  Schedule schedule;
  schedule.seed = 18446744073709551615U;
  for (FaultKind kind : fault_kinds())
    schedule.faults.push_back({12345ms, kind, 2, 0, 4, 1500ms, -3600000});
  EXPECT_EQ(parse_schedule(to_text(schedule)), schedule);
}

TEST(Schedule, MayHaveCommentsAndEmptyLines) {
  Schedule schedule = parse_schedule(
      "# from a run\n\nseed 7\n"
      "at 1000ms crash s1 n1 other n1 for 500ms amount 0  # the first one\n");
  EXPECT_EQ(schedule.seed, 7U);
  ASSERT_EQ(schedule.faults.size(), 1U);
  EXPECT_EQ(schedule.faults[0].kind, FaultKind::crash);
}

TEST(Schedule, NeedsASeed) { EXPECT_THROW(parse_schedule(""), std::runtime_error); }

TEST(Schedule, RejectsALineThatIsNoFault) {
  for (const char* line : {"at 1000ms flood s1 n1 other n1 for 500ms amount 0", "crash",
                           "at 1000ms crash s0 n1 other n1 for 500ms amount 0"}) {
    EXPECT_THROW(parse_schedule("seed 7\n" + std::string(line)), std::runtime_error) << line;
  }
}

}  // namespace
}  // namespace signpost::sim
