// What is remembered of a group when it, or another one, is published at another domain name: the
// generation of a name never shrinks, and nobody takes over who left it long ago.
#include <gtest/gtest.h>

#include "tests/unit/sidecar/agent/reload_memory.hpp"

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

using RecordMemory = test::ReloadMemory;

// A group that was published at a name long ago counts from another start than one of today.
TEST_F(RecordMemory, WhoLeftANameLongAgoDoesNotComeBackWithIt) {
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

TEST_F(RecordMemory, OfTwoRecordsOfOneGroupTheOneThatStaysKeepsItsOwnMemory) {
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

TEST_F(RecordMemory, GroupsThatSwapTheirNamesShrinkNoGeneration) {
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

TEST_F(RecordMemory, AGroupThatGetsAnotherNameKeepsWhatItsDomainNameSays) {
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

TEST_F(RecordMemory, ARestartKnowsAGroupByItsDomainNameAsWell) {
  r.steady();
  again.configured = r.configured;
  again.configured.groups[0].name = "wx";
  again.clock.run_until(r.clock.now());
  again.start(r.stored());
  EXPECT_EQ(again.address(), "127.0.0.11");
  EXPECT_EQ(token(again, "active.ha.test."), token(r, "active.ha.test."));
}

TEST_F(RecordMemory, AnotherGroupAtTheSameDomainNameTakesOverTheGenerationOnly) {
  r.steady();
  again.configured = r.configured;
  again.configured.groups[0].name = again.configured.groups[0].ha_group = "orders";
  again.clock.run_until(r.clock.now());
  again.start(r.stored());
  EXPECT_EQ(again.address(), "not ready");
  EXPECT_EQ(again.decision().generation, r.decision().generation + 1);
}

}  // namespace
}  // namespace signpost::agent
