#include "sidecar/agent/config_changes.hpp"

#include <gtest/gtest.h>

#include "sidecar/config/config_parser.hpp"
#include "tests/support/named_case.hpp"

namespace signpost::agent {
namespace {

using testing::Test;
using Lines = std::vector<std::string>;

constexpr const char* running_text = R"(version = 1
[[broker]]
name = "b1"
management = "http://10.0.0.1:8080"
[[broker]]
name = "b2"
management = "http://10.0.0.2:8080"
[[group]]
name = "orders"
node = [{ name = "n1", address = "10.0.0.1", broker = "b1" }, { name = "n2", address = "10.0.0.2", broker = "b2" }]
record = { name = "orders.example.com." }
[serve]
zone = "example.com."
ns = ["ns1.example.net."]
[http]
[log]
)";

config::Config parse(const std::string& text) {
  auto config = config::parse_config(text, config::Environment{});
  if (config) return *std::move(config);
  for (const config::ConfigError& error : config.error()) {
    ADD_FAILURE() << config::format_error("test", text, error);
  }
  return {};
}

std::string with(std::string text, const std::string& before, const std::string& after) {
  const std::size_t at = text.find(before);
  if (at == std::string::npos) ADD_FAILURE() << before;
  return text.replace(at, before.size(), after);
}

struct Change : test::NamedCase {
  const char* before;
  const char* after;
  Lines applied;
  Lines need_restart;
};

class ConfigChange : public testing::TestWithParam<Change> {};

TEST_P(ConfigChange, IsNamedAndTakesEffectOrWaitsForARestart) {
  const config::Config running = parse(running_text);
  const config::Config next = parse(with(running_text, GetParam().before, GetParam().after));
  const ConfigChanges changes = changes_between(running, next);
  EXPECT_EQ(changes.refused, "");
  EXPECT_EQ(changes.applied, GetParam().applied);
  EXPECT_EQ(changes.need_restart, GetParam().need_restart);
  EXPECT_EQ(changes.in_force, changes.need_restart.empty() ? next : running);
}

INSTANTIATE_TEST_SUITE_P(
    Keys, ConfigChange,
    testing::Values(
        Change{"Comment", "version = 1", "version = 1 # one", {}, {}},
        Change{"BrokerInterval",
               "name = \"b1\"",
               "name = \"b1\"\ninterval = \"1s\"",
               {"broker \"b1\": interval"},
               {}},
        Change{"BrokerUrl", "10.0.0.1:8080", "10.0.0.3:8080", {"broker \"b1\": management"}, {}},
        Change{"BrokerTls",
               "name = \"b1\"\nmanagement = \"http://10.0.0.1:8080\"",
               "name = \"b1\"\nmanagement = \"https://10.0.0.1:8080\"\nverify = false",
               {"broker \"b1\": management"},
               {}},
        Change{"BrokerIsNew",
               "[[broker]]\n",
               "[[broker]]\nname = \"b0\"\nmanagement = \"http://10.0.0.9:8080\"\n[[broker]]\n",
               {"broker \"b0\": added"},
               {}},
        Change{"GroupIsNew",
               "[serve]",
               "[[group]]\nname = \"more\"\nnode = [{ name = \"m\", address = \"10.0.0.1\", broker "
               "= \"b1\" }]\nrecord = { name = \"more.example.com.\" }\n[serve]",
               {"group \"more\": added"},
               {}},
        Change{"GroupHasAnotherName",
               "name = \"orders\"",
               "name = \"orders2\"\nha_group = \"orders\"",
               {"group \"orders\": removed", "group \"orders2\": added"},
               {}},
        Change{"GroupAddress",
               "{ name = \"n1\", address = \"10.0.0.1\"",
               "{ name = \"n1\", address = \"10.0.0.7\"",
               {"group \"orders\": nodes"},
               {}},
        Change{"GroupNodeIsGone",
               ", { name = \"n2\", address = \"10.0.0.2\", broker = \"b2\" }",
               "",
               {"group \"orders\": nodes"},
               {}},
        Change{"GroupSettings",
               "\n[serve]",
               "\ndecide = { damping = \"1s\", hold_max = \"1h\" }\nvirtualhost = \"vh\"\n[serve]",
               {"group \"orders\": virtualhost, decide, hold_max"},
               {}},
        Change{"Record",
               "orders.example.com.\" }",
               "orders.example.com.\", ttl = \"1s\" }",
               {"group \"orders\": record"},
               {}},
        Change{"ZoneContents", "ns1.example", "ns2.example", {"[serve]: ns, soa"}, {}},
        Change{"Log", "[log]", "[log]\nlevel = \"debug\"", {"[log]: level"}, {}},
        Change{
            "DnsSockets",
            "[serve]",
            "[serve]\nlisten = \"127.0.0.1:53\"\nthreads = 2\nudp_payload = 512\ntcp_clients = 1",
            {},
            {"[serve] listen", "[serve] threads", "[serve] udp_payload", "[serve] tcp_clients"}},
        Change{"HttpSocket",
               "[http]",
               "[http]\nlisten = []\nhost_names = [\"a\"]",
               {},
               {"[http] listen", "[http] host_names"}},
        Change{"ControlSocket",
               "[http]",
               "[control]\nsocket = \"\"\ngroup = \"a\"",
               {},
               {"[control] socket", "[control] group"}},
        Change{"Resolver",
               "[http]",
               "[resolver]\nservers = [\"10.0.0.9\"]",
               {},
               {"[resolver] servers"}},
        Change{"State",
               "[http]",
               "[state]\ndirectory = \"/a\"",
               {},
               {"[state] directory", "[history] file"}},
        Change{"History",
               "[http]",
               "[history]\nmax_size = \"1MiB\"\nkeep = 7",
               {},
               {"[history] max_size", "[history] keep"}}),
    test::case_name);

TEST(ConfigChanges, KeepsWhatNeedsARestartAndTakesTheRest) {
  const config::Config running = parse(running_text);
  const std::string half = with(running_text, "[http]", "[http]\nlisten = []");
  const config::Config next =
      parse(with(half, "orders.example.com.\" }", "orders.example.com.\", ttl = \"1s\" }"));
  const ConfigChanges changes = changes_between(running, next);
  EXPECT_EQ(changes.applied, Lines{"group \"orders\": record"});
  EXPECT_EQ(changes.need_restart, Lines{"[http] listen"});
  EXPECT_EQ(changes.in_force.http, running.http);
  EXPECT_EQ(changes.in_force.groups, next.groups);
}

TEST(ConfigChanges, NamesWhatDiscoveryIsToldAnew) {
  const config::Config running = parse(running_text);
  config::Config next = running;
  next.brokers[0].address = {"10.0.0.1"};
  next.discover.emplace();
  const ConfigChanges changes = changes_between(running, next);
  EXPECT_EQ(changes.applied, (Lines{"broker \"b1\": address", "[discover]"}));
  EXPECT_EQ(changes.in_force, next);
}

TEST(ConfigChanges, RefusesToBeginOrToCeaseToServe) {
  const config::Config running = parse(running_text);
  config::Config next = running;
  next.serve.reset();
  EXPECT_EQ(changes_between(running, next).refused,
            "[serve] was removed, and that needs a restart: nothing is changed");
  EXPECT_EQ(changes_between(next, running).refused,
            "[serve] was added, and that needs a restart: nothing is changed");
  EXPECT_EQ(changes_between(running, next).in_force, running);
}

}  // namespace
}  // namespace signpost::agent
