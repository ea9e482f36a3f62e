// What was discovered before must not get the address of another broker, whatever the file calls
// them now.
#include "tests/unit/sidecar/agent/discovery_rig.hpp"

namespace signpost::agent {
namespace {

using namespace std::chrono_literals;
using test::report;
using test::shown;
using test::t0;

using DiscoveryMemory = test::Found;

TEST_F(DiscoveryMemory, WhatWasRememberedIsThereBeforeAnyBrokerIsAsked) {
  make();
  d->saw(0, report({{"weather", "w1"}}), t0);
  d->saw(1, report({{"weather", "w2"}}), t0);
  Discovery::Members members = discovered_members(*d->effective());
  config.brokers.erase(config.brokers.begin());
  make(members);
  EXPECT_EQ(shown(*d), "weather(w2@0)") << "found by the broker's name";
}

TEST_F(DiscoveryMemory, WithoutAGraceARestartDropsWhatIsNoLongerReported) {
  make({{"weather", {{"w1", "b1"}, {"w2", "b2"}}}});
  EXPECT_FALSE(d->saw(1, report({{"weather", "w2"}}), t0 + 1s)) << "b1 has said nothing yet";
  EXPECT_EQ(shown(*d), "weather(w1@0,w2@1)");
  EXPECT_TRUE(d->saw(0, report({}), t0 + 2s));
  EXPECT_EQ(shown(*d), "weather(w2@1)");
  d->saw(1, report({}), t0 + 3s);
  EXPECT_EQ(shown(*d), "weather(w2@1)") << "b2 has reported it since the restart";
}

TEST_F(DiscoveryMemory, ABrokerThatGetsAnotherNameKeepsItsNodes) {
  make();
  d->saw(0, report({{"weather", "w1"}}), t0);
  d->saw(1, report({{"weather", "w2"}}), t0);
  config.brokers[0].name = "renamed";
  config.brokers[0].target.username = "another";
  std::swap(config.brokers[0], config.brokers[1]);
  Discovery::Members members = discovered_members(*d->effective());
  make(members);
  EXPECT_EQ(shown(*d), "weather(w2@0,w1@1)");
}

TEST_F(DiscoveryMemory, ABrokerThatMovesKeepsItsNodesByItsName) {
  make();
  d->saw(0, report({{"weather", "w1"}}), t0);
  config.brokers[0].target.host = "10.0.0.9";
  make(discovered_members(*d->effective()));
  EXPECT_EQ(shown(*d), "weather(w1@0)");
}

TEST_F(DiscoveryMemory, ANameThatChangesHandsTakesNoNodesAlong) {
  make();
  for (std::size_t b = 0; b < 3; ++b) d->saw(b, report({{"weather", "w" + std::to_string(b)}}), t0);
  Discovery::Members members = discovered_members(*d->effective());
  std::swap(config.brokers[0].name, config.brokers[1].name);
  make(members);
  EXPECT_EQ(shown(*d), "weather(w0@0,w1@1,w2@2)") << "each stays where it is asked";
  // The first goes, and the second gets its name.
  make();
  for (std::size_t b = 0; b < 3; ++b) d->saw(b, report({{"weather", "w" + std::to_string(b)}}), t0);
  members = discovered_members(*d->effective());
  config.brokers[1].name = config.brokers[0].name;
  config.brokers.erase(config.brokers.begin());
  make(members);
  EXPECT_EQ(shown(*d), "weather(w1@0,w2@1)");
}

TEST_F(DiscoveryMemory, ABrokerThatLosesItsAddressKeepsNoNodes) {
  make();
  d->saw(0, report({{"weather", "w1"}}), t0);
  d->saw(1, report({{"weather", "w2"}}), t0);
  config.brokers[0].address.clear();
  make(discovered_members(*d->effective()));
  EXPECT_EQ(shown(*d), "weather(w2@1)");
}

TEST_F(DiscoveryMemory, ABrokerThatLosesItsAddressAndItsNameLeavesItsNodesToNobody) {
  make();
  d->saw(0, report({{"weather", "w1"}}), t0);
  Discovery::Members members = discovered_members(*d->effective());
  config.brokers.push_back(config.brokers[0]);
  config.brokers.back().target.host = "10.0.0.9";
  config.brokers[0].name = "old";
  config.brokers[0].address.clear();
  make(members);
  EXPECT_EQ(shown(*d), "");
}

TEST_F(DiscoveryMemory, ABrokerThatHadNoNodesGetsNoneWithItsName) {
  make();
  d->saw(0, report({{"weather", "w1"}}), t0);
  Discovery::Members members = discovered_members(*d->effective());
  std::set<std::string> asked = urls_of(config.brokers);
  config.brokers.erase(config.brokers.begin());
  config.brokers[0].name = "b1";
  make(members, asked);
  EXPECT_EQ(shown(*d), "");
}

TEST_F(DiscoveryMemory, AGuessByNameEndsWithTheFirstAnswer) {
  config.discover->grace = 1h;
  make();
  d->saw(0, report({{"weather", "w1"}}), t0);
  Discovery::Members members = discovered_members(*d->effective());
  config.brokers[0].target.host = "10.0.0.9";
  make(members);
  EXPECT_EQ(shown(*d), "weather(w1@0)");
  d->saw(0, report({}), t0 + 1s);
  EXPECT_EQ(shown(*d), "") << "another broker";
  make(members);
  d->saw(0, report({{"weather", "w1"}}), t0 + 1s);
  d->saw(0, report({}), t0 + 2s);
  EXPECT_EQ(shown(*d), "weather(w1@0)") << "the same one: now it has the grace";
}

}  // namespace
}  // namespace signpost::agent
