#include "sidecar/decision/group_rows.hpp"

#include <gtest/gtest.h>

namespace signpost::decision {
namespace {

using namespace std::chrono_literals;
using probe::NodeRole;
using probe::State;

const TimePoint t0{1000s};

probe::VirtualhostRow row(std::string type, State state) {
  probe::VirtualhostRow r;
  r.node = "n1";
  r.group = r.name = "weather";
  r.type = std::move(type);
  r.state = state;
  r.last_opened = WallTime(100s);
  return r;
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

TEST(GroupRows, RolesRefuseABrokerWhoseNodeHasAnotherName) {
  probe::RolesReport report;
  report.nodes = {
      {"n9", "BDB_HA", "weather", NodeRole::master, State::active, State::active, {}, ""}};
  auto seen = RolesIndex(report).about({"weather", "weather", "n1"});
  ASSERT_TRUE(std::holds_alternative<Failed>(seen));
  EXPECT_EQ(std::get<Failed>(seen).question, Failed::Question::roles);
}

TEST(GroupRows, RolesOfABrokerWithoutTheGroupAreEmpty) {
  probe::RolesReport report;
  report.nodes = {{"default", "JSON", "", NodeRole::none, State::active, State::active, {}, ""}};
  EXPECT_EQ(std::get<RolesSeen>(RolesIndex(report).about({"weather", "weather", "n1"})),
            RolesSeen{});
}

TEST(GroupView, TheSameButForTimesLooksAtWhatIsSaid) {
  GroupView a;
  a.nodes.resize(2);
  GroupView b = a;
  b.nodes[0].answer_started = t0;
  b.nodes[0].views_asked = t0;
  b.nodes[0].last_claimed = t0;
  EXPECT_TRUE(same_but_for_times(a, b));
  const std::pair<const char*, void (*)(GroupView&)> differences[] = {
      {"name", [](GroupView& v) { v.nodes[0].name = "n9"; }},
      {"says", [](GroupView& v) { v.nodes[1].says = Says::active; }},
      {"opened", [](GroupView& v) { v.nodes[1].opened = WallTime(1s); }},
      {"confirmation", [](GroupView& v) { v.nodes[1].confirmation = Confirmation::denied; }},
      {"observer", [](GroupView& v) { v.nodes[1].is_observer = true; }},
      {"views", [](GroupView& v) { v.nodes[1].calls_master = {"n1"}; }},
      {"size", [](GroupView& v) { v.nodes.pop_back(); }},
      {"witnesses", [](GroupView& v) { v.has_witnesses = !v.has_witnesses; }},
      {"asked", [](GroupView& v) { v.all_asked = !v.all_asked; }}};
  for (const auto& [name, change] : differences) {
    b = a;
    change(b);
    EXPECT_FALSE(same_but_for_times(a, b)) << name;
  }
}

}  // namespace
}  // namespace signpost::decision
