// What is remembered of a group must not depend on when the configuration is read again, nor on
// what its brokers are called.
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>

#include "tests/unit/sidecar/agent/reload_memory.hpp"

namespace signpost::agent {
namespace {

using namespace std::chrono_literals;
using decision::Hold;
using test::ReloadMemory;
using test::Rig;

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