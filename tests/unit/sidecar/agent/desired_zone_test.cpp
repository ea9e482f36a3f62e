#include "sidecar/agent/desired_zone.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "tests/support/fake_group.hpp"
#include "tests/support/sim_clock.hpp"

namespace signpost::agent {
namespace {

std::vector<std::string> lines(const dns::ZoneSnapshot& zone) {
  std::vector<std::string> out;
  for (const auto& rrset : zone.rrsets) {
    for (const auto& rdata : rrset.rdata)
      out.push_back(rrset.owner.to_text() + " " + dns::to_text(rrset.type) + " " +
                    rdata_text(rrset.type, rdata));
  }
  for (const auto& name : zone.not_ready) out.push_back(name.owner.to_text() + " not ready");
  return out;
}

struct DesiredZone : testing::Test {
  boost::asio::io_context context{1};
  test::SimClock clock{context};
  test::FakeGroup group{clock};
  config::Config config = group.config();
  decision::Decision decision;

  std::vector<std::string> zone() {
    return lines(
        desired_zone(config, {{std::make_shared<config::Group>(config.groups[0]), decision}}, 7));
  }
};

TEST_F(DesiredZone, NamesTheActiveNode) {
  decision.active = "n2";
  decision.generation = 42;
  decision.opened = probe::WallTime(std::chrono::milliseconds(1700000000000));
  EXPECT_EQ(zone(), (std::vector<std::string>{
                        "ha.test. NS ns1.ha.test.", "ns1.ha.test. A 127.0.0.1",
                        "active.ha.test. A 127.0.0.12",
                        "_amqp._tcp.active.ha.test. SRV 0 0 5672 active.ha.test.",
                        "_signpost.active.ha.test. TXT \"v=1 e=42 a=n2 o=1700000000000\""}));
  EXPECT_EQ(dns::check(desired_zone(
                config, {{std::make_shared<config::Group>(config.groups[0]), decision}}, 7)),
            boost::system::error_code());
}

TEST_F(DesiredZone, SaysNotReadyForEveryNameOfAGroupThatWasNeverSeenActive) {
  EXPECT_EQ(zone(),
            (std::vector<std::string>{
                "ha.test. NS ns1.ha.test.", "ns1.ha.test. A 127.0.0.1", "active.ha.test. not ready",
                "_amqp._tcp.active.ha.test. not ready", "_signpost.active.ha.test. not ready"}));
}

TEST_F(DesiredZone, KeepsANameWithoutDataWhenItIsWithdrawn) {
  config.groups[0].record.txt = false;
  decision.active = "n2";
  decision.action = decision::Action::withdraw;
  decision.generation = 43;
  EXPECT_EQ(zone(),
            (std::vector<std::string>{"ha.test. NS ns1.ha.test.", "ns1.ha.test. A 127.0.0.1",
                                      "_signpost.active.ha.test. TXT \"v=1 e=43 a=n2 o=-\""}));
}

TEST_F(DesiredZone, SaysNotReadyWhenThePolicyAsksForServfail) {
  decision.active = "n2";
  decision.action = decision::Action::servfail;
  EXPECT_EQ(zone(),
            (std::vector<std::string>{
                "ha.test. NS ns1.ha.test.", "ns1.ha.test. A 127.0.0.1", "active.ha.test. not ready",
                "_amqp._tcp.active.ha.test. not ready", "_signpost.active.ha.test. not ready"}));
}

TEST_F(DesiredZone, NamesTheFallbackAddressesInTheNodesPlace) {
  config.groups[0].fallback = {"192.0.2.8", "192.0.2.9"};
  config.groups[0].nodes[1].host = dns::Name::parse("n2.ha.test.").value();
  decision.active = "n2";
  decision.action = decision::Action::fallback;
  decision.generation = 44;
  EXPECT_EQ(zone(),
            (std::vector<std::string>{"ha.test. NS ns1.ha.test.", "ns1.ha.test. A 127.0.0.1",
                                      "active.ha.test. A 192.0.2.8", "active.ha.test. A 192.0.2.9",
                                      "_amqp._tcp.active.ha.test. SRV 0 0 5672 active.ha.test.",
                                      "_signpost.active.ha.test. TXT \"v=1 e=44 a=n2 o=-\""}));
}

// NODATA and not NXDOMAIN: the name must go on to exist.
TEST_F(DesiredZone, HasOnlyTheTokenWhenTheFallbackAddressesAreGone) {
  decision.active = "n2";
  decision.action = decision::Action::fallback;
  decision.generation = 44;
  EXPECT_EQ(zone(),
            (std::vector<std::string>{"ha.test. NS ns1.ha.test.", "ns1.ha.test. A 127.0.0.1",
                                      "_signpost.active.ha.test. TXT \"v=1 e=44 a=n2 o=-\""}));
}

TEST_F(DesiredZone, LeavesOutGroupsThatAreOnlyObserved) {
  config.groups[0].mode = config::Mode::observe;
  decision.active = "n2";
  EXPECT_EQ(zone(),
            (std::vector<std::string>{"ha.test. NS ns1.ha.test.", "ns1.ha.test. A 127.0.0.1"}));
}

TEST_F(DesiredZone, PublishesTheFamiliesThatAreConfigured) {
  config.groups[0].nodes[1].address = {"192.0.2.2", "2001:db8::2"};
  config.groups[0].record.a = false;
  config.groups[0].record.srv = config.groups[0].record.txt = false;
  decision.active = "n2";
  EXPECT_EQ(zone(),
            (std::vector<std::string>{"ha.test. NS ns1.ha.test.", "ns1.ha.test. A 127.0.0.1",
                                      "active.ha.test. AAAA 2001:db8::2"}));
}

TEST(Token, EscapesWhatIsNotPlain) {
  decision::Decision d;
  d.active = "Broker A%";
  d.generation = 1;
  EXPECT_EQ(token_text(d), "v=1 e=1 a=%42roker%20%41%25 o=-");
}

}  // namespace
}  // namespace signpost::agent
