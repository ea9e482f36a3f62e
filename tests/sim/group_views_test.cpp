// What brokers say of each other: late, frozen, and sometimes two MASTERs.
#include <algorithm>

#include "tests/sim/group_run.hpp"

namespace signpost::sim {
namespace {

using namespace std::chrono_literals;
using probe::NodeRole;

TEST(GroupViews, NameTheRolesOfASettledGroup) {
  with_settled_groups(20, {}, [](GroupRun& g) {
    g.run(3s);
    for (std::size_t observer = 0; observer < 3; ++observer) {
      const auto rows = g.group.peer_rows(observer);
      ASSERT_EQ(rows.size(), 2U);
      for (const probe::PeerRow& row : rows) {
        const bool master = row.name == g.group.node_name(g.master());
        EXPECT_EQ(row.role, master ? NodeRole::master : NodeRole::replica);
        EXPECT_EQ(row.observer, g.group.node_name(observer));
        EXPECT_EQ(row.state, probe::State::active);
        EXPECT_TRUE(row.join_time);
        EXPECT_GT(row.transaction_id, 0);
      }
    }
  });
}

TEST(GroupViews, AreUpTo3sOld) {
  Duration longest{};
  with_settled_groups(100, {}, [&](GroupRun& g) {
    g.run(3s);
    const std::size_t gone = g.other(1);
    const std::size_t observer = g.other(2);
    g.group.pause(gone);  // its ping times out: the slowest news there is
    const Time then = g.engine.now();
    EXPECT_EQ(g.view(observer, gone), NodeRole::replica);
    while (g.view(observer, gone) == NodeRole::replica) g.run(10ms);
    EXPECT_EQ(g.view(observer, gone), NodeRole::unreachable);
    longest = std::max(longest, g.engine.now() - then);
    EXPECT_GE(g.engine.now() - then, 1s);
  });
  expect_between(1500ms, longest, 3s);
}

TEST(GroupViews, KnowADeadPeerAtTheNextRound) {
  with_settled_groups(50, {}, [&](GroupRun& g) {
    g.run(3s);
    const std::size_t gone = g.other(1);
    g.group.kill(gone);
    g.run(1100ms);
    const auto rows = g.group.peer_rows(g.other(2));
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const probe::PeerRow& r) {
      return r.name == g.group.node_name(gone);
    });
    ASSERT_NE(row, rows.end());
    EXPECT_EQ(row->role, NodeRole::unreachable);
    EXPECT_EQ(row->state, probe::State::unavailable);
    EXPECT_EQ(row->transaction_id, -1);
    EXPECT_TRUE(row->join_time) << "of the last answer";
  });
}

TEST(GroupViews, NameTwoMastersForASecondWhenOneIsResumed) {
  int two = 0;
  with_settled_groups(50, {}, [&](GroupRun& g) {
    const std::size_t old = g.master();
    g.group.pause(old);
    g.run(45s);
    const std::size_t third = 3 - old - g.master();
    EXPECT_EQ(g.view(third, old), NodeRole::unreachable);
    g.group.resume(old);
    bool both = false;
    for (int i = 0; i < 60; ++i, g.run(100ms)) {
      both = both || (g.view(third, old) == NodeRole::master &&
                      g.view(third, g.master()) == NodeRole::master);
    }
    two += both;
    EXPECT_EQ(g.view(third, old), NodeRole::replica);
  });
  EXPECT_GT(two, 10);
}

TEST(GroupViews, AreFrozenInAnExMasterThatWaits) {
  with_settled_groups(30, {}, [](GroupRun& g) {
    g.run(3s);
    const std::size_t old = g.master();
    const std::size_t a = g.other(1);
    const std::size_t b = g.other(2);
    g.isolate(old);
    g.run(30s);
    ASSERT_EQ(g.says(old), "no row, WAITING");
    EXPECT_EQ(g.view(old, a), NodeRole::unreachable);
    EXPECT_EQ(g.view(old, b), NodeRole::unreachable);
    g.group.step_clock(old, 10s);  // so that it cannot join
    g.group.heal_all();
    g.run(60s);
    ASSERT_EQ(g.says(old), "no row, WAITING");
    EXPECT_EQ(g.view(old, a), NodeRole::unreachable) << "though it is back";
    EXPECT_EQ(g.view(a, old), NodeRole::waiting) << "the others go on asking";
  });
}

TEST(GroupViews, OfAFreshlyBootedNodeCallEverybodyUnreachable) {
  with_settled_groups(20, {}, [](GroupRun& g) {
    const std::size_t fresh = g.other();
    const std::size_t master = g.master();
    g.group.kill(fresh);
    g.run(5s);
    g.group.start(fresh);
    g.run(1s);
    for (const probe::PeerRow& row : g.group.peer_rows(fresh)) {
      EXPECT_EQ(row.role, NodeRole::unreachable);
      EXPECT_FALSE(row.join_time);
    }
    EXPECT_EQ(g.says(fresh), "no row, WAITING");
    g.run(10s);
    EXPECT_EQ(g.view(fresh, master), NodeRole::master);
  });
}

TEST(GroupViews, GoOnInAReplicaThatLostItsMaster) {
  with_settled_groups(20, {}, [](GroupRun& g) {
    const std::size_t witness = g.other(1);
    const std::size_t peer = g.other(2);
    g.group.pause(g.master());
    g.run(10s);
    EXPECT_EQ(g.role(witness), NodeRole::waiting);
    EXPECT_EQ(g.view(witness, peer), NodeRole::waiting);
  });
}

TEST(GroupViews, DoNotDependOnWhenSomebodyLooks) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    GroupRun quiet(seed);
    GroupRun watched(seed);
    for (GroupRun* g : {&quiet, &watched}) {
      for (int step = 0; step < 4000; ++step) {
        g->run(10ms);
        if (step == 1000) g->group.pause(g->master());
        if (step == 3000) g->group.resume(g->group.activations()[0].node);
        if (g == &watched) (void)g->group.peer_rows(static_cast<std::size_t>(step) % 3);
      }
    }
    EXPECT_EQ(quiet.engine.trace_hash(), watched.engine.trace_hash());
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(quiet.group.peer_rows(i), watched.group.peer_rows(i));
    }
  }
}

}  // namespace
}  // namespace signpost::sim
