// What is remembered of a group must not depend on when the configuration is read again, nor on
// what its brokers and groups are called.
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>

#include "tests/unit/sidecar/agent/agent_rig.hpp"

namespace signpost::agent {
namespace {

using namespace std::chrono_literals;
using decision::Hold;
using test::Rig;

std::string token(const Rig& r, const std::string& name) {
  dns::Name owner = dns::Name::parse("_signpost." + name).value();
  for (const dns::RRset& rr : r.publisher->zone().rrsets)
    if (rr.owner == owner && rr.type == dns::RRType::txt)
      return dns::rdata_text(rr.type, rr.rdata[0]);
  return "none";
}

std::uint64_t generation(const std::string& token) {
  auto at = token.find("e=");
  return at == std::string::npos ? 0 : std::stoull(token.substr(at + 2));
}

struct ReloadMemory : testing::Test {
  Rig r;
  Rig again;

  /// n1 was activated several times: a generation that a newcomer has not.
  void steady_with_a_history() {
    r.steady();
    for (int i = 1; i < 6; ++i) {
      r.group.elect("n1", 100s + 5s * i);
      r.clock.run_for(2s);
    }
  }

  /// n1 is back, from before n2, and says that it is active.
  static void resume_n1(Rig& rig) {
    std::optional<probe::VirtualhostRow> newer = rig.group["n2"].row;
    rig.group.elect("n1", 100s);
    rig.group["n2"].row = newer;
  }
};

TEST_F(ReloadMemory, TwoReloadsDoNotMakeAGroupOfWhoAnswersFirst) {
  r.discover_groups();
  r.group.elect("n2", 105s);
  r.start();
  r.clock.run_for(5100ms);
  config::Config with = r.configured, without = r.configured;
  without.discover->exclude = {"*"};
  r.apply(without);
  r.clock.run_for(3s);
  resume_n1(r);
  r.group["n2"].latency = r.group["n3"].latency = 399ms;
  r.apply(with);
  for (int i = 0; i < 400; ++i) {
    if (i > 30 && i < 50) r.apply(with);
    EXPECT_NE(r.address("weather.ha.test."), "127.0.0.11") << 10 * i << " ms";
    r.clock.run_for(10ms);
  }
  EXPECT_EQ(r.address("weather.ha.test."), "127.0.0.12");
}

// A group that was published at a name long ago counts from another start than one of today.
TEST_F(ReloadMemory, WhoLeftANameLongAgoDoesNotComeBackWithIt) {
  steady_with_a_history();
  std::string before = token(r, "active.ha.test.");
  config::Config next = r.configured;
  next.groups[0].name = "wx";
  next.groups[0].record.name = dns::Name::parse("wx.ha.test.").value();
  r.apply(next);
  r.clock.run_for(5s);
  next.groups[0].record.name = r.configured.groups[0].record.name;
  r.apply(next);
  r.clock.run_for(1s);
  EXPECT_GT(generation(token(r, "active.ha.test.")), generation(before));
  r.group.elect("n2", 200s);
  r.clock.run_for(5s);
  ASSERT_EQ(r.address(), "127.0.0.12");
  r.hold(Hold::Kind::freeze, "", 1h, "wx");
  r.clock.run_for(1s);
  again.configured = next;
  again.clock.run_until(r.clock.now());
  for (const char* node : {"n1", "n2", "n3"}) again.group.kill(node);
  again.start(r.stored());
  EXPECT_EQ(again.address(), "127.0.0.12");
  EXPECT_TRUE(again.agent->groups()[0]->arbiter().hold());
  EXPECT_EQ(token(again, "active.ha.test."), token(r, "active.ha.test."));
}

TEST_F(ReloadMemory, OfTwoRecordsOfOneGroupTheOneThatStaysKeepsItsOwnMemory) {
  steady_with_a_history();
  std::string before = token(r, "active.ha.test.");
  config::Config two = r.configured;
  two.groups.push_back(two.groups[0]);
  two.groups[1].name = "second";
  two.groups[1].record.name = dns::Name::parse("second.ha.test.").value();
  r.apply(two);
  r.clock.run_for(5s);
  config::Config one = two;
  one.groups.erase(one.groups.begin());
  one.groups[0].record.name = r.configured.groups[0].record.name;
  r.apply(one);
  r.clock.run_for(1s);
  EXPECT_GT(generation(token(r, "active.ha.test.")), generation(before));
  r.group.elect("n2", 200s);
  r.clock.run_for(5s);
  again.configured = one;
  again.clock.run_until(r.clock.now());
  again.start(r.stored());
  EXPECT_EQ(again.address(), "127.0.0.12");
}

TEST_F(ReloadMemory, GroupsThatSwapTheirNamesShrinkNoGeneration) {
  config::Config two = r.configured;
  two.groups.push_back(two.groups[0]);
  two.groups[1].name = "second";
  two.groups[1].record.name = dns::Name::parse("second.ha.test.").value();
  r.steady();
  r.group.elect("n1", 105s);
  r.clock.run_for(2s);
  r.apply(two);
  r.clock.run_for(5s);
  std::string first = token(r, "active.ha.test."), second = token(r, "second.ha.test.");
  config::Config swapped = two;
  std::swap(swapped.groups[0].record.name, swapped.groups[1].record.name);
  r.apply(swapped);
  r.clock.run_for(1s);
  EXPECT_GT(generation(token(r, "active.ha.test.")), generation(first));
  EXPECT_GT(generation(token(r, "second.ha.test.")), generation(second));
}

TEST_F(ReloadMemory, AGroupThatAReloadTakesAwayIsInTheLog) {
  r.discover_groups();
  r.steady();
  config::Config without = r.configured;
  without.discover->exclude = {"*"};
  testing::internal::CaptureStderr();
  r.apply(r.configured);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "") << "nothing has changed";
  testing::internal::CaptureStderr();
  r.apply(without);
  std::string said = testing::internal::GetCapturedStderr();
  EXPECT_NE(said.find("event=group_vanished group=weather"), std::string::npos) << said;
}

TEST_F(ReloadMemory, ANameThatPassesToABrokerWithoutNodesTakesNoNodeAlong) {
  r.discover_groups();
  r.group["n3"].in_group = false;
  r.steady();
  ASSERT_EQ(r.address("weather.ha.test."), "127.0.0.11");
  config::Config next = r.configured;
  next.brokers.erase(next.brokers.begin());
  next.brokers[1].name = "n1";  // it was n3
  r.apply(next);
  EXPECT_EQ(r.address("weather.ha.test."), "not ready") << "n1 never was at the address of n3";
}

TEST_F(ReloadMemory, ACrashDoesNotMakeAGroupOfWhoAnsweredFirst) {
  config::Group orders = r.configured.groups[0];
  orders.name = orders.ha_group = orders.virtualhost = "orders";
  r.discover_groups();
  r.configured.groups.push_back(orders);
  r.group.elect("n2", 105s);
  resume_n1(r);
  r.group["n2"].latency = 399ms;
  r.start();
  r.clock.run_for(200ms);
  r.hold(Hold::Kind::freeze, "", 1h, "orders");  // anything that saves
  EXPECT_EQ(r.stored().groups.count("weather"), 0u) << "n2 was not heard yet";
  again.configured = r.configured;
  again.clock.run_until(r.clock.now());
  again.group.elect("n2", 105s);
  resume_n1(again);
  again.group["n2"].latency = 399ms;
  again.start(r.stored());
  for (int i = 0; i < 400; ++i) {
    EXPECT_NE(again.address("weather.ha.test."), "127.0.0.11") << 10 * i << " ms";
    again.clock.run_for(10ms);
  }
  EXPECT_EQ(again.address("weather.ha.test."), "127.0.0.12");
}

TEST_F(ReloadMemory, AGroupThatGetsAnotherNameKeepsWhatItsDomainNameSays) {
  r.steady();
  std::string before = token(r, "active.ha.test.");
  config::Config next = r.configured;
  next.groups[0].name = "wx";
  r.apply(next);
  EXPECT_EQ(r.address(), "127.0.0.11");
  EXPECT_EQ(token(r, "active.ha.test."), before);
  // And back again, after a failover: the generation goes on.
  r.group.elect("n2", 200s);
  r.clock.run_for(5s);
  std::uint64_t generation = r.decision().generation;
  r.apply(r.configured);
  EXPECT_EQ(r.address(), "127.0.0.12");
  EXPECT_GE(r.decision().generation, generation);
}

TEST_F(ReloadMemory, ARestartKnowsAGroupByItsDomainNameAsWell) {
  r.steady();
  again.configured = r.configured;
  again.configured.groups[0].name = "wx";
  again.clock.run_until(r.clock.now());
  again.start(r.stored());
  EXPECT_EQ(again.address(), "127.0.0.11");
  EXPECT_EQ(token(again, "active.ha.test."), token(r, "active.ha.test."));
}

TEST_F(ReloadMemory, AnotherGroupAtTheSameDomainNameTakesOverTheGenerationOnly) {
  r.steady();
  again.configured = r.configured;
  again.configured.groups[0].name = again.configured.groups[0].ha_group = "orders";
  again.clock.run_until(r.clock.now());
  again.start(r.stored());
  EXPECT_EQ(again.address(), "not ready");
  EXPECT_EQ(again.decision().generation, r.decision().generation + 1);
}

TEST_F(ReloadMemory, ANewerActivationUnderAPinIsSaved) {
  r.steady();
  r.hold(Hold::Kind::pin, "n3");
  r.clock.run_for(1s);
  r.group.elect("n1", 300s);
  r.clock.run_for(5s);
  EXPECT_EQ(r.stored().groups["weather"].opened, r.agent->state().groups["weather"].opened);
  EXPECT_EQ(r.stored().groups["weather"].opened, probe::WallTime(300s));
}

TEST_F(ReloadMemory, AGroupThatWasNeverActiveIsStillKnownToBeOne) {
  for (const char* node : {"n1", "n2"}) r.group.kill(node);
  r.start();
  r.clock.run_for(3s);
  EXPECT_EQ(r.decision().generation, 0u);
  EXPECT_TRUE(r.stored().groups["weather"].is_ha) << "though nothing was decided";
}

TEST_F(ReloadMemory, AReleasedHoldDoesNotComeBackWithAnOldName) {
  r.steady();
  r.hold(Hold::Kind::freeze);
  config::Config next = r.configured;
  next.groups[0].name = "wx";
  r.apply(next);
  ASSERT_TRUE(r.agent->groups()[0]->arbiter().hold());
  r.agent->set_hold("wx", std::nullopt, "jane", "done");
  r.apply(r.configured);
  EXPECT_FALSE(r.agent->groups()[0]->arbiter().hold());
  EXPECT_EQ(r.stored().groups.count("wx"), 0u) << "one group is remembered once";
}

TEST_F(ReloadMemory, AnExcludedGroupMayBeGoneForYearsAndIsForgottenInItsTurn) {
  // Strangers enough for one more; they left before, and are younger than the one that leaves now.
  runtime::State saved;
  for (std::size_t i = 0; i < Agent::strangers_max; ++i) {
    runtime::SavedGroup& g = saved.groups["g" + std::to_string(10000 + i)];
    g.generation = 1'900'000'000'000;
    g.gone = runtime::WallTime(std::chrono::seconds(1 + i));
  }
  runtime::SavedGroup& ended = saved.groups["g10001"];  // nobody's order any more
  ended.hold =
      runtime::SavedHold{"freeze", "", "x", "jane", runtime::WallTime(1ms), runtime::WallTime(2ms)};
  runtime::SavedGroup& runs = saved.groups["g10000"];
  runs.generation = 0;
  runs.hold = ended.hold;
  runs.hold->until = r.clock.wall_now() + 24h;
  r.group.elect("n1", 100s);
  r.start(saved);
  r.clock.run_for(5s);
  ASSERT_LT(r.decision().generation, 1'900'000'000'000u);
  config::Config next = r.configured;
  next.groups.clear();
  r.apply(next);
  runtime::State now = r.stored();
  EXPECT_EQ(now.groups.size(), Agent::strangers_max);
  EXPECT_EQ(now.groups.count("weather"), 1u);
  EXPECT_EQ(now.groups.count("g10000"), 1u) << "its hold still runs";
  EXPECT_EQ(now.groups.count("g10001"), 0u) << "who left first is forgotten first";
  EXPECT_EQ(now.groups["weather"].gone, r.clock.wall_now());
  r.apply(r.configured);
  EXPECT_EQ(r.address(), "127.0.0.11");
  EXPECT_FALSE(r.stored().groups["weather"].gone);
}

TEST_F(ReloadMemory, AReloadAfterTheOrderToStopDoesNotDelayTheEnd) {
  r.steady();
  r.tasks.request_stop();
  config::Config next = r.configured;
  next.brokers[0].interval = 600ms;
  r.apply(next);
  bool done = false;
  boost::asio::co_spawn(r.context, r.tasks.join(), [&](const std::exception_ptr&) { done = true; });
  r.clock.run_for(1s);
  EXPECT_TRUE(done);
}

}  // namespace
}  // namespace signpost::agent
