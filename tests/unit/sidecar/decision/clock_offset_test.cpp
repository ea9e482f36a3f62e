#include "sidecar/decision/clock_offset.hpp"

#include <gtest/gtest.h>

namespace signpost::decision {
namespace {

using namespace std::chrono_literals;
using probe::TimePoint;
using probe::WallTime;
using std::chrono::milliseconds;

/// A broker whose clock is `offset` ahead, asked at `moment` of ours, answering after 4 ms.
struct Broker {
  milliseconds offset;
  ClockOffset clock;

  void ask(milliseconds moment) {
    const WallTime started = WallTime(1'795'578'000s) + moment;
    const WallTime stamp = std::chrono::floor<std::chrono::seconds>(started + 2ms + offset);
    clock.note({stamp, started, started + 4ms}, TimePoint(1h) + moment);
  }
  std::optional<ClockBounds> bounds(milliseconds moment) const {
    return clock.bounds(TimePoint(1h) + moment);
  }
};

TEST(ClockOffset, KnowsNothingWithoutAnAnswer) {
  EXPECT_FALSE(ClockOffset().bounds(TimePoint(1h)));
}

TEST(ClockOffset, HoldsTheTruthAndBecomesNarrower) {
  for (const milliseconds offset : {0ms, 1ms, 999ms, 1500ms, -1ms, -2600ms, 3600000ms}) {
    Broker broker{offset, {}};
    milliseconds width = 10s;
    for (int i = 0; i < 100; ++i) {
      const milliseconds moment = i * 537ms;
      broker.ask(moment);
      const auto bounds = broker.bounds(moment);
      ASSERT_TRUE(bounds);
      EXPECT_LE(bounds->least, offset);
      EXPECT_GE(bounds->most, offset);
      EXPECT_LE(bounds->most - bounds->least, width);
      width = bounds->most - bounds->least;
    }
    EXPECT_LT(width, 300ms) << "a round trip and what two clocks may drift";
  }
}

TEST(ClockOffset, ForgetsAfterTwoMinutes) {
  Broker broker{500ms, {}};
  broker.ask(0s);
  EXPECT_TRUE(broker.bounds(110s));
  EXPECT_FALSE(broker.bounds(120s));
}

TEST(ClockOffset, KeepsTheWindowWhileItSlides) {
  Broker broker{500ms, {}};
  for (int i = 0; i < 10'000; ++i) broker.ask(i * 537ms);
  const auto bounds = broker.bounds(9'999 * 537ms);
  ASSERT_TRUE(bounds);
  EXPECT_LE(bounds->least, 500ms);
  EXPECT_GE(bounds->most, 500ms);
}

TEST(ClockOffset, StartsOverWhenAClockWasSet) {
  Broker broker{0ms, {}};
  for (int i = 0; i < 20; ++i) broker.ask(i * 537ms);
  broker.offset = 30s;
  broker.ask(20s);
  const auto bounds = broker.bounds(20s);
  ASSERT_TRUE(bounds);
  EXPECT_LE(bounds->least, 30s);
  EXPECT_GE(bounds->most, 30s);
}

TEST(ClockOffset, FollowsADriftThatAKernelMayMake) {
  Broker broker{0ms, {}};
  for (int i = 0; i < 2000; ++i) {
    broker.offset = milliseconds(i / 4);  // 250 us per 537 ms: 465 ppm
    broker.ask(i * 537ms);
    const auto bounds = broker.bounds(i * 537ms);
    ASSERT_TRUE(bounds);
    ASSERT_LE(bounds->least, broker.offset) << i;
    ASSERT_GE(bounds->most, broker.offset) << i;
  }
}

TEST(ClockOffset, DropsAnAnswerDuringWhichOurClockWasSetBack) {
  ClockOffset clock;
  const WallTime noon(1'795'578'000s);
  clock.note({noon, noon, noon + 5ms}, TimePoint(1h));
  clock.note({noon + 9s, noon + 9s, noon + 4s}, TimePoint(1h) + 9s);
  EXPECT_FALSE(clock.bounds(TimePoint(1h) + 9s));
}

TEST(ProvenLead, IsWhatNoInterpretationTakesAway) {
  EXPECT_EQ(proven_lead({1500ms, 2500ms}, {-200ms, 400ms}), 1100ms);
  EXPECT_LE(proven_lead({0ms, 1000ms}, {0ms, 1000ms}), 0ms);
}

}  // namespace
}  // namespace signpost::decision
