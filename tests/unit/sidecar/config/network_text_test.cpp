#include "sidecar/config/network_text.hpp"

#include <gtest/gtest.h>

namespace signpost::config {
namespace {

TEST(ParseManagementUrl, KeepsWhereAndNothingElse) {
  struct Case {
    const char* text;
    const char* url;
  };
  const Case cases[] = {
      {"http://10.0.0.11:8080", "http://10.0.0.11:8080"},
      {"https://Broker-A.Example.COM:8443/", "https://broker-a.example.com:8443"},
      {"HTTP://broker-a.example.com.", "http://broker-a.example.com:80"},
      {"https://broker_a", "https://broker_a:443"},
      {"http://[2001:DB8:0::1]:8080", "http://[2001:db8::1]:8080"},
      {"http://[::1]", "http://[::1]:80"},
  };
  for (const Case& c : cases) {
    const auto target = parse_management_url(c.text);
    ASSERT_TRUE(target) << c.text;
    EXPECT_EQ(target->url(), c.url);
    EXPECT_TRUE(target->username.empty());
  }
}

TEST(ParseManagementUrl, RefusesEverythingElse) {
  for (const char* text : {"",
                           "broker-a",
                           "broker-a:8080",
                           "//broker-a:8080",
                           "amqp://broker-a:5672",
                           "http://",
                           "http:///",
                           "http://:8080",
                           "http://broker-a:0",
                           "http://broker-a:65536",
                           "http://broker-a:",
                           "http://broker-a:80x",
                           "http://broker a:80",
                           "http://broker-a:8080/api",
                           "http://broker-a:8080?x",
                           "http://broker-a#x",
                           "http://u:p@broker-a:8080",
                           "http://[::1",
                           "http://[::1]x",
                           "http://[broker-a]:80 ",
                           "http://10.0.0.256",
                           "http://1.2.3",
                           "http://a..b",
                           "http://%31",
                           "http://\x1b[31m",
                           "http://\xc3\xa4",
                           "http://fe80::1"}) {
    EXPECT_FALSE(parse_management_url(text)) << text;
  }
}

TEST(ParseManagementUrl, NeverRepeatsAPassword) {
  const auto target = parse_management_url("http://user:hunter2@broker-a:8080");
  ASSERT_FALSE(target);
  EXPECT_EQ(target.error().message.find("hunter2"), std::string::npos);
}

TEST(ParseListen, WantsAnAddressAndAPort) {
  EXPECT_EQ(*parse_listen("127.0.0.1:5300"), (dns::ListenAddress{"127.0.0.1", 5300}));
  EXPECT_EQ(*parse_listen("[::]:53"), (dns::ListenAddress{"::", 53}));
  EXPECT_EQ(*parse_listen("0.0.0.0:0"), (dns::ListenAddress{"0.0.0.0", 0}));
  for (const char* text : {"", ":53", "53", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
                           "127.0.0.1:-1", "::1:53", "[::1]", "[::1]53", "localhost:53", "*:53",
                           "127.0.0.1:53 ", "[127.0.0.1", "127.0.0.1:+53"}) {
    EXPECT_FALSE(parse_listen(text)) << text;
  }
}

TEST(ParseListen, AcceptsAnIPv4AddressInBracketsAsTheSameAddress) {
  EXPECT_EQ(*parse_listen("[127.0.0.1]:53"), (dns::ListenAddress{"127.0.0.1", 53}));
}

TEST(ParseServer, TakesAnAddressWithOrWithoutPort) {
  EXPECT_EQ(*parse_server("192.0.2.53"), "192.0.2.53");
  EXPECT_EQ(*parse_server("192.0.2.53:5300"), "192.0.2.53:5300");
  EXPECT_EQ(*parse_server("2001:DB8::53"), "2001:db8::53");
  EXPECT_EQ(*parse_server("[2001:db8::53]:53"), "[2001:db8::53]:53");
  EXPECT_EQ(*parse_server("[2001:db8::53]"), "2001:db8::53");
  for (const char* text :
       {"", "dns.example.com", "192.0.2.53:0", "192.0.2.53:x", "192.0.2.53#53", "[::1]:", "1.1"}) {
    EXPECT_FALSE(parse_server(text)) << text;
  }
}

TEST(ParsePublishedAddress, GivesTheCanonicalText) {
  EXPECT_EQ(*parse_published_address("10.0.0.11"), "10.0.0.11");
  EXPECT_EQ(*parse_published_address("2001:DB8:0:0::0011"), "2001:db8::11");
  EXPECT_EQ(*parse_published_address("127.0.0.1"), "127.0.0.1");
  EXPECT_EQ(*parse_published_address("::1"), "::1");
  EXPECT_EQ(*parse_published_address("fd00::1"), "fd00::1");
}

TEST(ParsePublishedAddress, RefusesWhatClientsCannotConnectTo) {
  for (const char* text :
       {"", "0.0.0.0", "::", "224.0.0.1", "239.255.255.255", "255.255.255.255", "ff02::1",
        "fe80::1", "febf::1", "::ffff:10.0.0.1", "10.0.0.1:5672", "10.0.0.1/24", "10.0.0",
        "010.0.0.1", "localhost", "::1%lo", " 10.0.0.1"}) {
    EXPECT_FALSE(parse_published_address(text)) << text;
  }
}

TEST(ParseClientEndpoint, WantsHostAndPort) {
  EXPECT_EQ(*parse_client_endpoint("10.0.0.11:5672"), "10.0.0.11:5672");
  EXPECT_EQ(*parse_client_endpoint("[2001:DB8::1]:5671"), "[2001:db8::1]:5671");
  EXPECT_EQ(*parse_client_endpoint("Broker-A.example.com:5672"), "broker-a.example.com:5672");
  for (const char* text :
       {"", "10.0.0.11", "broker-a", "broker-a:0", ":5672", "::1:5672", "a b:5672"}) {
    EXPECT_FALSE(parse_client_endpoint(text)) << text;
  }
}

TEST(ParseDomainName, RefusesTheRootAndWildcards) {
  EXPECT_EQ(parse_domain_name("Orders.mq.example.com")->to_text(), "Orders.mq.example.com.");
  for (const char* text : {"", ".", "*.example.com.", "a.*.example.com", "a..b", ".a", "a b"}) {
    EXPECT_FALSE(parse_domain_name(text)) << text;
  }
}

TEST(ParseService, WantsTwoLabelsWithUnderscores) {
  EXPECT_EQ(*parse_service("_amqp._tcp"), "_amqp._tcp");
  for (const char* text : {"", "_amqp", "amqp._tcp", "_amqp.tcp", "_amqp._tcp.", "_._tcp",
                           "_amqp._tcp._x", "_a mqp._tcp"}) {
    EXPECT_FALSE(parse_service(text)) << text;
  }
}

TEST(IsLoopback, KnowsTheWholeIPv4Network) {
  EXPECT_TRUE(is_loopback("127.0.0.1"));
  EXPECT_TRUE(is_loopback("127.255.0.9"));
  EXPECT_TRUE(is_loopback("::1"));
  EXPECT_FALSE(is_loopback("10.0.0.1"));
  EXPECT_FALSE(is_loopback("127::1"));
}

}  // namespace
}  // namespace signpost::config
