// What real brokers said, read as values. The .txt beside each file tells when they said it.
#include <gtest/gtest.h>

#include "probe/management_reply.hpp"
#include "tests/support/vectors.hpp"

namespace signpost::probe {
namespace {

using test::vector_text;

WallTime at(std::int64_t ms) { return WallTime(std::chrono::milliseconds(ms)); }

VirtualhostRow row(const std::string& name) {
  const auto report = parse_virtualhosts(vector_text("broker/" + name + "-virtualhost.json"));
  EXPECT_TRUE(report) << (report ? "" : report.error().detail);
  EXPECT_EQ(report->rows.size(), 1u);
  return report->rows.at(0);
}

const VirtualhostRow master{.node = "n1",
                            .node_type = "BDB_HA",
                            .role = NodeRole::master,
                            .node_state = State::active,
                            .group = "weather",
                            .name = "weather",
                            .type = "BDB_HA",
                            .state = State::active,
                            .last_opened = at(1795568677594)};

TEST(BrokerVectors, MasterClaims) {
  EXPECT_EQ(row("master"), master);
  EXPECT_TRUE(master.claims_active());
}

TEST(BrokerVectors, ReplicaHasARowAndDoesNotClaim) {
  const VirtualhostRow expected{.node = "n2",
                                .node_type = "BDB_HA",
                                .role = NodeRole::replica,
                                .node_state = State::active,
                                .group = "weather",
                                .name = "weather",
                                .type = "BDB_HA_REPLICA",
                                .state = State::unavailable,
                                .last_opened = at(1795568681511)};
  EXPECT_EQ(row("replica"), expected);
  EXPECT_FALSE(row("replica").claims_active());
}

TEST(BrokerVectors, OpeningMasterHasNoTimeYetAndDoesNotClaim) {
  const VirtualhostRow opening = row("opening");
  EXPECT_EQ(opening.state, State::uninitialized);
  EXPECT_EQ(opening.role, NodeRole::waiting);
  EXPECT_FALSE(opening.last_opened);
  EXPECT_FALSE(opening.claims_active());
}

TEST(BrokerVectors, NewMasterClaimsBeforeItsRoleSaysSo) {
  const VirtualhostRow early = row("active-before-role");
  EXPECT_EQ(early.role, NodeRole::waiting);
  EXPECT_TRUE(early.claims_active());
}

TEST(BrokerVectors, WaitingNodeHasNoVirtualhost) {
  const auto report = parse_virtualhosts(vector_text("broker/waiting-virtualhost.json"));
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->rows.empty());
}

TEST(BrokerVectors, WaitingNodeIsStillANode) {
  const auto nodes = parse_nodes(vector_text("broker/waiting-virtualhostnode.json"));
  ASSERT_TRUE(nodes);
  const std::vector<NodeRow> expected{
      {.name = "n3",
       .type = "BDB_HA",
       .group = "weather",
       .role = NodeRole::waiting,
       .state = State::active,
       .desired_state = State::active,
       .last_updated = at(1795578536507),
       .address = "127.0.0.13:5000",
       .priority = 1,
       .quorum_override = 0,
       .designated_primary = false,
       .permitted_nodes = {{"127.0.0.11:5000", "127.0.0.12:5000", "127.0.0.13:5000"}}}};
  EXPECT_EQ(*nodes, expected);
}

TEST(BrokerVectors, StoppedNodeIsDetached) {
  const auto nodes = parse_nodes(vector_text("broker/stopped-virtualhostnode.json"));
  ASSERT_TRUE(nodes);
  ASSERT_EQ(nodes->size(), 2u);
  EXPECT_EQ(nodes->at(0).role, NodeRole::detached);
  EXPECT_EQ(nodes->at(0).state, State::stopped);
  EXPECT_EQ(nodes->at(0).desired_state, State::stopped);
}

TEST(BrokerVectors, MasterKnowsItsTransactionIdAndAStoppedNodeDoesNot) {
  EXPECT_EQ(parse_nodes(vector_text("broker/master-virtualhostnode.json"))->at(0).transaction_id,
            62);
  EXPECT_FALSE(
      parse_nodes(vector_text("broker/stopped-virtualhostnode.json"))->at(0).transaction_id);
}

TEST(BrokerVectors, SettingsAreThoseThatWereMade) {
  const auto nodes = parse_nodes(vector_text("broker/settings-virtualhostnode.json"));
  ASSERT_TRUE(nodes);
  const NodeRow& n2 = nodes->at(0);
  EXPECT_EQ(n2.priority, 0);
  EXPECT_EQ(n2.quorum_override, 1);
  EXPECT_EQ(n2.designated_primary, true);
  const std::vector<std::string> sorted{"127.0.0.11:5000", "127.0.0.12:5000", "127.0.0.13:5000",
                                        "127.0.0.14:5000"};
  EXPECT_EQ(n2.permitted_nodes, sorted);
}

TEST(BrokerVectors, NodeOfAnotherTypeHasNoSettings) {
  const auto nodes = parse_nodes(vector_text("broker/master-and-plain-virtualhostnode.json"));
  ASSERT_TRUE(nodes);
  const NodeRow& plain = nodes->at(1);
  EXPECT_EQ(plain.name, "plain");
  EXPECT_FALSE(plain.priority || plain.quorum_override || plain.designated_primary ||
               plain.transaction_id || plain.permitted_nodes);
}

TEST(BrokerVectors, NodeOfAnotherTypeHasNullsAndClaims) {
  const auto report = parse_virtualhosts(vector_text("broker/master-and-plain-virtualhost.json"));
  ASSERT_TRUE(report);
  const VirtualhostRow plain{.node = "plain",
                             .node_type = "JSON",
                             .role = NodeRole::none,
                             .node_state = State::active,
                             .group = "",
                             .name = "plain",
                             .type = "Memory",
                             .state = State::active,
                             .last_opened = at(1795568733612)};
  const VirtualhostReport expected{{master, plain}};  // the broker gave them the other way round
  EXPECT_EQ(*report, expected);
}

TEST(BrokerVectors, MasterSeesItsReplicas) {
  const auto peers = parse_peers(vector_text("broker/master-remotereplicationnode.json"));
  ASSERT_TRUE(peers);
  const std::vector<PeerRow> expected{{.observer = "n1",
                                       .name = "n2",
                                       .role = NodeRole::replica,
                                       .state = State::active,
                                       .address = "127.0.0.12:5000",
                                       .join_time = at(1795568680883),
                                       .transaction_id = 63},
                                      {.observer = "n1",
                                       .name = "n3",
                                       .role = NodeRole::replica,
                                       .state = State::active,
                                       .address = "127.0.0.13:5000",
                                       .join_time = at(1795568680814),
                                       .transaction_id = 63}};
  EXPECT_EQ(*peers, expected);
}

TEST(BrokerVectors, DeadPeerIsUnreachableWithoutTransactionId) {
  const auto peers = parse_peers(vector_text("broker/peer-dead-remotereplicationnode.json"));
  ASSERT_TRUE(peers);
  ASSERT_EQ(peers->size(), 2u);
  EXPECT_EQ(peers->at(1).role, NodeRole::unreachable);
  EXPECT_EQ(peers->at(1).state, State::unavailable);
  EXPECT_FALSE(peers->at(1).transaction_id);
}

void expect_default_settings(const NodeRow& node) {
  EXPECT_EQ(node.priority, 1);
  EXPECT_EQ(node.quorum_override, 0);
  EXPECT_EQ(node.designated_primary, false);
  EXPECT_TRUE(node.transaction_id);
  ASSERT_TRUE(node.permitted_nodes);
  EXPECT_EQ(node.permitted_nodes->size(), 3u);
}

class EveryVersion : public testing::TestWithParam<const char*> {};

TEST_P(EveryVersion, AnswersTheSameThreeQueries) {
  const std::string prefix = std::string("broker/") + GetParam() + "-master";
  const auto hosts = parse_virtualhosts(vector_text(prefix + "-virtualhost.json"));
  ASSERT_TRUE(hosts) << hosts.error().detail;
  ASSERT_EQ(hosts->rows.size(), 1u);
  EXPECT_TRUE(hosts->rows[0].claims_active());
  EXPECT_EQ(hosts->rows[0].group, "weather");
  EXPECT_TRUE(hosts->rows[0].last_opened);
  const auto nodes = parse_nodes(vector_text(prefix + "-virtualhostnode.json"));
  ASSERT_TRUE(nodes) << nodes.error().detail;
  EXPECT_EQ(nodes->at(0).role, NodeRole::master);
  expect_default_settings(nodes->at(0));
  const auto peers = parse_peers(vector_text(prefix + "-remotereplicationnode.json"));
  ASSERT_TRUE(peers) << peers.error().detail;
  ASSERT_FALSE(peers->empty());
  EXPECT_EQ(peers->back().name, "n3");
  EXPECT_EQ(peers->back().role, NodeRole::replica);
}

TEST_P(EveryVersion, TellsAReplicasSettings) {
  const auto nodes = parse_nodes(
      vector_text(std::string("broker/") + GetParam() + "-replica-virtualhostnode.json"));
  ASSERT_TRUE(nodes) << nodes.error().detail;
  EXPECT_EQ(nodes->at(0).role, NodeRole::replica);
  expect_default_settings(nodes->at(0));
}

INSTANTIATE_TEST_SUITE_P(BrokerJ, EveryVersion, testing::Values("v7.1.12", "v8.0.6", "v9.2.1"),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::erase_if(name, [](char c) { return !std::isalnum(c); });
                           return name;
                         });

}  // namespace
}  // namespace signpost::probe
