// Failovers as a real group of three was seen to make them. The order is the fact; the figures are
// those of one machine, with room around them.
#include "tests/sim/group_run.hpp"

namespace signpost::sim {
namespace {

using namespace std::chrono_literals;
using probe::NodeRole;

TEST(GroupModel, ElectsOneMasterAfterTheStart) {
  for (std::size_t nodes = 1; nodes <= 5; ++nodes) {
    GroupShape shape;
    shape.nodes = nodes;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      GroupRun g(seed, shape);
      EXPECT_TRUE(g.settle(20s)) << nodes << " nodes, seed " << seed;
      ASSERT_TRUE(g.group.sole_master()) << nodes << " nodes, seed " << seed;
      EXPECT_TRUE(g.group.sole_master()->by_majority);
      EXPECT_EQ(g.says(g.master()), "BDB_HA ACTIVE, MASTER");
      for (std::size_t k = 1; k < nodes; ++k) {
        EXPECT_EQ(g.says(g.other(k)), "BDB_HA_REPLICA UNAVAILABLE, REPLICA");
      }
    }
  }
}

TEST(GroupModel, ReplacesAKilledMasterInAboutASecond) {
  with_settled_groups(100, {}, [](GroupRun& g) {
    const std::size_t old = g.master();
    const Time killed = g.engine.now();
    ASSERT_TRUE(g.group.kill(old));
    EXPECT_FALSE(g.group.exists(old));
    EXPECT_FALSE(g.group.sole_master());
    g.run(3s);
    ASSERT_TRUE(g.group.sole_master());
    EXPECT_NE(g.master(), old);
    expect_between(600ms, g.group.sole_master()->from - killed, 1100ms);
    EXPECT_EQ(g.group.activations()[g.group.activations().size() - 2].until, killed);
  });
}

TEST(GroupModel, TakesAwayTheRowsOfReplicasHalfASecondAfterTheKill) {
  with_settled_groups(50, {}, [](GroupRun& g) {
    const std::size_t witness = g.other();
    g.group.kill(g.master());
    g.run(300ms);
    EXPECT_EQ(g.says(witness), "BDB_HA_REPLICA UNAVAILABLE, REPLICA");
    g.run(245ms);
    EXPECT_EQ(g.says(witness), "no row, WAITING");
  });
}

TEST(GroupModel, ElectsNobodyWhileAMasterIsStoppedFor16s) {
  with_settled_groups(50, {}, [](GroupRun& g) {
    const std::size_t master = g.master();
    const auto opened = g.group.virtualhost_rows(master)[0].last_opened;
    ASSERT_TRUE(g.group.pause(master));
    EXPECT_FALSE(g.group.running(master));
    EXPECT_TRUE(g.group.exists(master));
    g.run(5400ms);
    for (std::size_t k = 1; k <= 2; ++k) EXPECT_EQ(g.says(g.other(k)), "no row, WAITING");
    g.run(16s - 5400ms);
    EXPECT_EQ(g.master(), master);
    ASSERT_TRUE(g.group.resume(master));
    g.run(10s);
    // It keeps its mastership; the others come back.
    EXPECT_EQ(g.group.activations().size(), 1U);
    EXPECT_EQ(g.group.virtualhost_rows(master)[0].last_opened, opened);
    EXPECT_TRUE(g.group.settled());
  });
}

TEST(GroupModel, ReplacesAMasterStoppedFor45sAfter26s) {
  with_settled_groups(100, {}, [](GroupRun& g) {
    const std::size_t old = g.master();
    const Time stopped = g.engine.now();
    g.group.pause(old);
    g.run(45s);
    ASSERT_NE(g.master(), old);
    expect_between(25s, g.group.activations()[1].from - stopped, 27s);
    EXPECT_FALSE(g.group.sole_master());  // the old one's virtualhost is still ACTIVE
  });
}

TEST(GroupModel, HastensTheElectionWhenTheStoppedMasterDies) {
  with_settled_groups(20, {}, [](GroupRun& g) {
    g.group.pause(g.master());
    g.run(10s);
    const Time killed = g.engine.now();
    g.group.kill(g.master());
    g.run(2s);
    ASSERT_TRUE(g.group.sole_master());
    expect_between(20ms, g.group.sole_master()->from - killed, 1s);
  });
}

TEST(GroupModel, LetsAResumedMasterClaimForASecondOrUntilItsTestTransactionFails) {
  for (const Duration patience : {Duration(2s), Duration(20s)}) {
    GroupShape shape;
    shape.quorum_patience = patience;
    Duration longest{};
    Duration total{};
    int below_a_second = 0;
    with_settled_groups(100, shape, [&](GroupRun& g) {
      const std::size_t old = g.master();
      g.group.pause(old);
      g.run(45s);
      const Time resumed = g.engine.now();
      g.group.resume(old);
      EXPECT_TRUE(g.active(old));
      EXPECT_EQ(g.role(old), NodeRole::master);
      g.run(30s);
      ASSERT_TRUE(g.group.activations()[0].until);
      const Duration claimed = *g.group.activations()[0].until - resumed;
      longest = std::max(longest, claimed);
      total += claimed;
      below_a_second += claimed < 1s;
      EXPECT_TRUE(g.group.settled());
      EXPECT_EQ(g.group.activations().size(), 2U);
    });
    expect_between(patience, longest, patience + 2s);
    EXPECT_GT(below_a_second, 30);
    EXPECT_LT(below_a_second, 90);
  }
}

TEST(GroupModel, LetsAMasterThatIsCutOffStepDownWhenItsTestTransactionFails) {
  for (const Duration patience : {Duration(2s), Duration(20s)}) {
    GroupShape shape;
    shape.quorum_patience = patience;
    shape.replica_timeout = patience == 2s ? 5s : 30s;
    with_settled_groups(50, shape, [&](GroupRun& g) {
      const std::size_t old = g.master();
      const Time cut = g.engine.now();
      g.isolate(old);
      g.run(patience + 4500ms);
      ASSERT_TRUE(g.group.activations()[0].until);
      expect_between(patience + 1s, *g.group.activations()[0].until - cut, patience + 2100ms);
      EXPECT_EQ(g.says(old), "no row, DETACHED");
      g.run(12500ms);
      EXPECT_EQ(g.says(old), "no row, WAITING");
    });
  }
}

TEST(GroupModel, ReplacesAMasterThatIsCutOffAfter16s) {
  with_settled_groups(100, {}, [](GroupRun& g) {
    const std::size_t old = g.master();
    const Time cut = g.engine.now();
    g.isolate(old);
    g.run(20s);
    ASSERT_NE(g.master(), old);
    expect_between(15s, g.group.activations()[1].from - cut, 17200ms);
  });
}

TEST(GroupModel, BouncesTheRowOfAnOldMasterThatIsHealed) {
  with_settled_groups(50, {}, [](GroupRun& g) {
    const std::size_t old = g.master();
    g.isolate(old);
    g.run(35s);
    ASSERT_EQ(g.says(old), "no row, WAITING");
    g.group.heal_all();
    while (g.says(old) != "BDB_HA_REPLICA UNAVAILABLE, REPLICA") g.run(1ms);
    const Time first = g.engine.now();
    g.run(40ms);
    const std::vector<std::string> seen = g.watch(old, 560ms);
    ASSERT_GE(seen.size(), 4U);
    EXPECT_EQ(seen.front(), "BDB_HA_REPLICA UNAVAILABLE, REPLICA");
    EXPECT_EQ(seen[1], "no row, REPLICA");
    EXPECT_EQ(seen[2], "no row, DETACHED");
    EXPECT_EQ(seen.back(), "BDB_HA_REPLICA UNAVAILABLE, REPLICA");
    EXPECT_LE(g.engine.now() - first, 600ms);
    EXPECT_TRUE(g.settle(10s));
  });
}

TEST(GroupModel, StopsServingWithoutAMajorityAndServesAgainWithOne) {
  with_settled_groups(50, {}, [](GroupRun& g) {
    const std::size_t master = g.master();
    const auto opened = g.group.virtualhost_rows(master)[0].last_opened;
    g.group.kill(g.other(1));
    g.run(20s);
    EXPECT_TRUE(g.active(master)) << "two of three are enough";
    const Time lost = g.engine.now();
    g.group.kill(g.other(2));
    g.run(20s);
    ASSERT_TRUE(g.group.activations()[0].until);
    expect_between(2s, *g.group.activations()[0].until - lost, 3100ms);
    EXPECT_EQ(g.says(master), "no row, WAITING");
    EXPECT_EQ(g.group.activations().size(), 1U);
    g.group.start(g.other(1));
    ASSERT_TRUE(g.settle(15s));
    ASSERT_EQ(g.group.activations().size(), 2U);
    EXPECT_GT(g.group.virtualhost_rows(g.master())[0].last_opened, opened);
  });
}

TEST(GroupModel, RefusesWhatMakesNoSense) {
  GroupRun g(1);
  ASSERT_TRUE(g.settle());
  const std::size_t master = g.master();
  EXPECT_FALSE(g.group.start(master));
  EXPECT_FALSE(g.group.resume(master));
  EXPECT_FALSE(g.group.transfer(master));
  EXPECT_FALSE(g.group.cut(master, master));
  EXPECT_FALSE(g.group.heal(0, 1));
  EXPECT_TRUE(g.group.cut(0, 1));
  EXPECT_FALSE(g.group.cut(0, 1));
  EXPECT_TRUE(g.group.kill(master));
  EXPECT_FALSE(g.group.kill(master));
  EXPECT_FALSE(g.group.pause(master));
  EXPECT_FALSE(g.group.transfer(master));
}

TEST(GroupModel, ComparesClocksOnlyWhenANodeJoins) {
  GroupRun g(1);
  ASSERT_TRUE(g.settle());
  const std::size_t stepped = g.other();
  g.group.step_clock(stepped, 5s);
  g.run(60s);
  EXPECT_TRUE(g.group.settled()) << "a member stays a member";
  g.group.kill(stepped);
  g.group.start(stepped);
  g.run(60s);
  EXPECT_EQ(g.says(stepped), "no row, WAITING");
  g.group.step_clock(stepped, -5s);
  EXPECT_TRUE(g.settle(5s));
}

}  // namespace
}  // namespace signpost::sim
