#include "sidecar/decision/role_word.hpp"

#include <gtest/gtest.h>

#include "tests/support/named_case.hpp"

namespace signpost::decision {
namespace {

using namespace std::chrono_literals;
using probe::NodeRole;
using probe::State;

const TimePoint t0{1000s};

probe::VirtualhostRow row(const char* type, State state, NodeRole role) {
  probe::VirtualhostRow r;
  r.node = "n1";
  r.group = r.name = "weather";
  r.type = type;
  r.state = state;
  r.role = role;
  r.node_state = State::active;
  return r;
}

struct RowCase : test::NamedCase {
  probe::VirtualhostRow row;
  const char* word;
};
class RoleOfARow : public testing::TestWithParam<RowCase> {};
TEST_P(RoleOfARow, IsOneWord) {
  NodeEvidence e("n1");
  e.fold({"n1", t0, t0, VirtualhostSeen{GetParam().row}});
  EXPECT_EQ(role_word(e), GetParam().word);
  EXPECT_EQ(probe_note(e), GetParam().word);
}
probe::VirtualhostRow of_an_errored_node() {
  probe::VirtualhostRow r = row("BDB_HA", State::active, NodeRole::master);
  r.node_state = State::errored;
  return r;
}
probe::VirtualhostRow plain(State state) {
  probe::VirtualhostRow r = row("Memory", state, NodeRole::none);
  r.group.clear();
  return r;
}
INSTANTIATE_TEST_SUITE_P(
    Row, RoleOfARow,
    testing::Values(
        RowCase{{"Master"}, row("BDB_HA", State::active, NodeRole::master), "MASTER"},
        RowCase{{"MasterBeforeItsRole"}, row("BDB_HA", State::active, NodeRole::waiting), "MASTER"},
        RowCase{
            {"Replica"}, row("BDB_HA_REPLICA", State::unavailable, NodeRole::replica), "REPLICA"},
        RowCase{
            {"Recovering"}, row("BDB_HA", State::uninitialized, NodeRole::waiting), "RECOVERING"},
        RowCase{{"RecoveringWithItsRole"},
                row("BDB_HA", State::uninitialized, NodeRole::master),
                "RECOVERING"},
        RowCase{{"Demoting"}, row("BDB_HA", State::unavailable, NodeRole::master), "DEMOTING"},
        RowCase{{"Stopped"}, row("BDB_HA", State::stopped, NodeRole::master), "STOPPED"},
        RowCase{{"Errored"}, row("BDB_HA", State::errored, NodeRole::master), "ERRORED"},
        RowCase{{"NodeErrored"}, of_an_errored_node(), "ERRORED"},
        RowCase{{"Detached"}, row("BDB_HA", State::unavailable, NodeRole::detached), "DETACHED"},
        RowCase{{"PlainActive"}, plain(State::active), "ACTIVE"},
        RowCase{{"PlainQuiesced"}, plain(State::quiesced), "QUIESCED"}),
    test::case_name);

// Without a virtualhost row only the roles answer knows the node.
struct NodeCase : test::NamedCase {
  NodeRole role;
  State state;
  const char* word;
};
class RoleWithoutARow : public testing::TestWithParam<NodeCase> {};
TEST_P(RoleWithoutARow, IsOneWord) {
  NodeEvidence e("n1");
  e.fold({"n1", t0, t0, VirtualhostSeen{}});
  EXPECT_EQ(role_word(e), "NONE");
  RolesSeen roles;
  roles.own = probe::NodeRow{"n1",          "BDB_HA", "weather", GetParam().role, GetParam().state,
                             State::active, {},       ""};
  e.fold({"n1", t0, t0, roles});
  EXPECT_EQ(role_word(e), GetParam().word);
}
INSTANTIATE_TEST_SUITE_P(
    Row, RoleWithoutARow,
    testing::Values(NodeCase{{"Waiting"}, NodeRole::waiting, State::active, "WAITING"},
                    NodeCase{{"Detached"}, NodeRole::detached, State::active, "DETACHED"},
                    NodeCase{{"MasterClosing"}, NodeRole::master, State::active, "DEMOTING"},
                    NodeCase{{"ReplicaOpening"}, NodeRole::replica, State::active, "WAITING"},
                    NodeCase{{"Errored"}, NodeRole::master, State::errored, "ERRORED"},
                    NodeCase{{"None"}, NodeRole::none, State::active, "NONE"}),
    test::case_name);

TEST(ProbeNote, SaysWhyAndHowOften) {
  NodeEvidence e("n1");
  EXPECT_EQ(probe_note(e), "UNKNOWN: never asked");
  Failed failed{Failed::Question::virtualhosts, {probe::errc::connect_refused, "refused"}};
  e.fold({"n1", t0, t0, failed});
  EXPECT_EQ(probe_note(e), "UNREACHABLE: refused");
  e.fold({"n1", t0 + 1s, t0 + 1s, failed});
  EXPECT_EQ(probe_note(e), "UNREACHABLE: refused (2 probes in a row)");
}

TEST(ProbeNote, NamesAGroupThatABrokerDoesNotKnow) {
  EXPECT_NE(no_such_group("wether").find("\"wether\""), std::string::npos);
}

}  // namespace
}  // namespace signpost::decision
