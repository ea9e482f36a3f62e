// The whole agent on virtual time: real loops, real arbiter, real zone; brokers, disk and clock are
// fakes.
#include "tests/unit/sidecar/agent/agent_rig.hpp"

namespace signpost::agent {
namespace {

using namespace std::chrono_literals;
using test::Rig;

TEST(Agent, IsNotReadyUntilTheFirstRoundAndThenPublishes) {
  Rig r;
  r.group.elect("n2", 100s);
  r.group["n3"].latency = 350ms;
  r.start();
  EXPECT_EQ(r.address(), "not ready");
  r.clock.run_for(300ms);
  EXPECT_EQ(r.address(), "not ready");
  r.clock.run_for(100ms);
  EXPECT_EQ(r.address(), "127.0.0.12");
  EXPECT_TRUE(r.agent->first_round_done());
}

TEST(Agent, AsksEachBrokerOncePerIntervalAndForRolesOncePerSecond) {
  Rig r;
  r.group.elect("n1", 100s);
  r.start();
  r.clock.run_for(10s - 1ms);
  EXPECT_EQ(r.group["n1"].virtualhost_requests, 20);
  EXPECT_EQ(r.group["n1"].roles_requests, 10);
}

TEST(Agent, AsksForRolesAtOnceWhenARowChanges) {
  Rig r;
  r.group.elect("n1", 100s);
  r.start();
  r.clock.run_for(5s + 100ms);
  int before = r.group["n2"].roles_requests;
  r.group.elect("n2", 105s);
  r.clock.run_for(500ms);
  EXPECT_GE(r.group["n2"].roles_requests, before + 1);
}

TEST(Agent, ASlowBrokerDelaysNoOther) {
  Rig r;
  r.group.elect("n1", 100s);
  r.group["n3"].latency = 10s;
  r.start();
  r.clock.run_for(10s - 1ms);
  EXPECT_EQ(r.group["n1"].virtualhost_requests, 20);
  EXPECT_EQ(r.group["n3"].virtualhost_requests, 20);
  EXPECT_EQ(r.address(), "127.0.0.11");
}

TEST(Agent, FollowsAFailoverWithinOneInterval) {
  Rig r;
  r.group.elect("n1", 100s);
  r.start();
  r.clock.run_for(10s);
  std::uint32_t serial = r.publisher->zone().soa.serial;
  r.group.kill("n1");
  r.clock.run_for(1s);
  EXPECT_EQ(r.address(), "127.0.0.11");
  EXPECT_EQ(r.decision().reason, decision::Reason::electing);
  r.group.elect("n3", 111s);
  r.group.kill("n1");
  r.clock.run_for(500ms);
  EXPECT_EQ(r.address(), "127.0.0.13");
  EXPECT_GT(r.publisher->zone().soa.serial, serial);
  ASSERT_TRUE(r.agent->groups()[0]->last_failover());
  const LastFailover& f = *r.agent->groups()[0]->last_failover();
  EXPECT_EQ(f.from, "n1");
  EXPECT_EQ(f.to, "n3");
  EXPECT_TRUE(f.lost_at);
  EXPECT_TRUE(f.published_at);
}

// Probes start at whole half seconds and take a millisecond.
TEST(Agent, SavesTheStateBeforeItPublishes) {
  Rig r;
  r.group.elect("n1", 100s);
  r.start();
  r.clock.run_for(5100ms);
  r.store.stalled = true;
  r.group.elect("n2", 105s);
  r.clock.run_for(405ms);
  EXPECT_EQ(r.store.newest.groups["weather"].active, "n2");
  EXPECT_EQ(r.address(), "127.0.0.11");
  EXPECT_TRUE(r.agent->publish_due());
  r.store.finish();
  EXPECT_EQ(r.address(), "127.0.0.12");
}

TEST(Agent, AStalledDiskDelaysAFailoverBy50Milliseconds) {
  Rig r;
  r.group.elect("n1", 100s);
  r.start();
  r.clock.run_for(5100ms);
  r.store.stalled = true;
  r.group.elect("n2", 105s);
  r.clock.run_for(450ms);
  EXPECT_EQ(r.address(), "127.0.0.11");
  r.clock.run_for(2ms);
  EXPECT_EQ(r.address(), "127.0.0.12");
}

TEST(Agent, TheDeadlineOfAnEarlierChangeDoesNotPublishALaterOneBeforeItIsSaved) {
  Rig r;
  r.group.elect("n1", 100s);
  for (const char* node : {"n1", "n2", "n3"}) r.group[node].latency = 1ms;
  r.group["n3"].latency = 31ms;
  r.start();
  r.clock.run_for(5100ms);
  r.group.elect("n2", 105s);
  r.clock.run_for(405ms);  // n2 answered at 5.501 s: published, its deadline is at 5.551 s
  EXPECT_EQ(r.address(), "127.0.0.12");
  r.store.stalled = true;
  r.group.elect("n3", 110s);  // n3 answers at 5.531 s
  r.clock.run_for(60ms);      // 5.565 s
  EXPECT_EQ(r.store.newest.groups["weather"].active, "n3");
  EXPECT_EQ(r.address(), "127.0.0.12");
  r.clock.run_for(20ms);
  EXPECT_EQ(r.address(), "127.0.0.13");
}

TEST(Agent, AResumedOldMasterIsNotPublishedThoughAPeerStillCallsItMaster) {
  Rig r;
  r.group.elect("n1", 100s);
  r.start();
  r.clock.run_for(5s);
  auto old_row = r.group["n1"].row;
  r.group.kill("n1");
  r.clock.run_for(26s);
  r.group.elect("n2", 131s);
  r.clock.run_for(19s);
  r.group["n1"].failure.reset();
  r.group["n1"].row = old_row;
  r.group["n3"].calls_master = {"n1"};  // what a resumed master says of itself
  r.group["n2"].latency = 10s;
  r.clock.run_for(10s);
  EXPECT_EQ(r.address(), "127.0.0.12");
  EXPECT_EQ(r.decision().reason, decision::Reason::stale_claim);
}

TEST(Agent, AFailingDiskIsSaidAndSurvived) {
  Rig r;
  r.group.elect("n1", 100s);
  r.start();
  r.clock.run_for(5s);
  r.store.finish("cannot write state.json.new: No space left on device");
  EXPECT_EQ(r.agent->state_error(), "cannot write state.json.new: No space left on device");
  int saves = r.store.saves;
  r.clock.run_for(1500ms);
  EXPECT_GT(r.store.saves, saves) << "it tries again by itself";
  EXPECT_EQ(r.agent->state_error(), "");
  saves = r.store.saves;
  r.clock.run_for(10s);
  EXPECT_EQ(r.store.saves, saves);
}

TEST(Agent, ARestartGivesTheSameAnswerAndNothingGoesBack) {
  runtime::State saved;
  std::uint32_t serial = 0;
  {
    Rig r;
    r.group.elect("n2", 100s);
    r.start();
    r.clock.run_for(5s);
    saved = r.store.newest;
    serial = r.publisher->zone().soa.serial;
  }
  Rig r;
  for (const char* node : {"n1", "n2", "n3"}) r.group.kill(node);
  r.start(saved);
  EXPECT_EQ(r.address(), "127.0.0.12");
  r.clock.run_for(10s);
  EXPECT_EQ(r.address(), "127.0.0.12");
  EXPECT_EQ(r.decision().reason, decision::Reason::blind);
  EXPECT_GE(r.decision().generation, saved.groups["weather"].generation);
  EXPECT_GT(r.publisher->zone().soa.serial, serial);
}

TEST(Agent, KeepsTheGenerationOfGroupsOfAnEarlierConfiguration) {
  runtime::State saved;
  saved.groups["orders"] = {77, "o1", runtime::WallTime(1s)};
  Rig r;
  r.group.elect("n2", 100s);
  r.start(saved);
  r.clock.run_for(5s);
  runtime::SavedGroup kept = r.store.newest.groups["orders"];
  EXPECT_TRUE(std::exchange(kept.gone, std::nullopt)) << "and since when it is not there";
  EXPECT_EQ(kept, saved.groups["orders"]);
}

TEST(Agent, WritesNothingAndPublishesNothingInASteadyGroup) {
  Rig r;
  r.group.elect("n1", 100s);
  r.start();
  r.clock.run_for(5s);
  int saves = r.store.saves;
  std::uint32_t serial = r.publisher->zone().soa.serial;
  r.clock.run_for(1h);
  EXPECT_EQ(r.store.saves, saves);
  EXPECT_EQ(r.publisher->zone().soa.serial, serial);
}

TEST(Agent, AResumedOldMasterIsNotPublishedWhileTheNewOneIsLate) {
  Rig r;
  r.group.elect("n1", 100s);
  r.start();
  r.clock.run_for(5s);
  auto old_row = r.group["n1"].row;
  r.group.kill("n1");
  r.clock.run_for(26s);
  r.group.elect("n2", 131s);
  r.clock.run_for(19s);
  EXPECT_EQ(r.address(), "127.0.0.12");
  r.group["n1"].failure.reset();
  r.group["n1"].row = old_row;
  r.group["n2"].latency = 10s;
  r.clock.run_for(20s);
  EXPECT_EQ(r.address(), "127.0.0.12");
  EXPECT_EQ(r.decision().reason, decision::Reason::stale_claim);
}

}  // namespace
}  // namespace signpost::agent
