#include "sidecar/decision/node_evidence.hpp"

#include <gtest/gtest.h>

#include "sidecar/decision/group_rows.hpp"

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

TEST(GroupRows, FindsTheRowOfTheConfiguredNode) {
  probe::VirtualhostReport report;
  report.rows = {row("BDB_HA", State::active)};
  report.rows.push_back(report.rows[0]);
  report.rows[1].group = report.rows[1].name = "orders";
  report.rows[1].node = "o1";
  auto seen = VirtualhostIndex(report).about({"orders", "orders", "o1"});
  EXPECT_EQ(std::get<VirtualhostSeen>(seen).row, report.rows[1]);
  EXPECT_EQ(std::get<VirtualhostSeen>(VirtualhostIndex(report).about({"other", "other", "x"})).row,
            std::nullopt);
}

TEST(GroupRows, RefusesABrokerWhoseNodeHasAnotherName) {
  probe::VirtualhostReport report;
  report.rows = {row("BDB_HA", State::active)};
  auto seen = VirtualhostIndex(report).about({"weather", "weather", "n2"});
  ASSERT_TRUE(std::holds_alternative<Failed>(seen));
  EXPECT_EQ(std::get<Failed>(seen).failure.code, probe::errc::wrong_node);
}

TEST(GroupRows, OutsideHaTheBrokerTellsNodesApart) {
  probe::VirtualhostReport report;
  report.rows = {row("Memory", State::active)};
  report.rows[0].group = "";
  report.rows[0].node = "default";
  auto seen = VirtualhostIndex(report).about({"weather", "weather", "n2"});
  EXPECT_TRUE(std::get<VirtualhostSeen>(seen).row);
}

TEST(GroupRows, PrefersTheMemberToAPlainVirtualhostOfTheSameName) {
  probe::VirtualhostReport report;
  report.rows = {row("Memory", State::active), row("BDB_HA_REPLICA", State::unavailable)};
  report.rows[0].group = "";
  report.rows[0].node = "default";
  auto seen = VirtualhostIndex(report).about({"weather", "weather", "n1"});
  EXPECT_EQ(std::get<VirtualhostSeen>(seen).row, report.rows[1]);
}

TEST(GroupRows, KeepsOnlyTheViewsOfTheConfiguredNode) {
  probe::RolesReport report;
  report.nodes = {
      {"n1", "BDB_HA", "weather", NodeRole::replica, State::active, State::active, {}, ""},
      {"o1", "BDB_HA", "orders", NodeRole::master, State::active, State::active, {}, ""}};
  probe::PeerRow a;
  a.observer = "n1";
  a.name = "n2";
  probe::PeerRow b = a;
  b.observer = "o1";
  report.peers = {a, b};
  RolesSeen seen = std::get<RolesSeen>(RolesIndex(report).about({"weather", "weather", "n1"}));
  EXPECT_EQ(seen.own->name, "n1");
  EXPECT_EQ(seen.peers, std::vector<probe::PeerRow>{a});
}

}  // namespace
}  // namespace signpost::decision
