// What outlives a process: each situation is saved, restored, and must tell clients the same.
#include <gtest/gtest.h>

#include "sidecar/decision/arbiter.hpp"

namespace signpost::decision {
namespace {

using namespace std::chrono_literals;
using probe::State;

const TimePoint t0{1000s};
const std::uint64_t floor_ms = 1'700'000'000'000;

Observation says(const std::string& node, TimePoint started, bool active,
                 std::chrono::milliseconds opened = 0ms) {
  probe::VirtualhostRow row;
  row.node = node;
  row.group = row.name = "weather";
  row.type = active ? "BDB_HA" : "BDB_HA_REPLICA";
  row.state = active ? State::active : State::unavailable;
  if (active) row.last_opened = WallTime(opened);
  return {node, started, started, VirtualhostSeen{row}};
}

Policy policy_of(std::vector<std::string> nodes) {
  Policy p;
  p.nodes = std::move(nodes);
  return p;
}

void round(Arbiter& a, TimePoint t, const std::string& active, std::chrono::milliseconds opened) {
  for (const std::string& node : a.policy().nodes)
    a.observe(says(node, t, node == active, opened), t);
}

Hold hold_until(Hold::Kind kind, TimePoint until, std::string node = "") {
  return {kind, std::move(node), "test", "ops", until, {}, {}};
}

struct Told {
  std::optional<std::string> node;
  Action action;
  std::uint64_t generation;
  bool operator==(const Told&) const = default;
};
Told told(const Arbiter& a) {
  return {a.decision().active, a.decision().action, a.decision().generation};
}

struct Situation {
  const char* name;
  void (*act)(Arbiter&, TimePoint);
};
class Restart : public testing::TestWithParam<Situation> {};

TEST_P(Restart, TellsClientsTheSame) {
  Policy policy = policy_of({"n1", "n2", "n3"});
  policy.on_none = {Action::withdraw, 5s};
  policy.on_blind = {Action::fallback, 60s};
  Arbiter before(policy, std::nullopt, floor_ms, t0);
  TimePoint t = t0 + 10s;
  GetParam().act(before, t);
  Arbiter after(policy, before.saved(), floor_ms, t + 1min);
  EXPECT_EQ(told(after), told(before));
  after.begin(t + 1min);
  EXPECT_EQ(told(after), told(before));
  EXPECT_EQ(after.saved(), before.saved());
}

const Situation situations[] = {
    Situation{"NothingKnown", [](Arbiter&, TimePoint) {}},
    Situation{"Published", [](Arbiter& a, TimePoint t) { round(a, t, "n1", 100s); }},
    Situation{"WithdrawnByPolicy",
              [](Arbiter& a, TimePoint t) {
                round(a, t, "n1", 100s);
                round(a, t + 1s, "", 0s);
                round(a, t + 7s, "", 0s);
              }},
    Situation{"FallbackWithoutANode",
              [](Arbiter& a, TimePoint t) {
                for (const char* n : {"n1", "n2", "n3"}) a.observe({n, t, t, Failed{}}, t);
                a.tick(t + 1min);
              }},
    Situation{"Pinned",
              [](Arbiter& a, TimePoint t) {
                round(a, t, "n1", 100s);
                a.set_hold(hold_until(Hold::Kind::pin, t + 1h, "n3"), t);
              }},
    Situation{"Withdrawn",
              [](Arbiter& a, TimePoint t) {
                round(a, t, "n1", 100s);
                a.set_hold(hold_until(Hold::Kind::withdraw, t + 1h), t);
              }},
    Situation{"FrozenAndFailedOver",
              [](Arbiter& a, TimePoint t) {
                round(a, t, "n1", 100s);
                a.set_hold(hold_until(Hold::Kind::freeze, t + 1h), t);
                round(a, t + 1s, "n2", 200s);
              }},
    Situation{"FrozenWhileThePolicyWithholds",
              [](Arbiter& a, TimePoint t) {
                round(a, t, "n1", 100s);
                a.set_hold(hold_until(Hold::Kind::freeze, t + 1h), t);
                round(a, t + 1s, "", 0s);
                round(a, t + 7s, "", 0s);
              }},
    Situation{"FrozenWhileWithheld",
              [](Arbiter& a, TimePoint t) {
                round(a, t, "n1", 100s);
                round(a, t + 1s, "", 0s);
                round(a, t + 7s, "", 0s);
                a.set_hold(hold_until(Hold::Kind::freeze, t + 1h), t + 7s);
                round(a, t + 8s, "n1", 100s);
              }},
    Situation{"FrozenBeforeAnybodyWasSeen", [](Arbiter& a, TimePoint t) {
                a.set_hold(hold_until(Hold::Kind::freeze, t + 1h), t);
                round(a, t, "n1", 100s);
              }}};

INSTANTIATE_TEST_SUITE_P(Row, Restart, testing::ValuesIn(situations),
                         [](const auto& row) { return row.param.name; });

TEST(RestartedArbiter, CountsAHoldThatRanOutMeanwhileAsAChange) {
  Arbiter before(policy_of({"n1", "n2", "n3"}), std::nullopt, floor_ms, t0);
  round(before, t0, "n1", 100s);
  before.set_hold(hold_until(Hold::Kind::pin, t0 + 10s, "n3"), t0);
  Saved saved = before.saved();
  Arbiter after(before.policy(), saved, floor_ms, t0 + 1min);
  EXPECT_EQ(after.decision().active, "n3") << "what clients were told last";
  after.begin(t0 + 1min);
  EXPECT_FALSE(after.hold());
  EXPECT_EQ(after.decision().active, "n3") << "nobody has claimed yet";
  EXPECT_EQ(after.decision().generation, saved.generation);
  round(after, t0 + 1min, "n1", 100s);
  EXPECT_EQ(after.decision().active, "n1");
  EXPECT_EQ(after.decision().generation, saved.generation + 1);
}

// n2 was never told to clients: it may have been active for a moment, long ago.
TEST(EndOfAHold, LeavesClientsWhereTheyAreUntilAClaimIsSeen) {
  Arbiter a(policy_of({"n1", "n2", "n3"}), std::nullopt, floor_ms, t0);
  round(a, t0, "n1", 100s);
  a.set_hold(hold_until(Hold::Kind::freeze, t0 + 1min), t0);
  round(a, t0 + 1s, "n2", 200s);
  for (const char* n : {"n1", "n2", "n3"}) a.observe({n, t0 + 2s, t0 + 2s, Failed{}}, t0 + 2s);
  a.tick(t0 + 1min);
  EXPECT_EQ(a.decision().reason, Reason::blind);
  EXPECT_EQ(a.decision().active, "n1");
  EXPECT_EQ(a.decision().would_be, (Publication{"n2", Action::keep}));
  // Over a restart as well.
  Arbiter again(a.policy(), a.saved(), floor_ms, t0 + 2min);
  again.begin(t0 + 2min);
  EXPECT_EQ(told(again), told(a));
  std::uint64_t generation = told(a).generation;
  round(a, t0 + 2min, "n1", 300s);
  EXPECT_EQ(a.decision().active, "n1");
  EXPECT_GT(a.decision().generation, generation);
  round(again, t0 + 2min, "n2", 200s);
  EXPECT_EQ(again.decision().active, "n2");
  EXPECT_GT(again.decision().generation, generation);
}

// NODATA was an order that is over; the table's node is the best that is known.
TEST(EndOfAHold, GivesAnAddressBackThoughNobodyClaims) {
  Arbiter a(policy_of({"n1", "n2", "n3"}), std::nullopt, floor_ms, t0);
  round(a, t0, "n1", 100s);
  a.set_hold(hold_until(Hold::Kind::withdraw, t0 + 1h), t0);
  round(a, t0 + 1s, "n2", 200s);
  round(a, t0 + 2s, "", 0s);
  a.set_hold(std::nullopt, t0 + 3s);
  EXPECT_EQ(a.decision().action, Action::keep);
  EXPECT_EQ(a.decision().active, "n2");
}

// The table comes to where clients are by an order: they are not sent, and yet it is a claim.
TEST(EndOfAHold, CountsTheFirstClaimOfTheNodeThatClientsHave) {
  Arbiter a(policy_of({"n1", "n2", "n3"}), std::nullopt, floor_ms, t0);
  round(a, t0, "n1", 100s);
  a.set_hold(hold_until(Hold::Kind::pin, t0 + 1s, "n3"), t0);
  round(a, t0 + 2s, "", 0s);
  std::uint64_t generation = a.decision().generation;
  EXPECT_EQ(a.decision().active, "n3");
  round(a, t0 + 3s, "n3", 300s);
  EXPECT_EQ(a.decision().active, "n3");
  EXPECT_EQ(a.decision().generation, generation + 1);
}

TEST(EndOfAHold, LeavesPoliciesInForce) {
  Policy policy = policy_of({"n1", "n2", "n3"});
  policy.on_none = {Action::withdraw, 5s};
  Arbiter a(policy, std::nullopt, floor_ms, t0);
  round(a, t0, "n1", 100s);
  a.set_hold(hold_until(Hold::Kind::pin, t0 + 30s, "n3"), t0);
  for (std::chrono::seconds s = 1s; s < 40s; s += 1s) round(a, t0 + s, "", 0s);
  EXPECT_EQ(a.decision().reason, Reason::electing);
  EXPECT_EQ(a.decision().action, Action::withdraw);
}

TEST(RestartedArbiter, LearnsThatThereIsNoGroupAnyMore) {
  Saved saved{"n1", WallTime(100s), 41};
  saved.is_ha = true;
  Arbiter a(policy_of({"n1", "n2", "n3"}), saved, floor_ms, t0);
  a.begin(t0);
  auto says_plain = [&](const char* node) {
    Observation o = says(node, t0, node == std::string("n2"), 500s);
    auto& row = *std::get<VirtualhostSeen>(o.result).row;
    row.group = "";
    row.type = "BDB";
    a.observe(o, t0);
  };
  for (const char* n : {"n1", "n2", "n3"}) says_plain(n);
  EXPECT_EQ(a.decision().active, "n1") << "the virtualhost nodes are not known yet";
  for (const char* n : {"n1", "n2", "n3"}) {
    EXPECT_TRUE(a.saved().is_ha);
    a.observe({n, t0, t0, RolesSeen{}}, t0);
  }
  EXPECT_FALSE(a.saved().is_ha);
  EXPECT_EQ(a.decision().active, "n2");
}

TEST(RestartedArbiter, KeepsAWithdrawalOfWhichOnlyTheHoldIsKnown) {
  Saved saved{"n1", WallTime(100s), 41};
  saved.hold = hold_until(Hold::Kind::withdraw, t0 + 1h);
  saved.published = "n1";
  Arbiter a(policy_of({"n1", "n2", "n3"}), saved, floor_ms, t0);
  EXPECT_EQ(a.decision().action, Action::withdraw);
  EXPECT_FALSE(a.begin(t0) && a.decision().change != Decision::Change::none);
  EXPECT_EQ(a.decision().generation, 41U);
}

TEST(RestartedArbiter, CountsThatAWithdrawnNodeHasLeft) {
  Arbiter before(policy_of({"n1", "n2", "n3"}), std::nullopt, floor_ms, t0);
  round(before, t0, "n1", 100s);
  before.set_hold(hold_until(Hold::Kind::withdraw, t0 + 1h), t0);
  Arbiter after(policy_of({"n2", "n3"}), before.saved(), floor_ms, t0 + 1min);
  after.begin(t0 + 1min);
  ASSERT_TRUE(after.hold());
  EXPECT_EQ(after.decision().action, Action::withdraw);
  EXPECT_FALSE(after.decision().active);
  EXPECT_EQ(after.decision().generation, before.decision().generation + 1);
}

TEST(RestartedArbiter, EndsAHoldOnANodeThatIsNoLongerConfigured) {
  Arbiter before(policy_of({"n1", "n2", "n3"}), std::nullopt, floor_ms, t0);
  round(before, t0, "n1", 100s);
  before.set_hold(hold_until(Hold::Kind::pin, t0 + 1h, "n3"), t0);
  Arbiter after(policy_of({"n1", "n2"}), before.saved(), floor_ms, t0 + 1min);
  after.begin(t0 + 1min);
  EXPECT_EQ(after.decision().active, "n1");
  EXPECT_FALSE(after.hold());
  EXPECT_EQ(after.decision().generation, before.decision().generation + 1);
}

TEST(RestartedArbiter, KeepsAWithdrawalWhoseNodeIsNoLongerConfigured) {
  Arbiter before(policy_of({"n1", "n2", "n3"}), std::nullopt, floor_ms, t0);
  round(before, t0, "n1", 100s);
  before.set_hold(hold_until(Hold::Kind::withdraw, t0 + 1h), t0);
  Arbiter after(policy_of({"n2", "n3"}), before.saved(), floor_ms, t0 + 1min);
  after.begin(t0 + 1min);
  round(after, t0 + 2min, "n2", 200s);
  EXPECT_TRUE(after.hold());
  EXPECT_EQ(after.decision().action, Action::withdraw);
}

TEST(RestartedArbiter, KnowsThatThereIsAGroup) {
  Arbiter before(policy_of({"n1", "n2", "n3"}), std::nullopt, floor_ms, t0);
  round(before, t0, "n1", 100s);
  Arbiter after(before.policy(), before.saved(), floor_ms, t0 + 1min);
  after.observe({"n1", t0 + 1min, t0 + 1min, Failed{}}, t0 + 1min);
  after.observe({"n2", t0 + 1min, t0 + 1min, Failed{}}, t0 + 1min);
  Observation plain = says("n3", t0 + 1min, true, 500s);
  std::get<VirtualhostSeen>(plain.result).row->group = "";
  after.observe(plain, t0 + 1min);
  EXPECT_EQ(after.decision().active, "n1");
}

TEST(RestartedArbiter, WaitsForAllBrokersBeforeItBelievesAVirtualhostOutsideHa) {
  Saved saved{"n1", WallTime(100s), 41};
  Arbiter a(policy_of({"n1", "n2", "n3"}), saved, floor_ms, t0);
  Observation plain = says("n3", t0, true, 500s);
  std::get<VirtualhostSeen>(plain.result).row->group = "";
  a.observe(plain, t0);
  EXPECT_EQ(a.decision().active, "n1");
  round(a, t0 + 1ms, "n1", 100s);
  EXPECT_EQ(a.decision().active, "n1");
  EXPECT_EQ(a.decision().reason, Reason::single_active);
}

TEST(RestartedArbiter, MayHaveAnotherPolicy) {
  Arbiter a(policy_of({"n1", "n2", "n3"}), std::nullopt, floor_ms, t0);
  round(a, t0, "n1", 100s);
  round(a, t0 + 1s, "", 0s);
  Policy policy = a.policy();
  policy.on_none = {Action::servfail, 1s};
  EXPECT_FALSE(a.set_policy(policy, t0 + 1500ms));
  EXPECT_EQ(a.next_deadline(), t0 + 2s);
  EXPECT_TRUE(a.tick(t0 + 2s));
  EXPECT_EQ(a.decision().action, Action::servfail);
}

TEST(RestartedArbiter, HasADeadlineForViewsThatGrowOld) {
  Arbiter a(policy_of({"n1", "n2", "n3"}), std::nullopt, floor_ms, t0);
  RolesSeen roles;
  roles.own = probe::NodeRow{};
  roles.own->role = probe::NodeRole::replica;
  a.observe({"n3", t0, t0, roles}, t0);
  EXPECT_EQ(a.next_deadline(), t0 + 3001ms);
}

}  // namespace
}  // namespace signpost::decision
