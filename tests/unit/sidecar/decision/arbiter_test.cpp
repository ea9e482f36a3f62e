#include "sidecar/decision/arbiter.hpp"

#include <gtest/gtest.h>

namespace signpost::decision {
namespace {

using namespace std::chrono_literals;
using probe::NodeRole;
using probe::State;

const TimePoint t0{1000s};
const std::uint64_t floor_ms = 1'700'000'000'000;

Policy three_nodes() {
  Policy p;
  p.nodes = {"n1", "n2", "n3"};
  return p;
}

Observation says_active(std::string node, TimePoint started, std::chrono::milliseconds opened) {
  probe::VirtualhostRow row;
  row.node = node;
  row.group = row.name = "weather";
  row.type = "BDB_HA";
  row.state = State::active;
  row.last_opened = WallTime(opened);
  return {std::move(node), started, started + 1ms, VirtualhostSeen{row}};
}
Observation says_replica(std::string node, TimePoint started) {
  probe::VirtualhostRow row;
  row.node = node;
  row.group = row.name = "weather";
  row.type = "BDB_HA_REPLICA";
  row.state = State::unavailable;
  return {std::move(node), started, started + 1ms, VirtualhostSeen{row}};
}
Observation refused(std::string node, TimePoint started) {
  return {
      std::move(node), started, started + 1ms,
      Failed{Failed::Question::virtualhosts, {probe::errc::connect_refused, "connection refused"}}};
}

// One round of answers: n1 active since `opened`, the others replicas.
void round(Arbiter& a, TimePoint t, const std::string& active, std::chrono::milliseconds opened) {
  for (const char* node : {"n1", "n2", "n3"}) {
    a.observe(node == active ? says_active(node, t, opened) : says_replica(node, t), t + 1ms);
  }
}

TEST(Arbiter, PublishesNothingBeforeEveryNodeWasAsked) {
  Arbiter a(three_nodes(), std::nullopt, floor_ms, t0);
  a.observe(says_active("n1", t0, 100s), t0 + 1ms);
  a.observe(says_replica("n2", t0), t0 + 1ms);
  EXPECT_EQ(a.decision().active, std::nullopt);
  EXPECT_EQ(a.decision().reason, Reason::starting);
  EXPECT_TRUE(a.observe(refused("n3", t0), t0 + 1ms));
  EXPECT_EQ(a.decision().active, "n1");
  EXPECT_EQ(a.decision().change, Decision::Change::moved);
}

TEST(Arbiter, StartsTheGenerationAboveTheFloorWhenNothingWasSaved) {
  Arbiter a(three_nodes(), std::nullopt, floor_ms, t0);
  round(a, t0, "n1", 100s);
  EXPECT_EQ(a.decision().generation, floor_ms + 1);
}

TEST(Arbiter, ContinuesTheSavedGenerationAndTheSavedNode) {
  Arbiter a(three_nodes(), Saved{"n2", WallTime(100s), 41}, floor_ms, t0);
  EXPECT_EQ(a.decision().active, "n2");
  EXPECT_EQ(a.decision().generation, 41U);
  EXPECT_TRUE(a.observe(says_active("n2", t0 + 1s, 100s), t0 + 1001ms));
  EXPECT_EQ(a.decision().change, Decision::Change::reconfirmed);
  EXPECT_EQ(a.decision().generation, 42U);
}

TEST(Arbiter, ForgetsASavedNodeThatIsNoLongerConfiguredButKeepsTheGeneration) {
  Arbiter a(three_nodes(), Saved{"n9", WallTime(100s), 41}, floor_ms, t0);
  EXPECT_TRUE(a.begin(t0));
  EXPECT_EQ(a.decision().active, std::nullopt);
  EXPECT_EQ(a.decision().generation, 42U) << "clients are told something else";
  round(a, t0, "n1", 50s);
  EXPECT_EQ(a.decision().active, "n1");
  EXPECT_EQ(a.decision().generation, 43U);
}

TEST(Arbiter, DoesNotGoBackToAnOlderNodeAfterARestart) {
  Arbiter a(three_nodes(), Saved{"n2", WallTime(100s), 41}, floor_ms, t0);
  a.observe(says_active("n1", t0, 50s), t0 + 1ms);
  a.observe(refused("n2", t0), t0 + 1ms);
  a.observe(says_replica("n3", t0), t0 + 1ms);
  EXPECT_EQ(a.decision().active, "n2");
  EXPECT_EQ(a.decision().reason, Reason::stale_claim);
}

TEST(Arbiter, MovesToTheNewNodeAtItsFirstClaim) {
  Arbiter a(three_nodes(), std::nullopt, floor_ms, t0);
  round(a, t0, "n1", 100s);
  std::uint64_t before = a.decision().generation;
  TimePoint t = t0 + 60s;
  round(a, t - 500ms, "n1", 100s);
  before = a.decision().generation;
  a.observe(refused("n1", t), t + 1ms);
  EXPECT_EQ(a.decision().active, "n1");
  EXPECT_EQ(a.decision().reason, Reason::electing);
  EXPECT_TRUE(a.observe(says_active("n3", t + 1s, 161s), t + 1001ms));
  EXPECT_EQ(a.decision().active, "n3");
  EXPECT_EQ(a.decision().previous, "n1");
  EXPECT_EQ(a.decision().reason, Reason::active_moved);
  EXPECT_EQ(a.decision().generation, before + 1);
  EXPECT_EQ(a.decision().evidence_started, t + 1s);
  EXPECT_TRUE(a.observe(says_active("n3", t + 2s, 161s), t + 2001ms));
  EXPECT_EQ(a.decision().reason, Reason::single_active);
  EXPECT_EQ(a.decision().change, Decision::Change::none);
  EXPECT_EQ(a.decision().generation, before + 1);
}

TEST(Arbiter, SaysNothingChangedInASteadyGroup) {
  Arbiter a(three_nodes(), std::nullopt, floor_ms, t0);
  round(a, t0, "n1", 100s);
  round(a, t0 + 500ms, "n1", 100s);
  for (int i = 2; i < 20; ++i) {
    TimePoint t = t0 + i * 500ms;
    EXPECT_FALSE(a.observe(says_active("n1", t, 100s), t + 1ms));
    EXPECT_FALSE(a.observe(says_replica("n2", t), t + 1ms));
    EXPECT_FALSE(a.observe(says_replica("n3", t), t + 1ms));
    EXPECT_FALSE(a.tick(t + 100ms));
  }
}

TEST(Arbiter, CountsAGenerationWhenTheSameClaimReturnsAfterDoubt) {
  Arbiter a(three_nodes(), std::nullopt, floor_ms, t0);
  round(a, t0, "n1", 100s);
  std::uint64_t before = a.decision().generation;
  a.observe(refused("n1", t0 + 1s), t0 + 1001ms);
  a.observe(says_active("n1", t0 + 2s, 100s), t0 + 2001ms);
  EXPECT_EQ(a.decision().change, Decision::Change::reconfirmed);
  EXPECT_EQ(a.decision().generation, before + 1);
}

TEST(Arbiter, CountsAGenerationWhenTheSameNodeWasActivatedAnew) {
  Arbiter a(three_nodes(), std::nullopt, floor_ms, t0);
  round(a, t0, "n1", 100s);
  std::uint64_t before = a.decision().generation;
  a.observe(says_active("n1", t0 + 2s, 101s), t0 + 2001ms);
  EXPECT_EQ(a.decision().change, Decision::Change::reactivated);
  EXPECT_EQ(a.decision().generation, before + 1);
}

TEST(Arbiter, DropsAnAnswerToAnOlderRequest) {
  Arbiter a(three_nodes(), std::nullopt, floor_ms, t0);
  round(a, t0, "n1", 100s);
  round(a, t0 + 10s, "n2", 110s);
  EXPECT_EQ(a.decision().active, "n2");
  EXPECT_FALSE(a.observe(says_active("n1", t0 + 9s, 200s), t0 + 11s));
  EXPECT_EQ(a.decision().active, "n2");
}

TEST(Arbiter, IsBlindWhenAnswersGrowOld) {
  Arbiter a(three_nodes(), std::nullopt, floor_ms, t0);
  round(a, t0, "n1", 100s);
  EXPECT_EQ(a.next_deadline(), t0 + 3001ms);
  EXPECT_FALSE(a.tick(t0 + 3000ms));
  EXPECT_TRUE(a.tick(t0 + 3001ms));
  EXPECT_EQ(a.decision().reason, Reason::blind);
  EXPECT_EQ(a.decision().active, "n1");
  EXPECT_TRUE(a.decision().alarm);
}

TEST(Arbiter, HoldsTheResumedOldMasterOffUntilStaleHoldIsOver) {
  Arbiter a(three_nodes(), std::nullopt, floor_ms, t0);
  round(a, t0, "n1", 100s);
  round(a, t0 + 30s, "n2", 130s);
  TimePoint t = t0 + 60s;
  for (; t < t0 + 90s; t += 500ms) {
    a.observe(refused("n2", t), t + 1ms);
    a.observe(says_active("n1", t, 100s), t + 1ms);
    ASSERT_EQ(a.decision().active, "n2");
  }
  t += 500ms;
  a.observe(says_active("n1", t, 100s), t + 1ms);
  EXPECT_EQ(a.decision().active, "n1");
  EXPECT_TRUE(a.decision().alarm);
}

TEST(Arbiter, APlainVirtualhostOfTheSameNameIsNoMember) {
  Arbiter a(three_nodes(), std::nullopt, floor_ms, t0);
  Observation plain = says_active("n3", t0, 500s);
  auto& row = *std::get<VirtualhostSeen>(plain.result).row;
  row.group = "";
  row.type = "Memory";
  a.observe(plain, t0 + 1ms);
  a.observe(says_active("n1", t0, 100s), t0 + 1ms);
  a.observe(says_replica("n2", t0), t0 + 1ms);
  EXPECT_EQ(a.decision().active, "n1");
  EXPECT_EQ(a.decision().reason, Reason::active_moved);
  EXPECT_TRUE(a.view(t0 + 1ms).has_witnesses);
}

TEST(Arbiter, AHoldEndsByItself) {
  Arbiter a(three_nodes(), std::nullopt, floor_ms, t0);
  round(a, t0, "n1", 100s);
  EXPECT_TRUE(a.set_hold(Hold{Hold::Kind::pin, "n3", "test", "ops", t0 + 2s, {}, {}}, t0 + 1s));
  EXPECT_EQ(a.decision().active, "n3");
  EXPECT_TRUE(a.tick(t0 + 2s));
  EXPECT_EQ(a.decision().active, "n1");
  EXPECT_FALSE(a.hold());
}

TEST(Arbiter, AReleaseFindsTheTableUpToDate) {
  Arbiter a(three_nodes(), std::nullopt, floor_ms, t0);
  round(a, t0, "n1", 100s);
  a.set_hold(Hold{Hold::Kind::freeze, "", "test", "ops", t0 + 1h, {}, {}}, t0 + 1s);
  round(a, t0 + 10s, "n2", 110s);
  EXPECT_EQ(a.decision().active, "n1");
  EXPECT_EQ(a.decision().would_be, (Publication{"n2", Action::keep}));
  EXPECT_TRUE(a.set_hold(std::nullopt, t0 + 10100ms));
  EXPECT_EQ(a.decision().active, "n2");
}

}  // namespace
}  // namespace signpost::decision
