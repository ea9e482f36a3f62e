#include "tests/sim/engine.hpp"

#include <gtest/gtest.h>

namespace signpost::sim {
namespace {

using namespace std::chrono_literals;

TEST(Engine, RunsEventsInOrderOfTimeThenOfAsking) {
  Engine engine;
  std::string order;
  engine.after(2s, [&] { order += 'c'; });
  engine.after(1s, [&] { order += 'a'; });
  engine.after(1s, [&] { order += 'b'; });
  while (engine.step(engine.begun() + 10s)) {
  }
  EXPECT_EQ(order, "abc");
  EXPECT_EQ(engine.now(), engine.begun() + 10s);
}

TEST(Engine, StopsShortOfTheEnd) {
  Engine engine;
  bool ran = false;
  engine.after(1s, [&] { ran = true; });
  EXPECT_FALSE(engine.step(engine.begun() + 1s));
  EXPECT_FALSE(ran);
  EXPECT_TRUE(engine.step(engine.begun() + 2s));
  EXPECT_TRUE(ran);
  EXPECT_EQ(engine.now(), engine.begun() + 1s);
}

TEST(Engine, RunsAnEventForThePastNow) {
  Engine engine;
  Time ran{};
  engine.after(1s, [&] { engine.at(engine.begun(), [&] { ran = engine.now(); }); });
  while (engine.step(engine.begun() + 5s)) {
  }
  EXPECT_EQ(ran, engine.begun() + 1s);
}

TEST(Engine, HashesTextTimeAndOrderOfNotes) {
  const auto hash = [](std::initializer_list<std::string_view> lines, Duration wait) {
    Engine engine;
    engine.step(engine.begun() + wait);
    for (const std::string_view line : lines) engine.note(line);
    return engine.trace_hash();
  };
  const std::uint64_t one = hash({"a", "b"}, 1s);
  EXPECT_EQ(one, hash({"a", "b"}, 1s));
  EXPECT_NE(one, hash({"b", "a"}, 1s));
  EXPECT_NE(one, hash({"ab"}, 1s));
  EXPECT_NE(one, hash({"a", "b"}, 2s));
}

TEST(Engine, KeepsTheTraceOnlyWhenAsked) {
  Engine engine;
  engine.note("unseen");
  engine.keep_trace(true);
  engine.step(engine.begun() + 1500ms);
  engine.note("seen");
  ASSERT_EQ(engine.trace().size(), 1U);
  EXPECT_EQ(engine.trace()[0], "   1.500000 seen");
}

TEST(Dice, IsTheSameOnEveryMachine) {
  Dice dice(1);  // the first outputs of splitmix64 for this seed
  EXPECT_EQ(dice.next(), 0x910a2dec89025cc1U);
  EXPECT_EQ(dice.next(), 0xbeeb8da1658eec67U);
}

TEST(Dice, ForksAreNotShiftedByWhatElseIsDrawn) {
  Dice quiet(7);
  Dice busy(7);
  for (int i = 0; i < 10; ++i) busy.next();
  EXPECT_EQ(quiet.fork("network").next(), busy.fork("network").next());
  EXPECT_NE(quiet.fork("network").next(), quiet.fork("faults").next());
}

TEST(Dice, StaysWithinItsBoundsAndReachesThem) {
  Dice dice(3);
  bool least = false;
  bool most = false;
  int hits = 0;
  for (int i = 0; i < 10'000; ++i) {
    EXPECT_LT(dice.below(3), 3U);
    const Duration d = dice.between(5ns, 8ns);
    ASSERT_TRUE(d >= 5ns && d <= 8ns);
    least = least || d == 5ns;
    most = most || d == 8ns;
    hits += dice.chance(0.25);
  }
  EXPECT_TRUE(least && most);
  EXPECT_NEAR(hits, 2500, 200);
  EXPECT_FALSE(dice.chance(0));
  EXPECT_TRUE(dice.chance(1));
}

}  // namespace
}  // namespace signpost::sim
