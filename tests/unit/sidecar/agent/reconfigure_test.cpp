// Another configuration without a restart, and groups that are discovered, on virtual time.
#include "tests/unit/sidecar/agent/agent_rig.hpp"

namespace signpost::agent {
namespace {

using namespace std::chrono_literals;
using test::Rig;

struct Reconfigure : testing::Test {
  Rig r;
  std::uint64_t generation() { return r.decision().generation; }
};

TEST_F(Reconfigure, AnotherTtlIsPublishedAtOnceAndChangesNothingElse) {
  r.steady();
  std::uint64_t before = generation();
  int asked = r.group["n1"].virtualhost_requests;
  config::Config next = r.configured;
  next.groups[0].record.ttl = std::chrono::seconds(7);
  r.apply(next);
  EXPECT_EQ(r.publisher->zone().rrsets[2].ttl, 7u);
  EXPECT_EQ(r.address(), "127.0.0.11");
  EXPECT_EQ(generation(), before);
  EXPECT_EQ(r.decision().reason, decision::Reason::single_active);
  EXPECT_EQ(r.group["n1"].virtualhost_requests, asked) << "its loop goes on";
  r.clock.run_for(500ms);
  EXPECT_EQ(r.group["n1"].virtualhost_requests, asked + 1);
}

TEST_F(Reconfigure, ANodesAddressIsPublishedAtOnce) {
  r.steady();
  config::Config next = r.configured;
  next.groups[0].nodes[0].address = {"192.0.2.77"};
  r.apply(next);
  EXPECT_EQ(r.address(), "192.0.2.77");
}

TEST_F(Reconfigure, AnotherPolicyKeepsWhatWasSeen) {
  r.steady();
  config::Config next = r.configured;
  next.groups[0].policy.on_none = {decision::Action::withdraw, 2s};
  r.apply(next);
  r.group.kill("n1");
  r.clock.run_for(1s);
  EXPECT_EQ(r.decision().action, decision::Action::keep);
  r.clock.run_for(2s);
  EXPECT_EQ(r.decision().action, decision::Action::withdraw);
  EXPECT_EQ(r.address(), "none");
}

TEST_F(Reconfigure, ANodeMoreKeepsTheActiveNodeTheGenerationAndTheHold) {
  r.steady();
  r.hold(decision::Hold::Kind::freeze);
  std::uint64_t before = generation();
  config::Config next = r.configured;
  next.groups[0].nodes.pop_back();
  next.groups[0].policy.nodes.pop_back();
  r.apply(next);
  EXPECT_EQ(r.address(), "127.0.0.11");
  EXPECT_GE(generation(), before);
  EXPECT_TRUE(r.agent->groups()[0]->arbiter().hold());
}

TEST_F(Reconfigure, ABrokerThatIsGoneIsAskedNoMore) {
  r.steady();
  config::Config next = r.configured;
  next.brokers.pop_back();
  next.groups[0].nodes.pop_back();
  next.groups[0].policy.nodes.pop_back();
  r.apply(next);
  r.clock.run_for(1s);
  int asked = r.group["n3"].virtualhost_requests;
  r.clock.run_for(10s);
  EXPECT_EQ(r.group["n3"].virtualhost_requests, asked);
  EXPECT_EQ(r.address(), "127.0.0.11");
}

TEST_F(Reconfigure, AGroupThatIsGoneLeavesTheZoneAndKeepsItsGeneration) {
  r.steady();
  std::uint64_t before = generation();
  config::Config next = r.configured;
  next.groups.clear();
  r.apply(next);
  EXPECT_EQ(r.address(), "none");
  EXPECT_EQ(r.agent->state().groups["weather"].generation, before);
  r.apply(r.configured);
  EXPECT_EQ(r.address(), "127.0.0.11") << "it comes back with what was published";
}

TEST_F(Reconfigure, AProberThatCannotBeMadeLeavesEverythingAsItWas) {
  r.steady();
  config::Config next = r.configured;
  next.groups.clear();
  next.brokers[0].name = "unknown";  // the fake group throws
  EXPECT_THROW(r.apply(next), std::out_of_range);
  EXPECT_EQ(r.address(), "127.0.0.11");
  r.clock.run_for(5s);
  EXPECT_EQ(r.decision().reason, decision::Reason::single_active);
}

TEST_F(Reconfigure, AWithdrawalStaysWhenTheNodeThatWasPublishedLeaves) {
  r.steady();
  r.hold(decision::Hold::Kind::withdraw);
  r.apply(r.without_n1());
  r.group.elect("n2", 106s);
  r.clock.run_for(5s);
  EXPECT_EQ(r.address(), "none");
  EXPECT_TRUE(r.agent->groups()[0]->arbiter().hold());
}

TEST_F(Reconfigure, AFreezeThatLosesItsAddressIsSaidToBeOver) {
  r.steady();
  r.hold(decision::Hold::Kind::freeze);
  r.apply(r.without_n1());
  EXPECT_FALSE(r.agent->groups()[0]->arbiter().hold());
  EXPECT_EQ(r.recorder.count("hold_dropped"), 1u);
  EXPECT_EQ(r.recorder.entries.back().event, "decision") << "and what clients are told now";
}

TEST_F(Reconfigure, AGroupThatWasNeverActiveIsForgotten) {
  for (const char* node : {"n1", "n2", "n3"}) r.group.kill(node);
  r.start();
  r.clock.run_for(1s);
  config::Config next = r.configured;
  next.groups.clear();
  r.apply(next);
  EXPECT_TRUE(r.store.newest.groups.empty());
}

struct Discovering : Reconfigure {
  Discovering() { r.discover_groups(); }
};

TEST_F(Discovering, AGroupIsFoundAndPublished) {
  r.steady();
  ASSERT_EQ(r.agent->groups().size(), 1u);
  EXPECT_EQ(r.address("weather.ha.test."), "127.0.0.11");
  r.group.elect("n2", 106s);
  r.clock.run_for(1s);
  EXPECT_EQ(r.address("weather.ha.test."), "127.0.0.12");
}

TEST_F(Discovering, NothingIsBelievedBeforeEveryBrokerHasSaidWhatItHas) {
  r.group.elect("n2", 105s);
  r.group.elect("n1", 100s);  // n1 is a resumed old master, and the first to answer
  r.group["n2"].row = r.group["n1"].row;
  r.group["n2"].row->node = "n2";
  r.group["n2"].row->last_opened = probe::WallTime(105s);
  r.group["n2"].latency = 399ms;
  r.start();
  r.clock.run_for(700ms);
  EXPECT_TRUE(r.agent->groups().empty());
  EXPECT_FALSE(r.publisher->zone().is_complete) << "nobody is told that the name does not exist";
  r.clock.run_for(3s);
  EXPECT_EQ(r.address("weather.ha.test."), "127.0.0.12");
  EXPECT_TRUE(r.publisher->zone().is_complete);
}

TEST_F(Discovering, ABrokerThatIsDownDelaysNothingButDenials) {
  r.group.kill("n3");
  r.steady();
  EXPECT_EQ(r.address("weather.ha.test."), "127.0.0.11");
  EXPECT_FALSE(r.publisher->zone().is_complete);
}

TEST_F(Discovering, AfterARestartItsNameIsNeverDenied) {
  r.steady();
  runtime::State saved = runtime::parse_state(to_json(r.store.newest)).state;
  Rig again;
  again.configured = r.configured;
  for (const char* node : {"n1", "n2", "n3"}) again.group.kill(node);
  again.start(saved);
  EXPECT_EQ(again.address("weather.ha.test."), "127.0.0.11");
  again.clock.run_for(10s);
  EXPECT_EQ(again.address("weather.ha.test."), "127.0.0.11");
}

TEST_F(Discovering, AfterAReloadNothingIsBelievedBeforeEveryBrokerHasSaidWhatItHas) {
  r.configured.discover->exclude = {"*"};
  r.group.elect("n2", 105s);
  auto new_master = r.group["n2"].row;
  r.group.elect("n1", 100s);  // n1 is a resumed old master
  r.group["n2"].row = new_master;
  r.start();
  r.clock.run_for(5100ms);
  EXPECT_TRUE(r.agent->groups().empty());
  r.group["n2"].latency = 399ms;
  config::Config next = r.configured;
  next.discover->exclude.clear();
  r.apply(next);
  for (int i = 0; i < 40; ++i) {
    r.clock.run_for(100ms);
    EXPECT_NE(r.address("weather.ha.test."), "127.0.0.11");
  }
  EXPECT_EQ(r.address("weather.ha.test."), "127.0.0.12");
}

TEST_F(Discovering, AMemberMoreIsSavedThoughNothingElseChanges) {
  r.configured.discover->like.mode = config::Mode::observe;  // nothing of it is in the zone
  r.group["n3"].in_group = false;
  r.steady();
  ASSERT_EQ(r.store.newest.groups["weather"].members.size(), 2u);
  r.group["n3"].in_group = true;
  r.clock.run_for(3s);
  EXPECT_EQ(r.store.newest.groups["weather"].members.size(), 3u);
}

TEST_F(Discovering, AReloadKeepsWhatWasFound) {
  r.steady();
  std::uint64_t before = generation();
  config::Config next = r.configured;
  next.discover->like.record.ttl = std::chrono::seconds(9);
  r.apply(next);
  EXPECT_EQ(r.address("weather.ha.test."), "127.0.0.11");
  EXPECT_EQ(generation(), before);
  next.discover.reset();
  r.apply(next);
  EXPECT_EQ(r.address("weather.ha.test."), "none");
}

}  // namespace
}  // namespace signpost::agent
