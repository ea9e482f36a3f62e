#include "tests/unit/sidecar/agent/discovery_rig.hpp"

namespace signpost::agent {
namespace {

using namespace std::chrono_literals;
using test::discovering;
using test::Found;
using test::report;
using test::shown;
using test::t0;

TEST_F(Found, AGroupOfTheNodesThatBrokersReport) {
  make();
  EXPECT_TRUE(d->saw(0, report({{"weather", "w1"}, {"orders", "o1"}}), t0));
  EXPECT_TRUE(d->saw(2, report({{"weather", "w3"}}), t0));
  EXPECT_EQ(shown(*d), "orders(o1@0) weather(w1@0,w3@2)");
  const config::Group& orders = d->effective()->groups[0];
  EXPECT_EQ(orders.record.name.to_text(), "orders.ha.test.");
  EXPECT_EQ(orders.nodes[0].address, std::vector<std::string>{"192.0.2.1"});
  EXPECT_EQ(orders.policy.nodes, std::vector<std::string>{"o1"});
  EXPECT_TRUE(orders.discovered);
}

TEST_F(Found, NothingNewIsNoChange) {
  make();
  EXPECT_TRUE(d->saw(0, report({{"weather", "w1"}}), t0));
  auto before = d->effective();
  EXPECT_FALSE(d->saw(0, report({{"weather", "w1"}}), t0 + 1s));
  EXPECT_EQ(d->effective(), before);
}

TEST_F(Found, ANodeOutsideAnyGroupIsNone) {
  make();
  EXPECT_FALSE(d->saw(0, report({{"", "default"}}), t0));
}

TEST_F(Found, ConfiguredGroupsAreLeftAlone) {
  config.groups.resize(1);
  config.groups[0].name = "wx";
  config.groups[0].ha_group = "weather";
  config.groups[0].record.name = dns::Name::parse("orders.ha.test.").value();
  make();
  d->saw(0, report({{"weather", "w1"}, {"orders", "o1"}}), t0);
  EXPECT_EQ(shown(*d), "wx()") << "and its name is taken";
  EXPECT_EQ(d->take_refusals(),
            std::vector<std::string>{"group \"orders\" is not published: group \"wx\" has the "
                                     "name orders.ha.test. already"});
}

TEST_F(Found, OnlyWhatThePatternsWant) {
  config.discover->include = {"w*", "?rders"};
  config.discover->exclude = {"*-test"};
  make();
  d->saw(0, report({{"weather", "a"}, {"weather-test", "b"}, {"orders", "c"}, {"x", "d"}}), t0);
  EXPECT_EQ(shown(*d), "orders(c@0) weather(a@0)");
}

TEST_F(Found, NamesThatMakeNoHostNameAreRefusedOnce) {
  make();
  d->saw(0, report({{"a_b", "n"}, {"a.b", "m"}, {"-a", "o"}, {std::string(64, 'a'), "p"}}), t0);
  EXPECT_EQ(shown(*d), "");
  EXPECT_EQ(d->take_refusals().size(), 4u);
  d->saw(0, report({{"a_b", "other"}}), t0 + 1s);
  EXPECT_EQ(d->take_refusals().size(), 0u);
}

TEST_F(Found, TwoGroupsOfOneNameAreTold) {
  make();
  d->saw(0, report({{"Weather", "a"}, {"weather", "b"}}), t0);
  EXPECT_EQ(shown(*d), "Weather(a@0)");
  EXPECT_EQ(d->take_refusals().size(), 1u);
}

TEST_F(Found, WhoeverHasTheNameKeepsItAgainstALaterGroup) {
  make();
  d->saw(0, report({{"weather", "b"}}), t0);
  d->saw(1, report({{"Weather", "a"}}), t0 + 1s);
  EXPECT_EQ(shown(*d), "weather(b@0)");
  EXPECT_EQ(d->take_refusals().size(), 1u);
  EXPECT_EQ(discovered_members(*d->effective()).size(), 1u)
      << "a restart must not give it the name either";
}

TEST_F(Found, ABrokerWithoutAnAddressFeedsNothing) {
  config.brokers[0].address.clear();
  make();
  EXPECT_FALSE(d->saw(0, report({{"weather", "w1"}}), t0));
}

TEST_F(Found, ASecondNodeOfTheGroupOnOneBrokerIsIgnored) {
  make();
  d->saw(0, report({{"weather", "w1"}, {"weather", "w2"}}), t0);
  EXPECT_EQ(shown(*d), "weather(w1@0)");
  EXPECT_FALSE(d->saw(0, report({{"weather", "w1"}, {"weather", "w2"}}), t0 + 1s));
}

TEST_F(Found, WithoutAGraceAMemberStays) {
  make();
  d->saw(0, report({{"weather", "w1"}}), t0);
  EXPECT_FALSE(d->saw(0, report({}), t0 + 1h));
  EXPECT_EQ(shown(*d), "weather(w1@0)");
}

TEST_F(Found, AfterTheGraceAMemberGoesAndWithTheLastOneTheGroup) {
  config.discover->grace = 60s;
  make();
  d->saw(0, report({{"weather", "w1"}}), t0);
  d->saw(1, report({{"weather", "w2"}}), t0);
  EXPECT_FALSE(d->saw(0, report({}), t0 + 59s));
  EXPECT_TRUE(d->saw(0, report({}), t0 + 60s));
  EXPECT_EQ(shown(*d), "weather(w2@1)") << "b2 is silent: it says nothing about its node";
  d->saw(1, report({}), t0 + 61s);
  EXPECT_EQ(shown(*d), "");
}

TEST_F(Found, NamesAreOnlyDeniedWhenEveryBrokerWithAnAddressWasHeard) {
  config.brokers[1].address.clear();
  make();
  EXPECT_FALSE(d->effective()->discover->is_settled);
  d->saw(0, report({{"weather", "w1"}}), t0);
  EXPECT_FALSE(d->effective()->discover->is_settled);
  EXPECT_TRUE(d->saw(2, report({}), t0)) << "the names are known now";
  EXPECT_TRUE(d->effective()->discover->is_settled);
  EXPECT_FALSE(d->saw(2, report({}), t0 + 1s));
}

TEST_F(Found, NamesThatAreTakenAreRefused) {
  auto name = [](const char* text) { return dns::Name::parse(text).value(); };
  config.serve.emplace();
  config.serve->zone = name("ha.test.");
  config.serve->ns = {name("ns1.ha.test.")};
  config.serve->ns_address = {{name("ns2.ha.test."), {"192.0.2.53"}}};
  config.brokers[0].target.host = "_x._y.Broker-1.ha.test";
  config.brokers[1].target.host = "192.0.2.2";
  config.brokers[2].host = name("broker-3.ha.test.");
  make();
  d->saw(0, report({{"ns1", "a"}, {"NS2", "b"}, {"broker-1", "c"}, {"broker-3", "d"}, {"x", "e"}}),
         t0);
  EXPECT_EQ(shown(*d), "x(e@0)");
  std::string all;
  for (const std::string& line : d->take_refusals()) all += line + "\n";
  EXPECT_EQ(all,
            "group \"NS2\" is not published: a name server has the name ns2.ha.test. already\n"
            "group \"broker-1\" is not published: a broker has the name broker-1.ha.test. already\n"
            "group \"broker-3\" is not published: a broker has the name broker-3.ha.test. already\n"
            "group \"ns1\" is not published: a name server has the name ns1.ha.test. already\n");
}

TEST_F(Found, ANodeWithAnEndlessOrUnprintableNameIsLeftOut) {
  make();
  std::string longest(Discovery::node_name_max, 'x');
  d->saw(0, report({{"weather", longest}}), t0);
  d->saw(1, report({{"weather", longest + "x"}}), t0);
  d->saw(2, report({{"weather", "a\nb"}}), t0);
  EXPECT_EQ(shown(*d), "weather(" + longest + "@0)");
  EXPECT_EQ(d->take_refusals().size(), 1u);
  for (std::size_t broker : {1U, 2U, 1U, 2U})
    d->saw(broker, report({{"weather", "a\nb"}}), t0 + 1s);
  EXPECT_TRUE(d->take_refusals().empty()) << "once, however many brokers have it";
}

TEST_F(Found, NoMoreThanTheBound) {
  make();
  std::vector<std::pair<std::string, std::string>> many;
  for (std::size_t i = 0; i < Discovery::groups_max + 5; ++i)
    many.emplace_back("g" + std::to_string(i), "n" + std::to_string(i));
  d->saw(0, report(many), t0);
  EXPECT_EQ(d->effective()->groups.size(), Discovery::groups_max);
  EXPECT_EQ(d->take_refusals().size(), 5u);
}

TEST_F(Found, NoMoreMembersThanTheBound) {
  config = discovering(9);
  make();
  std::vector<std::pair<std::string, std::string>> many;
  for (std::size_t i = 0; i < Discovery::groups_max; ++i)
    many.emplace_back("g" + std::to_string(i), "n");
  for (std::size_t b = 0; b < 8; ++b) d->saw(b, report(many), t0);
  EXPECT_TRUE(d->take_refusals().empty());
  d->saw(8, report({{"g0", "n"}}), t0);
  EXPECT_EQ(d->effective()->groups[0].nodes.size(), 8u);
  EXPECT_EQ(d->take_refusals().size(), 1u);
}

TEST(Matches, Globs) {
  struct Row {
    const char *pattern, *text;
    bool hit;
  };
  for (const Row& row : {Row{"", "", true},
                         {"", "a", false},
                         {"*", "", true},
                         {"*", "abc", true},
                         {"a*c", "abbc", true},
                         {"a*c", "abbd", false},
                         {"?", "a", true},
                         {"?", "", false},
                         {"*a*b", "xaxbxb", true},
                         {"A", "a", false}}) {
    EXPECT_EQ(matches(row.pattern, row.text), row.hit) << row.pattern << " " << row.text;
  }
}

}  // namespace
}  // namespace signpost::agent
