// Two nodes ACTIVE at once, and the settings that make it last.
#include "tests/sim/group_run.hpp"

namespace signpost::sim {
namespace {

using namespace std::chrono_literals;
using probe::NodeRole;

TEST(GroupSplit, LastsWithQuorumOverrideUntilTheHeal) {
  with_settled_groups(50, {}, [](GroupRun& g) {
    const std::size_t old = g.master();
    ASSERT_TRUE(g.group.set_quorum_override(old, true));
    g.isolate(old);
    g.run(60s);
    const std::size_t elected = g.master();
    ASSERT_NE(elected, old);
    EXPECT_TRUE(g.active(old) && g.active(elected));
    EXPECT_FALSE(g.group.sole_master());
    const std::size_t third = 3 - old - elected;
    EXPECT_EQ(g.view(third, elected), NodeRole::master);
    EXPECT_EQ(g.view(third, old), NodeRole::unreachable);
    EXPECT_EQ(g.view(elected, old), NodeRole::unreachable);
    EXPECT_EQ(g.view(old, elected), NodeRole::unreachable);
    EXPECT_EQ(g.view(old, third), NodeRole::unreachable);
    const Time healed = g.engine.now();
    g.group.heal_all();
    g.run(15s);
    ASSERT_TRUE(g.group.activations()[0].until);
    expect_between(0s, *g.group.activations()[0].until - healed, 3s);
    EXPECT_TRUE(g.group.settled());
    EXPECT_EQ(g.master(), elected);
  });
}

TEST(GroupSplit, EndsAtOnceAfterMostHeals) {
  int at_once = 0;
  with_settled_groups(100, {}, [&](GroupRun& g) {
    g.group.set_quorum_override(g.master(), true);
    g.isolate(g.master());
    g.run(30s);
    g.group.heal_all();
    g.run(100ms);
    at_once += g.group.activations()[0].until.has_value();
  });
  EXPECT_GT(at_once, 80);
}

TEST(GroupSplit, EndsWhenTheOverrideIsTakenBack) {
  with_settled_groups(20, {}, [](GroupRun& g) {
    const std::size_t old = g.master();
    g.group.set_quorum_override(old, true);
    g.isolate(old);
    g.run(30s);
    EXPECT_TRUE(g.active(old));
    g.group.set_quorum_override(old, false);
    g.run(8s);
    EXPECT_FALSE(g.active(old));
  });
}

TEST(GroupSplit, LetsALoneReplicaElectItselfByQuorumOverride) {
  with_settled_groups(20, {}, [](GroupRun& g) {
    const std::size_t alone = g.other();
    g.group.set_quorum_override(alone, true);
    g.isolate(alone);
    const Time cut = g.engine.now();
    g.run(20s);
    ASSERT_EQ(g.master(), alone);
    EXPECT_FALSE(g.group.activations().back().by_majority);
    expect_between(14s, g.group.activations().back().from - cut, 17s);
    EXPECT_FALSE(g.group.activations()[0].until) << "the majority's master goes on";
    g.group.heal_all();
    EXPECT_TRUE(g.settle(20s));
    EXPECT_EQ(g.master(), alone) << "the newest election wins";
  });
}

TEST(GroupSplit, LastsBetweenTwoDesignatedPrimaries) {
  GroupShape shape;
  shape.nodes = 2;
  with_settled_groups(20, shape, [](GroupRun& g) {
    g.group.set_designated_primary(0, true);
    g.group.set_designated_primary(1, true);
    g.isolate(0);
    g.run(120s);
    EXPECT_TRUE(g.active(0) && g.active(1));
    EXPECT_FALSE(g.group.activations().back().by_majority);
    g.group.heal_all();
    EXPECT_TRUE(g.settle(20s));
    EXPECT_TRUE(g.group.sole_master());
  });
}

TEST(GroupSplit, LetsTheDesignatedOfTwoServeAlone) {
  GroupShape shape;
  shape.nodes = 2;
  with_settled_groups(20, shape, [](GroupRun& g) {
    const std::size_t survivor = g.other();
    g.group.kill(g.master());
    g.run(30s);
    EXPECT_EQ(g.says(survivor), "no row, WAITING");
    g.group.set_designated_primary(survivor, true);
    g.run(5s);
    ASSERT_EQ(g.master(), survivor);
    EXPECT_TRUE(g.active(survivor));
    g.run(60s);
    EXPECT_TRUE(g.active(survivor)) << "without the other it never steps down";
    g.group.start(g.other());
    ASSERT_TRUE(g.settle(20s));
    EXPECT_EQ(g.master(), survivor);
  });
}

TEST(GroupSplit, IgnoresADesignatedPrimaryInAGroupOfThree) {
  with_settled_groups(10, {}, [](GroupRun& g) {
    g.group.set_designated_primary(g.master(), true);
    g.isolate(g.master());
    g.run(8s);
    EXPECT_FALSE(g.group.sole_master());
    EXPECT_TRUE(g.group.activations()[0].until);
  });
}

TEST(GroupSplit, NeedsOneDirectionOnly) {
  with_settled_groups(20, {}, [](GroupRun& g) {
    const std::size_t old = g.master();
    g.group.cut(old, g.other(1));
    g.group.cut(g.other(2), old);
    g.run(30s);
    EXPECT_FALSE(g.active(old));
    EXPECT_NE(g.master(), old);
    EXPECT_TRUE(g.group.sole_master());
  });
}

TEST(GroupSplit, LeavesAReplicaWaitingThatTheMasterCannotHear) {
  with_settled_groups(20, {}, [](GroupRun& g) {
    const std::size_t master = g.master();
    const std::size_t deaf = g.other();
    g.group.cut(master, deaf);
    g.run(60s);
    EXPECT_EQ(g.group.activations().size(), 1U) << "two of three are enough";
    EXPECT_EQ(g.says(deaf), "no row, WAITING");
    EXPECT_FALSE(g.group.settled());
    g.group.heal(master, deaf);
    EXPECT_TRUE(g.settle(10s));
  });
}

TEST(GroupSplit, OverlapsWhenTheElectionIsFasterThanTheLonelyMastersPatience) {
  GroupShape shape;
  shape.quorum_patience = 20s;
  shape.replica_timeout = 5s;
  shape.election_socket = 1s;
  with_settled_groups(20, shape, [](GroupRun& g) {
    const std::size_t old = g.master();
    g.isolate(old);
    g.run(15s);
    EXPECT_NE(g.master(), old);
    EXPECT_TRUE(g.active(old) && g.active(g.master()));
    g.run(10s);
    EXPECT_FALSE(g.active(old));
  });
}

}  // namespace
}  // namespace signpost::sim
