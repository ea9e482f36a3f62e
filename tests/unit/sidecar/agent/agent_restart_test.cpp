// What outlives a process, through the text of the state file: clients are told the same, or a
// change of its own.
#include "tests/unit/sidecar/agent/agent_rig.hpp"

namespace signpost::agent {
namespace {

using namespace std::chrono_literals;
using decision::Action;
using decision::Hold;
using test::Rig;

struct Told {
  std::string address;
  std::uint64_t generation;
  bool operator==(const Told&) const = default;
};

struct AgentRestart : testing::Test {
  Rig r;
  Rig again;

  Told told(const Rig& rig) const { return {rig.address(), rig.decision().generation}; }
  /// Another process, some time later, on what the first one wrote.
  void restart(std::chrono::seconds later = 0s) {
    runtime::State saved = r.stored();
    again.configured = r.configured;
    again.clock.run_until(r.clock.now() + later);
    for (const char* node : {"n1", "n2", "n3"}) again.group.kill(node);
    again.start(saved);
  }
};

TEST_F(AgentRestart, AFreezeStaysWhatItWasThoughThePolicyWithholdsUnderneath) {
  r.configured.groups[0].policy.on_none = {Action::withdraw, 1s};
  r.steady();
  r.hold(Hold::Kind::freeze);
  r.group.kill("n1");
  r.clock.run_for(5s);
  EXPECT_EQ(r.address(), "127.0.0.11");
  restart();
  EXPECT_EQ(told(again), told(r));
  again.clock.run_for(10s);
  EXPECT_EQ(told(again), told(r));
}

TEST_F(AgentRestart, AFreezeOfAWithheldAddressDoesNotGiveItBack) {
  r.configured.groups[0].policy.on_none = {Action::withdraw, 1s};
  r.steady();
  r.group.kill("n1");
  r.clock.run_for(5s);
  EXPECT_EQ(r.address(), "none");
  r.hold(Hold::Kind::freeze);
  r.group["n1"].failure.reset();
  r.clock.run_for(5s);
  EXPECT_EQ(r.address(), "none");
  restart();
  EXPECT_EQ(told(again), told(r));
}

TEST_F(AgentRestart, AFreezeBeforeAnybodyWasKnownStaysOne) {
  for (const char* node : {"n1", "n2", "n3"}) r.group.kill(node);
  r.start();
  r.clock.run_for(1s);
  r.hold(Hold::Kind::freeze);
  for (const char* node : {"n1", "n2", "n3"}) r.group[node].failure.reset();
  r.group.elect("n2", 100s);
  r.clock.run_for(5s);
  EXPECT_EQ(r.address(), "not ready");
  restart();
  EXPECT_EQ(told(again), told(r));
}

TEST_F(AgentRestart, AHoldThatRanOutMeanwhileIsAChangeOfItsOwnAndIsSaid) {
  r.steady();
  r.hold(Hold::Kind::withdraw, "", 60s);
  EXPECT_EQ(r.address(), "none");
  restart(2min);
  again.clock.run_for(100ms);
  EXPECT_EQ(again.address(), "127.0.0.11");
  EXPECT_GT(again.decision().generation, r.decision().generation);
  EXPECT_EQ(again.recorder.count("hold_expired"), 1u);
  EXPECT_GE(again.recorder.count("decision"), 1u);
}

TEST_F(AgentRestart, TheFirstAnswerIsTheLastOneOfTheProcessBefore) {
  r.steady();
  r.hold(Hold::Kind::pin, "n3", 60s);
  Told before = told(r);
  runtime::State saved = r.stored();
  again.configured = r.configured;
  again.clock.run_until(r.clock.now() + 2min);
  again.store.stalled = true;  // what the start changes is not on disk
  again.group.elect("n1", 100s);
  again.start(saved);
  EXPECT_EQ(again.address(), before.address);
  again.clock.run_for(2s);
  EXPECT_EQ(again.address(), "127.0.0.11") << "n1 claims, and the disk was waited for";
}

TEST_F(AgentRestart, AReleasedHoldOfAGroupThatWasNeverActiveStaysReleased) {
  for (const char* node : {"n1", "n2", "n3"}) r.group.kill(node);
  r.start();
  r.clock.run_for(1s);
  r.hold(Hold::Kind::freeze);
  r.agent->set_hold("weather", std::nullopt, "jane", "done");
  restart();
  EXPECT_FALSE(again.agent->groups()[0]->arbiter().hold());
}

TEST_F(AgentRestart, AStrayVirtualhostIsNoMemberOfAGroupThatIsRemembered) {
  r.steady();
  runtime::State saved = r.stored();
  again.clock.run_until(r.clock.now());
  for (const char* node : {"n1", "n2"}) again.group.kill(node);
  probe::VirtualhostRow stray;
  stray.node = "default";
  stray.node_type = stray.type = "Memory";
  stray.node_state = stray.state = probe::State::active;
  stray.name = "weather";
  stray.last_opened = probe::WallTime(200s);
  again.group["n3"].row = stray;
  again.start(saved);
  again.clock.run_for(10s);
  EXPECT_EQ(again.address(), "127.0.0.11");
}

}  // namespace
}  // namespace signpost::agent
