#include "sidecar/decision/node_evidence.hpp"

#include <gtest/gtest.h>

namespace signpost::decision {
namespace {

using namespace std::chrono_literals;
using probe::NodeRole;
using probe::State;

const TimePoint t0{1000s};
const Policy policy;

probe::VirtualhostRow row(std::string type, State state) {
  probe::VirtualhostRow r;
  r.node = "n1";
  r.group = r.name = "weather";
  r.type = std::move(type);
  r.state = state;
  r.last_opened = WallTime(100s);
  return r;
}

struct ClaimCase {
  const char* name;
  std::optional<probe::VirtualhostRow> row;
  Says says;
};
class Claim : public testing::TestWithParam<ClaimCase> {};
TEST_P(Claim, IsTypeAndStateAlone) {
  NodeEvidence e("n1");
  e.fold({"n1", t0, t0 + 1ms, VirtualhostSeen{GetParam().row}});
  EXPECT_EQ(e.view(policy, t0 + 1ms).says, GetParam().says);
}
INSTANTIATE_TEST_SUITE_P(
    Row, Claim,
    testing::Values(
        ClaimCase{"Active", row("BDB_HA", State::active), Says::active},
        ClaimCase{"PlainActive", row("Memory", State::active), Says::active},
        ClaimCase{"Recovering", row("BDB_HA", State::uninitialized), Says::not_active},
        ClaimCase{"Demoting", row("BDB_HA", State::unavailable), Says::not_active},
        ClaimCase{"Errored", row("BDB_HA", State::errored), Says::not_active},
        ClaimCase{"StoppedByTheOperator", row("BDB_HA", State::stopped), Says::not_active},
        ClaimCase{"Replica", row("BDB_HA_REPLICA", State::unavailable), Says::not_active},
        ClaimCase{"ReplicaThatSaysActive", row("BDB_HA_REPLICA", State::active), Says::not_active},
        ClaimCase{"NoRow", std::nullopt, Says::not_active}),
    [](const auto& c) { return c.param.name; });

TEST(NodeEvidence, AFailedProbeIsNoEvidence) {
  NodeEvidence e("n1");
  e.fold({"n1", t0, t0 + 1ms, VirtualhostSeen{row("BDB_HA", State::active)}});
  e.fold({"n1", t0 + 500ms, t0 + 900ms,
          Failed{Failed::Question::virtualhosts, {probe::errc::timed_out, "400 ms"}}});
  NodeView v = e.view(policy, t0 + 900ms);
  EXPECT_EQ(v.says, Says::nothing);
  EXPECT_EQ(v.last_claimed, t0);
  EXPECT_EQ(e.failure()->code, probe::errc::timed_out);
}

TEST(NodeEvidence, AnAnswerCountsForMaxViewAgeFromItsStart) {
  NodeEvidence e("n1");
  e.fold({"n1", t0, t0 + 400ms, VirtualhostSeen{row("BDB_HA", State::active)}});
  EXPECT_EQ(e.view(policy, t0 + 3s).says, Says::active);
  EXPECT_EQ(e.view(policy, t0 + 3001ms).says, Says::nothing);
}

TEST(NodeEvidence, CountsOutcomesOfTheSameKind) {
  NodeEvidence e("n1");
  auto fail = [&](int i, probe::errc code) {
    e.fold({"n1", t0 + i * 1s, t0 + i * 1s, Failed{Failed::Question::virtualhosts, {code, ""}}});
  };
  fail(0, probe::errc::timed_out);
  fail(1, probe::errc::timed_out);
  EXPECT_EQ(e.consecutive(), 2U);
  fail(2, probe::errc::connect_refused);
  EXPECT_EQ(e.consecutive(), 1U);
  e.fold({"n1", t0 + 3s, t0 + 3s, VirtualhostSeen{}});
  e.fold({"n1", t0 + 4s, t0 + 4s, VirtualhostSeen{}});
  EXPECT_EQ(e.consecutive(), 2U);
}

RolesSeen view_of(NodeRole own, NodeRole peer) {
  RolesSeen seen;
  seen.own = probe::NodeRow{"n1", "BDB_HA", "weather", own, State::active, State::active, {}, ""};
  probe::PeerRow p;
  p.observer = "n1";
  p.name = "n2";
  p.role = peer;
  seen.peers = {p};
  return seen;
}

TEST(NodeEvidence, OnlyReplicasAreObservers) {
  for (auto [own, is_observer] : {std::pair{NodeRole::master, false},
                                  {NodeRole::replica, true},
                                  {NodeRole::waiting, false},
                                  {NodeRole::detached, false},
                                  {NodeRole::none, false}}) {
    NodeEvidence e("n1");
    e.fold({"n1", t0, t0 + 1ms, view_of(own, NodeRole::master)});
    EXPECT_EQ(e.view(policy, t0).is_observer, is_observer) << to_text(own);
    EXPECT_EQ(e.view(policy, t0).calls_master, std::vector<std::string>{"n2"});
    EXPECT_EQ(e.view(policy, t0).views_asked, t0);
  }
}

TEST(NodeEvidence, AFailedRolesRequestLeavesTheViewsToAge) {
  NodeEvidence e("n1");
  e.fold({"n1", t0, t0 + 1ms, view_of(NodeRole::replica, NodeRole::master)});
  e.fold({"n1", t0 + 1s, t0 + 1s, Failed{Failed::Question::roles, {probe::errc::timed_out, ""}}});
  EXPECT_EQ(e.view(policy, t0 + 1s).views_asked, t0);
}

// A claim that began at t0, an AMQP open that was asked at `asked`, and what the claim counts for
// `later`.
struct AmqpCase {
  const char* name;
  AmqpSeen::Outcome outcome;
  Duration asked;
  Duration later;
  Confirmation confirmation;
  bool required = false;
};
class Amqp : public testing::TestWithParam<AmqpCase> {};
TEST_P(Amqp, ConfirmsAClaim) {
  const AmqpCase& c = GetParam();
  Policy asks;
  asks.ask_amqp = true;
  asks.require_amqp = c.required;
  NodeEvidence e("n1");
  e.fold({"n1", t0, t0 + 1ms, VirtualhostSeen{row("BDB_HA", State::active)}});
  e.fold({"n1", t0 + c.asked, t0 + c.asked + 1ms, AmqpSeen{c.outcome, "text"}});
  EXPECT_EQ(e.view(asks, t0 + c.later).confirmation, c.confirmation);
  EXPECT_EQ(e.amqp()->detail, "text");
}
using Outcome = AmqpSeen::Outcome;
INSTANTIATE_TEST_SUITE_P(
    Row, Amqp,
    testing::Values(
        AmqpCase{"Accepted", Outcome::accepted, 2ms, 3ms, Confirmation::confirmed},
        AmqpCase{"AcceptedInTheSameInstant", Outcome::accepted, 0ms, 1ms, Confirmation::confirmed},
        AmqpCase{"AcceptedBeforeTheClaim", Outcome::accepted, -1ms, 3ms, Confirmation::pending},
        AmqpCase{"Denied", Outcome::denied, 2ms, 3ms, Confirmation::denied},
        AmqpCase{"DeniedForLong", Outcome::denied, 2ms, 2s, Confirmation::denied},
        AmqpCase{"DeniedBeforeTheClaim", Outcome::denied, -1ms, 1s, Confirmation::confirmed},
        AmqpCase{"Unclear", Outcome::unclear, 2ms, 999ms, Confirmation::pending},
        AmqpCase{"UnclearForConfirmWithin", Outcome::unclear, 2ms, 1s, Confirmation::confirmed},
        AmqpCase{"AcceptedWhereRequired", Outcome::accepted, 2ms, 3ms, Confirmation::confirmed,
                 true},
        AmqpCase{"UnclearWhereRequired", Outcome::unclear, 2ms, 2s, Confirmation::pending, true}),
    [](const auto& c) { return c.param.name; });

TEST(NodeEvidence, ConfirmWithinCountsFromTheFirstAnswerOfTheClaim) {
  Policy asks;
  asks.ask_amqp = true;
  NodeEvidence e("n1");
  e.fold({"n1", t0, t0, VirtualhostSeen{row("BDB_HA", State::active)}});
  e.fold({"n1", t0 + 500ms, t0 + 500ms, VirtualhostSeen{row("BDB_HA", State::active)}});
  EXPECT_EQ(e.view(asks, t0 + 600ms).confirmed_at, t0 + 1s);
  probe::VirtualhostRow anew = row("BDB_HA", State::active);
  anew.last_opened = WallTime(200s);
  e.fold({"n1", t0 + 2s, t0 + 2s, VirtualhostSeen{anew}});
  EXPECT_EQ(e.view(asks, t0 + 2s).confirmed_at, t0 + 3s);
}

TEST(NodeEvidence, AnOlderAmqpAnswerIsDropped) {
  NodeEvidence e("n1");
  EXPECT_TRUE(e.fold({"n1", t0 + 1s, t0 + 1s, AmqpSeen{Outcome::accepted, ""}}));
  EXPECT_FALSE(e.fold({"n1", t0, t0 + 2s, AmqpSeen{Outcome::denied, ""}}));
  EXPECT_EQ(e.amqp()->outcome, Outcome::accepted);
}

TEST(NodeEvidence, OlderAnswersOfEveryKindAreDropped) {
  NodeEvidence e("n1");
  e.fold({"n1", t0 + 1s, t0 + 1s, VirtualhostSeen{row("BDB_HA", State::active)}});
  e.fold({"n1", t0 + 1s, t0 + 1s, view_of(NodeRole::replica, NodeRole::master)});
  EXPECT_FALSE(e.fold({"n1", t0, t0 + 2s, VirtualhostSeen{}}));
  EXPECT_FALSE(e.fold({"n1", t0, t0 + 2s, view_of(NodeRole::waiting, NodeRole::waiting)}));
  EXPECT_FALSE(e.fold({"n1", t0, t0 + 2s, Failed{Failed::Question::virtualhosts, {}}}));
  EXPECT_FALSE(e.fold({"n1", t0, t0 + 2s, Failed{Failed::Question::roles, {}}}));
  NodeView v = e.view(policy, t0 + 2s);
  EXPECT_EQ(v.says, Says::active);
  EXPECT_TRUE(v.is_observer);
}

TEST(NodeEvidence, KeepsWhatAPersonWantsToSee) {
  NodeEvidence e("n1");
  EXPECT_FALSE(e.was_asked());
  e.fold({"n1", t0, t0 + 30ms, VirtualhostSeen{row("BDB_HA", State::active)}});
  EXPECT_TRUE(e.was_asked());
  EXPECT_EQ(e.latency(), 30ms);
  EXPECT_EQ(e.probed_at(), t0 + 30ms);
  EXPECT_EQ(e.last_answer(), t0);
  EXPECT_EQ(e.name(), "n1");
}

TEST(NodeEvidence, WithoutItsOwnRoleABrokerIsNoObserver) {
  NodeEvidence e("n1");
  RolesSeen seen = view_of(NodeRole::replica, NodeRole::master);
  seen.own.reset();
  e.fold({"n1", t0, t0, seen});
  EXPECT_FALSE(e.view(policy, t0).is_observer);
}

}  // namespace
}  // namespace signpost::decision
