#include "sidecar/config/config_parser.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <sstream>

#include "tests/unit/sidecar/config/test_environment.hpp"

namespace signpost::config {
namespace {

using namespace std::chrono_literals;

Config parse(const std::string& text) {
  const auto config = parse_config(text, test_environment());
  if (config) return *config;
  for (const ConfigError& error : config.error())
    ADD_FAILURE() << format_error("test", text, error);
  return {};
}

constexpr const char* smallest = R"(
version = 1
[[group]]
name = "orders"
node = [{ name = "n1", address = "10.0.0.11" }]
record = { name = "orders.mq.example.com" }
publish = { mode = "observe" }
)";

TEST(ParseConfig, FillsInEveryDefault) {
  const Config config = parse(smallest);
  ASSERT_EQ(config.groups.size(), 1U);
  const Group& group = config.groups[0];
  EXPECT_EQ(group.ha_group, "orders");
  EXPECT_EQ(group.virtualhost, "orders");
  EXPECT_EQ(group.mode, Mode::observe);
  EXPECT_EQ(group.nodes[0].amqp, "10.0.0.11:5672");
  EXPECT_EQ(group.nodes[0].broker, 0U);
  EXPECT_FALSE(group.nodes[0].host);
  EXPECT_EQ(group.policy.nodes, std::vector<std::string>{"n1"});
  EXPECT_EQ(group.policy.max_view_age, 3s);
  for (const decision::Plan& plan :
       {group.policy.on_none, group.policy.on_conflict, group.policy.on_blind})
    EXPECT_EQ(plan, decision::Plan{});
  EXPECT_TRUE(group.fallback.empty());
  EXPECT_EQ(group.record.name.to_text(), "orders.mq.example.com.");
  EXPECT_EQ(group.record.ttl, 5s);
  EXPECT_TRUE(group.record.a && group.record.aaaa && !group.record.srv && !group.record.txt);
  ASSERT_EQ(config.brokers.size(), 1U);
  EXPECT_EQ(config.brokers[0].name, "http://10.0.0.11:8080");
  EXPECT_EQ(config.brokers[0].target.url(), "http://10.0.0.11:8080");
  EXPECT_EQ(config.brokers[0].interval, 500ms);
  EXPECT_EQ(config.brokers[0].timeout, 400ms);
  EXPECT_FALSE(config.serve);
  EXPECT_EQ(config.http.listen, (std::vector<dns::ListenAddress>{{"127.0.0.1", 8653}}));
  EXPECT_EQ(config.state_directory, "/var/lib/signpost");
  EXPECT_EQ(config.log, Log());
}

TEST(ParseConfig, KeepsTheHistoryBesideTheStateUnlessToldOtherwise) {
  const History defaults = parse(smallest).history;
  EXPECT_EQ(defaults.file, "/var/lib/signpost/history.jsonl");
  EXPECT_EQ(defaults.max_size, 4U << 20);
  EXPECT_EQ(defaults.keep, 2U);
  const std::string elsewhere = std::string(smallest) + "[state]\ndirectory = \"/srv/s\"\n";
  EXPECT_EQ(parse(elsewhere).history.file, "/srv/s/history.jsonl");
  EXPECT_EQ(parse_history_settings(elsewhere, test_environment())->file, "/srv/s/history.jsonl");
  const History written =
      parse(elsewhere + "[history]\nfile = \"%S/h\"\nmax_size = \"64KiB\"\nkeep = 0\n").history;
  EXPECT_EQ(written, (History{"/var/lib/signpost/h", 65'536, 0}));
  EXPECT_EQ(parse(elsewhere + "[history]\nfile = \"\"\n").history.file, "");
}

TEST(ParseConfig, ReadsEveryKeyOfAGroup) {
  const Config config = parse(R"(
version = 1
[[broker]]
name = "a"
management = "https://broker-a:8443"
username = "signpost"
password_file = "%d/broker.password"
ca_file = "/ca.pem"
cert_file = "/cert.pem"
key_file = "%d/key.pem"
verify = false
interval = "1s"
timeout = "900ms"
[[group]]
name = "orders"
ha_group = "orders-ha"
virtualhost = "orders-vh"
node = [
  { name = "n1", address = ["10.0.0.11", "2001:db8::11"], broker = "a", host = "n1.example.com.", amqp = "n1.example.com:5671" },
  { name = "n2", address = "10.0.0.12", management = "http://broker-b:8080" },
]
[group.probe]
methods = ["rest"]
interval = "2s"
timeout = "100ms"
rest = { username = "other", password_file = "%d/other.password" }
[group.decide]
max_view_age = "10s"
stale_hold = "0s"
damping = "1m"
on_none = "withdraw"
on_none_after = "30s"
on_conflict = "servfail"
on_blind = "fallback"
on_blind_after = "24h"
fallback = ["10.0.0.99", "10.0.0.11"]
[group.record]
name = "orders.mq.example.com."
types = ["A", "TXT"]
ttl = "0s"
srv = [{ service = "_amqp._tcp", port = 5672 }, { service = "_amqps._tcp", port = 5671 }]
[serve]
listen = ["0.0.0.0:53", "[::]:53"]
zone = "mq.example.com."
ns = "ns1.example.net."
udp_payload = 4096
tcp_clients = 1024
threads = 8
soa = { mname = "m.example.net.", rname = "r.example.net.", refresh = "1s", retry = "2s", expire = "3d", negative_ttl = "0s" }
[http]
listen = []
host_names = ["Status.Example.com."]
[resolver]
servers = ["10.0.0.53", "[2001:db8::53]:5300"]
[state]
directory = "%S/a"
[log]
level = "debug"
format = "logfmt"
)");
  ASSERT_EQ(config.brokers.size(), 2U);
  const Broker& broker = config.brokers[0];
  EXPECT_EQ(broker.name, "a");
  EXPECT_EQ(broker.interval, 1s);
  EXPECT_EQ(broker.timeout, 900ms);
  EXPECT_EQ(broker.target.username, "signpost");
  EXPECT_EQ(broker.target.password.reveal(), "correct horse");
  EXPECT_EQ(broker.target.tls,
            (probe::TlsSettings{"/ca.pem", "/cert.pem", "/run/secrets/key.pem", false}));
  EXPECT_EQ(config.brokers[1].target.username, "other");
  EXPECT_EQ(config.brokers[1].target.password.reveal(), "battery staple");
  EXPECT_EQ(config.brokers[1].interval, 2s);
  const Group& group = config.groups[0];
  EXPECT_EQ(group.nodes[0].host->to_text(), "n1.example.com.");
  EXPECT_EQ(group.nodes[0].amqp, "n1.example.com:5671");
  EXPECT_EQ(group.nodes[1].broker, 1U);
  EXPECT_EQ(group.ha_group, "orders-ha");
  EXPECT_EQ(group.virtualhost, "orders-vh");
  EXPECT_EQ(group.policy.max_view_age, 10s);
  EXPECT_EQ(group.policy.stale_hold, 0s);
  EXPECT_EQ(group.policy.damping, 1min);
  using decision::Action;
  EXPECT_EQ(group.policy.on_none, (decision::Plan{Action::withdraw, 30s}));
  EXPECT_EQ(group.policy.on_conflict, (decision::Plan{Action::servfail, 0s}));
  EXPECT_EQ(group.policy.on_blind, (decision::Plan{Action::fallback, 24h}));
  EXPECT_EQ(group.fallback, (std::vector<std::string>{"10.0.0.99", "10.0.0.11"}));
  EXPECT_TRUE(group.record.a && !group.record.aaaa && group.record.srv && group.record.txt);
  EXPECT_EQ(group.record.ttl, 0s);
  EXPECT_EQ(group.record.srv_templates,
            (std::vector<SrvTemplate>{{"_amqp._tcp", 5672}, {"_amqps._tcp", 5671}}));
  const Serve& serve = *config.serve;
  EXPECT_EQ(serve.listen, (std::vector<dns::ListenAddress>{{"0.0.0.0", 53}, {"::", 53}}));
  EXPECT_EQ(serve.threads, 8U);
  EXPECT_EQ(serve.tcp_clients, 1024U);
  EXPECT_EQ(serve.udp_payload, 4096U);
  EXPECT_EQ(serve.soa.mname->to_text(), "m.example.net.");
  EXPECT_EQ(serve.soa.expire, std::chrono::hours(72));
  EXPECT_TRUE(config.http.listen.empty());
  EXPECT_EQ(config.http.host_names, std::vector<std::string>{"status.example.com"});
  EXPECT_EQ(config.resolver_servers,
            (std::vector<std::string>{"10.0.0.53", "[2001:db8::53]:5300"}));
  EXPECT_EQ(config.state_directory, "/var/lib/signpost/a");
  EXPECT_EQ(config.log, (Log{LogLevel::debug, LogFormat::logfmt}));
}

TEST(ParseConfig, ReadsDiscover) {
  const Config config = parse(R"(
version = 1
[[broker]]
name = "a"
management = "http://broker-a:8080"
address = ["2001:DB8::11", "10.0.0.11"]
[[broker]]
name = "b"
management = "http://broker-b:8080"
address = "10.0.0.12"
host = "b.example.net."
amqp = "b.example.net:5671"
[discover]
name = "mq-{group}.example.com"
include = ["a*", "b?"]
exclude = "*-test"
grace = "30d"
decide = { damping = "5s", hold_max = "1h", on_none = "fallback", on_none_after = "1m", fallback = "10.0.0.99" }
record = { types = ["A"], ttl = "1s", srv = [{ service = "_amqp._tcp" }] }
publish = { mode = "observe" }
)");
  EXPECT_TRUE(config.groups.empty());
  ASSERT_EQ(config.brokers.size(), 2U);
  EXPECT_EQ(config.brokers[0].address, (std::vector<std::string>{"2001:db8::11", "10.0.0.11"}));
  EXPECT_EQ(config.brokers[0].amqp, "[2001:db8::11]:5672");
  EXPECT_FALSE(config.brokers[0].host);
  EXPECT_EQ(config.brokers[1].host->to_text(), "b.example.net.");
  EXPECT_EQ(config.brokers[1].amqp, "b.example.net:5671");
  const Discover& discover = *config.discover;
  EXPECT_EQ(discover.name, "mq-{group}.example.com.");
  EXPECT_EQ(discover.include, (std::vector<std::string>{"a*", "b?"}));
  EXPECT_EQ(discover.exclude, std::vector<std::string>{"*-test"});
  EXPECT_EQ(discover.grace, std::chrono::hours(30 * 24));
  const Group& like = discover.like;
  EXPECT_EQ(like.policy.damping, 5s);
  EXPECT_EQ(like.hold_max, 1h);
  EXPECT_EQ(like.policy.on_none, (decision::Plan{decision::Action::fallback, 1min}));
  EXPECT_EQ(like.fallback, std::vector<std::string>{"10.0.0.99"});
  EXPECT_TRUE(like.record.a && !like.record.aaaa && like.record.srv);
  EXPECT_EQ(like.record.ttl, 1s);
  EXPECT_EQ(like.mode, Mode::observe);
}

TEST(ParseConfig, FillsInTheDefaultsOfDiscover) {
  const Config config = parse(
      "version = 1\n[[broker]]\nname = \"a\"\nmanagement = \"http://broker-a:8080\"\n"
      "address = \"10.0.0.11\"\n[discover]\nname = \"{group}.mq.example.\"\n"
      "publish = { mode = \"observe\" }\n");
  Discover expected;
  expected.name = "{group}.mq.example.";
  expected.like.mode = Mode::observe;
  EXPECT_EQ(config.discover, expected);
  EXPECT_EQ(expected.grace, 0s);
}

TEST(ParseConfig, FillsInTheSoaFromTheZone) {
  const Config config =
      parse(std::string(smallest) +
            "[serve]\nzone = \"mq.example.com.\"\nns = [\"ns1.mq.example.com.\"]\n"
            "ns_address = { \"NS1.mq.example.com\" = \"10.0.0.53\" }\n");
  EXPECT_EQ(config.serve->listen, (std::vector<dns::ListenAddress>{{"127.0.0.1", 5300}}));
  EXPECT_EQ(config.serve->soa.mname->to_text(), "ns1.mq.example.com.");
  EXPECT_EQ(config.serve->soa.rname->to_text(), "hostmaster.mq.example.com.");
  EXPECT_EQ(config.serve->ns_address.begin()->second, std::vector<std::string>{"10.0.0.53"});
}

TEST(ParseConfig, SharesOneBrokerBetweenGroupsWithTheSameUrl) {
  const Config config = parse(R"(
version = 1
[[broker]]
name = "b"
management = "http://broker-b:8080"
interval = "2s"
[[group]]
name = "a"
node = [{ name = "n1", address = "10.0.0.11" }, { name = "n2", address = "10.0.0.12", management = "http://BROKER-B:8080" }]
record = { name = "a.example.com." }
publish = { mode = "observe" }
[[group]]
name = "b"
node = [{ name = "n1", address = "10.0.0.99", management = "http://10.0.0.11:8080" }, { name = "n2", address = "10.0.0.12", broker = "b" }]
record = { name = "b.example.com." }
publish = { mode = "observe" }
)");
  ASSERT_EQ(config.brokers.size(), 2U);
  EXPECT_EQ(config.brokers[0].name, "b");
  EXPECT_EQ(config.groups[0].nodes[0].broker, config.groups[1].nodes[0].broker);
  EXPECT_EQ(config.groups[0].nodes[1].broker, 0U);
  EXPECT_EQ(config.groups[1].nodes[1].broker, 0U);
}

TEST(ParseConfig, ReadsAPasswordFileOnce) {
  int reads = 0;
  Environment environment = test_environment();
  environment.read_file = [&](const std::string& path) {
    ++reads;
    return test_file(path);
  };
  std::string text = "version = 1\n";
  for (const char* name : {"a", "b", "c"}) {
    text += std::string("[[group]]\nname = \"") + name +
            "\"\nnode = [{ name = \"n\", address = \"10.0.0.11\" }]\n" + "record = { name = \"" +
            name + ".example.com.\" }\npublish = { mode = \"observe\" }\n" +
            "probe = { rest = { username = \"x\", password_file = \"%d/broker.password\" } }\n";
  }
  ASSERT_TRUE(parse_config(text, environment));
  EXPECT_EQ(reads, 1);
}

TEST(ParseConfig, AcceptsAByteOrderMarkAndCarriageReturns) {
  std::string text = smallest;
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2)
    text.replace(at, 1, "\r\n");
  EXPECT_TRUE(parse_config("\xef\xbb\xbf" + text, test_environment()));
}

TEST(ParseConfig, CountsColumnsInOctetsAlsoBehindAByteOrderMark) {
  const auto config = parse_config("\xef\xbb\xbfv\xc3\xa4 = 1\n", test_environment());
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error()[0].line, 1U);
  EXPECT_EQ(config.error()[0].column, 5U);
}

TEST(ParseConfig, RefusesWhatWouldExhaustTheParser) {
  std::string dotted = "version = 1\n";
  for (int i = 0; i < 100'000; ++i) dotted += "a.";
  EXPECT_FALSE(parse_config(dotted + "b = 1\n", test_environment()));
  EXPECT_FALSE(parse_config("a = " + std::string(100'000, '['), test_environment()));
  EXPECT_FALSE(parse_config(std::string(5 << 20, '#'), test_environment()));
  std::string many;
  for (int i = 0; i < 20'000; ++i) many += "k" + std::to_string(i) + " = 1\n";
  const auto config = parse_config(many, test_environment());
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().size(), 500U);
}

TEST(ParseConfig, ReadsAThousandGroupsWithoutDelay) {
  std::string text = "version = 1\n";
  for (int i = 0; i < 1000; ++i) {
    const std::string n = std::to_string(i);
    text += "[[group]]\nname = \"g" + n + "\"\nrecord = { name = \"g" + n +
            ".example.com.\" }\npublish = { mode = \"observe\" }\n";
    for (const char* node : {"1", "2", "3"}) {
      text += std::string("[[group.node]]\nname = \"n") + node + "\"\naddress = \"10.0.0." + node +
              "\"\n";
    }
  }
  const Config config = parse(text);
  EXPECT_EQ(config.groups.size(), 1000U);
  EXPECT_EQ(config.brokers.size(), 3U);
}

TEST(ParseControlSettings, ReadsControlOutOfAFileThatIsOtherwiseWrong) {
  const auto control = parse_control_settings(
      "version = 9\nbroker = 5\n[control]\nsocket = \"%t/a.sock\"\ngroup = \"wheel\"\n",
      test_environment());
  ASSERT_TRUE(control);
  EXPECT_EQ(control->socket, "/run/signpost/a.sock");
  EXPECT_EQ(control->group, "wheel");
  EXPECT_EQ(parse_control_settings("", test_environment())->socket, "/run/signpost/control.sock");
  EXPECT_EQ(parse_control_settings("[control]\nsocket = \"\"\n", test_environment())->socket, "");
  EXPECT_FALSE(parse_control_settings("[control]\nsocket = 5\n", test_environment()));
}

TEST(ParseHttpSettings, ReadsHttpOutOfAFileThatIsOtherwiseWrong) {
  const auto http = parse_http_settings(
      "version = 7\nxyz = 1\n[http]\nlisten = [\"10.0.0.1:9000\"]\n[[group]]\n");
  ASSERT_TRUE(http);
  EXPECT_EQ(http->listen, (std::vector<dns::ListenAddress>{{"10.0.0.1", 9000}}));
  EXPECT_EQ(*parse_http_settings(""), Http());
  EXPECT_FALSE(parse_http_settings("[http]\nlisten = 5\n"));
  EXPECT_FALSE(parse_http_settings("[http\n"));
}

}  // namespace
}  // namespace signpost::config
