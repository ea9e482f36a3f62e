// Rules between keys. One small file that is right, and what one change makes of it.
#include <gtest/gtest.h>

#include <string>

#include "tests/support/named_case.hpp"
#include "tests/unit/sidecar/config/test_environment.hpp"

namespace signpost::config {
namespace {

struct Case : test::NamedCase {
  const char* replace;  // in the file that is right
  const char* with;
  const char* message;  // "" = still right
};

constexpr const char* right = R"(version = 1
[[broker]]
name = "a"
management = "https://broker-a:8443"
[[group]]
name = "g1"
node = [{ name = "n1", address = "10.0.0.1", broker = "a" }, { name = "n2", address = "10.0.0.2" }]
record = { name = "g1.mq.example." }
probe = { interval = "500ms", timeout = "400ms" }
[[group]]
name = "g2"
node = [{ name = "n1", address = "10.0.0.1", broker = "a" }]
record = { name = "g2.mq.example." }
publish = { mode = "observe" }
[serve]
zone = "mq.example."
ns = ["ns1.mq.example."]
ns_address = { "ns1.mq.example." = "10.0.0.53" }
)";

constexpr Case cases[] = {
    {"Right", "", "", ""},
    {"TimeoutEqualToInterval", "timeout = \"400ms\"", "timeout = \"500ms\"",
     "group \"g1\": probe.timeout (500ms) must be shorter than probe.interval (500ms)"},
    {"ViewYoungerThanARound", "[[group]]\nname = \"g2\"",
     "decide = { max_view_age = \"899ms\" }\n[[group]]\nname = \"g2\"",
     "group \"g1\": decide.max_view_age (899ms) must be at least interval + timeout of broker "
     "\"a\" (900ms)"},
    {"ViewAsOldAsARound", "[[group]]\nname = \"g2\"",
     "decide = { max_view_age = \"900ms\" }\n[[group]]\nname = \"g2\"", ""},
    {"SameGroupName", "name = \"g2\"", "name = \"g1\"",
     "group \"g1\": there is another group of this name"},
    {"SameRecord", "name = \"g2.mq", "name = \"G1.MQ",
     "group \"g2\": record.name: G1.MQ.example. is published by group \"g1\" already"},
    {"RecordAtTheApex", "\"g1.mq.example.\"", "\"mq.example.\"", ""},
    {"RecordOutsideTheZone", "\"g1.mq.example.\"", "\"g1.xmq.example.\"",
     "group \"g1\": record.name: g1.xmq.example. is not in the served zone mq.example."},
    {"ObservedRecordOutsideTheZone", "\"g2.mq.example.\"", "\"g2.example.\"", ""},
    {"RecordThatIsAnSrvOwner", "record = { name = \"g2.mq.example.\" }",
     "record = { name = \"g2.mq.example.\", srv = [{ service = \"_a._tcp\" }] }\n"
     "[[group]]\nname = \"g3\"\nnode = [{ name = \"n1\", address = \"10.0.0.1\", broker = \"a\" "
     "}]\n"
     "record = { name = \"_a._tcp.g2.mq.example.\" }",
     "group \"g3\": record.name: _a._tcp.g2.mq.example. is published by group \"g2\" already"},
    {"NameServerWithoutAddress", "ns_address = { \"ns1.mq.example.\" = \"10.0.0.53\" }", "",
     "serve.ns: ns1.mq.example. is inside the zone and has no address"},
    {"NameServerElsewhereWithoutAddress",
     "ns = [\"ns1.mq.example.\"]\nns_address = { \"ns1.mq.example.\" = \"10.0.0.53\" }",
     "ns = [\"ns1.example.net.\"]", ""},
    {"AddressOfNoNameServer", "{ \"ns1.mq", "{ \"ns2.mq.example.\" = \"10.0.0.54\", \"ns1.mq",
     "serve.ns_address: ns2.mq.example. is not in serve.ns"},
    {"ManagementAtThePublishedName", "https://broker-a:8443", "https://g1.mq.example:8443",
     "broker \"a\": management: signpost cannot ask https://g1.mq.example:8443, for it publishes "
     "that name itself"},
    {"ManagementBelowThePublishedName", "https://broker-a:8443",
     "https://broker-a.g1.mq.example:8443", ""},
    {"ManagementAtAServiceName", "https://broker-a:8443", "https://_x.g1.mq.example:8443",
     "broker \"a\": management: signpost cannot ask https://_x.g1.mq.example:8443, for it "
     "publishes that name itself"},
    {"NoZoneToServe",
     "[serve]\nzone = \"mq.example.\"\nns = [\"ns1.mq.example.\"]\nns_address = { "
     "\"ns1.mq.example.\" = \"10.0.0.53\" }\n",
     "", "group \"g1\": publish.mode is \"serve\", but there is no [serve]"},
    {"SameAddressTwice", "\"10.0.0.2\"", "[\"10.0.0.2\", \"10.0.0.2\"]",
     "group \"g1\", node \"n2\": address: \"10.0.0.2\" is there already"},
    {"SameNodeTwice", "name = \"n2\"", "name = \"n1\"",
     "group \"g1\", node \"n1\": there is another node of this name"},
    {"SameServiceTwice", "record = { name = \"g1.mq.example.\"",
     "record = { srv = [{ service = \"_amqp._tcp\" }, { service = \"_AMQP._tcp\", port = 5671 }], "
     "name = \"g1.mq.example.\"",
     "group \"g1\": record.srv: \"_AMQP._tcp\" is there twice"},
    {"TargetThatTheZoneDoesNotHave",
     "broker = \"a\" }, { name = \"n2\", address = \"10.0.0.2\" }]\nrecord = { ",
     "broker = \"a\", host = \"h1.mq.example.\" }, { name = \"n2\", address = \"10.0.0.2\" }]\n"
     "record = { srv = [{ service = \"_amqp._tcp\" }], ",
     "group \"g1\": node.host: SRV would point to h1.mq.example., which the served zone does not "
     "have"},
    {"TargetOutsideTheZone",
     "broker = \"a\" }, { name = \"n2\", address = \"10.0.0.2\" }]\nrecord = { ",
     "broker = \"a\", host = \"h1.example.\" }, { name = \"n2\", address = \"10.0.0.2\" }]\n"
     "record = { srv = [{ service = \"_amqp._tcp\" }], ",
     ""},
    {"RecordAtTheTokenOfAnother", "\"g2.mq.example.\"", "\"_signpost.g1.mq.example.\"",
     "group \"g2\": record.name: _signpost.g1.mq.example. is published by group \"g1\" already"},
    {"AllLoopback", "name = \"g2\"\nnode = [{ name = \"n1\", address = \"10.0.0.1\"",
     "name = \"g2\"\nnode = [{ name = \"n1\", address = \"127.0.0.1\"", ""},
    {"SomeLoopback", "\"10.0.0.2\"", "\"127.0.0.2\"",
     "group \"g1\", node \"n2\": address: \"127.0.0.2\" mixes loopback and other addresses in one "
     "group"},
    {"NoAddressOfTheFamily", "record = { name = \"g1.mq.example.\"",
     "record = { types = [\"AAAA\"], name = \"g1.mq.example.\"",
     "group \"g1\", node \"n1\": no address of it can be published: the record has AAAA only"},
    {"TextOnly", "record = { name = \"g1.mq.example.\"",
     "record = { types = [\"TXT\"], name = \"g1.mq.example.\"", ""},
    {"CaWithoutTls", "https://broker-a:8443\"", "http://broker-a:8080\"\nca_file = \"/ca.pem\"",
     "broker \"a\": ca_file has no effect: http://broker-a:8080 is not encrypted"},
    {"CertificateWithoutKey", "https://broker-a:8443\"",
     "https://broker-a:8443\"\ncert_file = \"/c.pem\"", "broker \"a\": cert_file has no key_file"},
    {"UsernameWithoutPassword", "https://broker-a:8443\"",
     "https://broker-a:8443\"\nusername = \"x\"", "broker \"a\": username has no password_file"},
    {"HttpOnTheDnsPort", "[serve]", "[http]\nlisten = [\"127.0.0.1:5300\"]\n[serve]",
     "http.listen: 127.0.0.1:5300 is in use already"},
    {"AnyFreePortTwice", "[serve]",
     "[http]\nlisten = [\"127.0.0.1:0\"]\n[serve]\nlisten = [\"127.0.0.1:0\", \"127.0.0.1:0\"]",
     ""},
    {"HttpForEveryone", "[serve]", "[http]\nlisten = [\"0.0.0.0:8653\"]\n[serve]", ""},
    {"SettingsOfNobody", "publish = { mode = \"observe\" }",
     "publish = { mode = \"observe\" }\nprobe = { timeout = \"300ms\" }",
     "group \"g2\": probe.timeout has no effect: every node names a [[broker]]"},
    {"BrokerThatNobodyNames", "[[group]]\nname = \"g1\"",
     "[[broker]]\nname = \"b\"\nmanagement = \"http://broker-b:8080\"\n[[group]]\nname = \"g1\"",
     ""},
};

class ConfigCheck : public testing::TestWithParam<Case> {};

TEST_P(ConfigCheck, FindsWhatContradicts) {
  std::string text = right;
  const std::string replace = GetParam().replace;
  const std::size_t at = text.find(replace);
  ASSERT_NE(at, std::string::npos);
  text.replace(at, replace.size(), GetParam().with);
  const auto config = parse_config(text, test_environment());
  const std::string expected = GetParam().message;
  if (expected.empty()) {
    EXPECT_TRUE(config) << format_error("test", text, config.error().at(0));
    return;
  }
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error()[0].message, expected);
}

TEST(ConfigCheckLength, LeavesRoomForTheLabelsInFrontOfARecord) {
  const std::string label(60, 'a');
  const std::string most = label + "." + label + "." + label + ".";  // 183 of 254 octets
  const auto errors_with = [&](std::size_t octets) {
    std::string text = right;
    const std::string name = std::string(octets, 'b') + "." + most + "mq.example.";
    text.replace(text.find("g1.mq.example."), 14, name);
    const auto config = parse_config(text, test_environment());
    return config ? std::string() : config.error()[0].message;
  };
  // 254 - 183 - "mq.example." - "_signpost." - the dot
  EXPECT_EQ(errors_with(49), "");
  EXPECT_EQ(errors_with(50),
            "group \"g1\": with _signpost in front, record.name is longer than a name can be");
}

INSTANTIATE_TEST_SUITE_P(Rules, ConfigCheck, testing::ValuesIn(cases), test::case_name);

}  // namespace
}  // namespace signpost::config
