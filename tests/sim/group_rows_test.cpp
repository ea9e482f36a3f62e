// The order of the signals: what a broker says of itself while its role changes.
#include <algorithm>
#include <set>

#include "tests/sim/group_run.hpp"

namespace signpost::sim {
namespace {

using namespace std::chrono_literals;
using probe::NodeRole;
using Said = std::vector<std::string>;

/// The first word of `seen` that does not come in the order of `order`; empty if all do.
std::string out_of_order(const Said& seen, const Said& order) {
  auto from = order.begin();
  for (const std::string& s : seen) {
    const auto found = std::find(from, order.end(), s);
    if (found == order.end()) return s;
    from = found;
  }
  return {};
}

TEST(GroupRows, PromoteByRowThenStateThenRole) {
  const Said order = {
      "BDB_HA_REPLICA UNAVAILABLE, REPLICA", "no row, REPLICA",        "no row, WAITING",
      "BDB_HA UNINITIALIZED, WAITING",       "BDB_HA ACTIVE, WAITING", "BDB_HA ACTIVE, MASTER"};
  std::set<std::string> all;
  with_settled_groups(50, {}, [&](GroupRun& g) {
    const std::size_t first = g.other(1);
    g.group.kill(g.master());
    const Said seen = g.watch(first, 3s);
    if (g.master() != first) return;
    EXPECT_EQ(out_of_order(seen, order), "");
    all.insert(seen.begin(), seen.end());
  });
  for (const std::string& state : order) EXPECT_TRUE(all.contains(state)) << state;
}

TEST(GroupRows, DemoteByStateThenRowThenRole) {
  const Said order = {"BDB_HA ACTIVE, MASTER",
                      "BDB_HA UNAVAILABLE, MASTER",
                      "no row, MASTER",
                      "no row, WAITING",
                      "BDB_HA_REPLICA UNAVAILABLE, WAITING",
                      "BDB_HA_REPLICA UNAVAILABLE, MASTER",
                      "BDB_HA_REPLICA UNAVAILABLE, REPLICA"};
  with_settled_groups(40, {}, [&](GroupRun& g) {
    const std::size_t old = g.master();
    ASSERT_TRUE(g.group.transfer(g.other()));
    const Said seen = g.watch(old, 6s);
    EXPECT_EQ(out_of_order(seen, order), "");
    EXPECT_EQ(seen.back(), order.back());
  });
}

TEST(GroupRows, LeaveNobodyActiveForAMomentInATransfer) {
  with_settled_groups(200, {}, [](GroupRun& g) {
    const std::size_t old = g.master();
    const std::size_t to = g.other();
    const Time asked = g.engine.now();
    ASSERT_TRUE(g.group.transfer(to));
    EXPECT_FALSE(g.group.transfer(g.other(2))) << "one at a time";
    g.run(5s);
    ASSERT_EQ(g.group.activations().size(), 2U);
    EXPECT_EQ(g.master(), to);
    EXPECT_NE(g.master(), old);
    const Activation& before = g.group.activations()[0];
    const Activation& after = g.group.activations()[1];
    ASSERT_TRUE(before.until);
    expect_between(200ms, *before.until - asked, 900ms);
    expect_between(70ms, after.from - *before.until, 650ms);
    expect_between(590ms, after.from - asked, 1300ms);
    EXPECT_TRUE(after.by_majority);
  });
}

TEST(GroupRows, OverReportTheRoleForUpTo2sAtDemotion) {
  Duration longest{};
  with_settled_groups(100, {}, [&](GroupRun& g) {
    const std::size_t old = g.master();
    g.group.transfer(g.other());
    while (g.active(old)) g.run(1ms);
    const Time closed = g.engine.now();
    while (g.role(old) == NodeRole::master) g.run(1ms);
    longest = std::max(longest, g.engine.now() - closed);
  });
  expect_between(1s, longest, 2100ms);
}

TEST(GroupRows, StampLastOpenedWithTheBrokersOwnClock) {
  GroupShape shape;
  shape.clock_offset = {Duration(1s), Duration(-1s), Duration(0s)};
  with_settled_groups(30, shape, [&](GroupRun& g) {
    std::set<probe::WallTime> stamps;
    for (int i = 0; i < 6; ++i) {
      const Activation newest = g.group.activations().back();
      const auto rows = g.group.virtualhost_rows(newest.node);
      ASSERT_TRUE(rows.at(0).last_opened);
      // Shortly before it became ACTIVE, by that clock.
      const auto then =
          g.group.wall_time(newest.node) -
          std::chrono::duration_cast<std::chrono::milliseconds>(g.engine.now() - newest.from);
      expect_between(5ms, then - *rows[0].last_opened, 70ms);
      stamps.insert(*rows[0].last_opened);
      ASSERT_TRUE(g.group.transfer(g.other()));
      g.run(1500ms);
      ASSERT_TRUE(g.settle(20s));
    }
    EXPECT_EQ(stamps.size(), 6U) << "a new one at each promotion";
  });
}

TEST(GroupRows, HaveNoStampBeforeTheVirtualhostOpens) {
  bool seen = false;
  with_settled_groups(30, {}, [&](GroupRun& g) {
    g.group.kill(g.master());
    for (int ms = 0; ms < 1200; ++ms, g.run(1ms)) {
      for (std::size_t k = 1; k <= 2; ++k) {
        const auto rows = g.group.virtualhost_rows(g.other(k));
        if (rows.empty() || rows[0].last_opened) continue;
        EXPECT_EQ(rows[0].state, probe::State::uninitialized);
        seen = true;
      }
    }
  });
  EXPECT_TRUE(seen);
}

TEST(GroupRows, OfAReplicaHaveAStampToo) {
  with_settled_groups(5, {}, [](GroupRun& g) {
    const auto rows = g.group.virtualhost_rows(g.other());
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_TRUE(rows[0].last_opened);
    EXPECT_FALSE(rows[0].claims_active());
    EXPECT_EQ(rows[0].group, "weather");
    EXPECT_EQ(rows[0].name, "weather");
    EXPECT_EQ(rows[0].node, g.group.node_name(g.other()));
  });
}

TEST(GroupRows, OfTheNodeTellWhatAPersonSet) {
  with_settled_groups(5, {}, [](GroupRun& g) {
    const std::size_t node = g.other();
    const probe::NodeRow before = g.group.node_row(node);
    EXPECT_EQ(before.quorum_override, 0);
    EXPECT_EQ(before.designated_primary, false);
    EXPECT_EQ(before.permitted_nodes->size(), 3U);
    g.group.set_quorum_override(node, true);
    g.group.set_designated_primary(node, true);
    g.run(1s);
    const probe::NodeRow after = g.group.node_row(node);
    EXPECT_EQ(after.quorum_override, 1);
    EXPECT_EQ(after.designated_primary, true);
    EXPECT_GT(after.transaction_id, before.transaction_id);
    g.group.kill(g.master());
    g.group.kill(g.other(2));
    g.group.kill(node);
    g.group.start(node);
    EXPECT_EQ(g.group.node_row(node).transaction_id, -1) << "not before it has joined";
  });
}

TEST(GroupRows, ShowASlowRecoveryAsUninitialized) {
  with_settled_groups(20, {}, [](GroupRun& g) {
    g.group.set_recovery(20s);
    const Time killed = g.engine.now();
    g.group.kill(g.master());
    g.run(9s);
    std::size_t recovering = nobody;
    for (std::size_t k = 1; k <= 2; ++k) {
      if (g.says(g.other(k)) == "BDB_HA UNINITIALIZED, WAITING") recovering = g.other(k);
    }
    ASSERT_NE(recovering, nobody);
    const std::size_t third = 3 - recovering - g.master();
    EXPECT_EQ(g.view(third, recovering), NodeRole::master) << "peers call it MASTER already";
    g.run(35s);
    ASSERT_EQ(g.master(), recovering);
    expect_between(10s, g.group.activations().back().from - killed, 42s);
  });
}

TEST(GroupRows, NeverShowActiveWhenTheMajorityIsGoneBeforeRecoveryEnds) {
  with_settled_groups(20, {}, [](GroupRun& g) {
    g.group.set_recovery(20s);
    g.group.kill(g.master());
    g.run(5s);
    const std::size_t dead = g.master();
    for (std::size_t k = 1; k <= 2; ++k) {
      if (g.says(g.other(k)) == "BDB_HA_REPLICA UNAVAILABLE, REPLICA") g.group.kill(g.other(k));
    }
    g.run(60s);
    EXPECT_EQ(g.group.activations().size(), 1U);
    for (std::size_t k = 1; k <= 2; ++k) {
      if (!g.group.exists(g.other(k))) continue;
      EXPECT_EQ(g.says(g.other(k)), "no row, WAITING");
    }
    EXPECT_EQ(g.master(), dead);
  });
}

}  // namespace
}  // namespace signpost::sim
