// [discover] and what [[broker]]s have for it. One small file that is right, and what one change
// makes of it.
#include <gtest/gtest.h>

#include <string>

#include "sidecar/config/name_template.hpp"
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
management = "http://broker-a:8080"
address = ["10.0.0.1", "2001:db8::1"]
[[broker]]
name = "b"
management = "http://broker-b:8080"
address = "10.0.0.2"
[discover]
name = "{group}.mq.example."
record = { ttl = "5s" }
[serve]
zone = "mq.example."
ns = ["ns1.example.net."]
)";

constexpr Case cases[] = {
    {"Right", "", "", ""},
    {"OneBrokerIsOnlyAsked", "address = \"10.0.0.2\"", "", ""},
    {"NoBrokerAtAll",
     "[[broker]]\nname = \"a\"\nmanagement = \"http://broker-a:8080\"\naddress = [\"10.0.0.1\", "
     "\"2001:db8::1\"]\n[[broker]]\nname = \"b\"\nmanagement = \"http://broker-b:8080\"\naddress = "
     "\"10.0.0.2\"\n",
     "", "discover: no [[broker]] has an address, so no group can be found"},
    {"AddressWithoutDiscover",
     "address = \"10.0.0.2\"\n[discover]\nname = \"{group}.mq.example.\"\nrecord = { ttl = \"5s\" "
     "}",
     "[[group]]\nname = \"g\"\nnode = [{ name = \"n\", address = \"10.0.0.9\" }]\n"
     "record = { name = \"g.mq.example.\" }",
     "broker \"a\": address has no effect: there is no [discover]"},
    {"GroupsBesideIt", "[discover]",
     "[[group]]\nname = \"g\"\nnode = [{ name = \"n\", address = \"10.0.0.1\", broker = \"a\" }]\n"
     "record = { name = \"g.mq.example.\" }\n[discover]",
     ""},
    {"SameAddressTwice", "\"10.0.0.2\"", "\"10.0.0.1\"",
     "broker \"b\": address: \"10.0.0.1\" is there already"},
    {"SomeLoopback", "\"10.0.0.2\"", "\"127.0.0.1\"",
     "broker \"b\": address: \"127.0.0.1\" mixes loopback and other addresses"},
    {"HostWithoutAddress", "address = \"10.0.0.2\"", "host = \"b.example.net.\"",
     "broker \"b\": host has no effect without address"},
    {"NoAddressOfTheFamily", "ttl = \"5s\"", "types = [\"AAAA\"]",
     "broker \"b\": no address of it can be published: discover.record has AAAA only"},
    {"SrvWithoutHost",
     "address = \"10.0.0.2\"\n[discover]\nname = \"{group}.mq.example.\"\nrecord = { ttl = \"5s\" "
     "}",
     "[discover]\nname = \"{group}.mq.example.\"\n"
     "record = { types = [\"TXT\"], srv = [{ service = \"_amqp._tcp\" }] }",
     "broker \"a\": SRV without A or AAAA needs a host to point to"},
    {"TargetThatTheZoneDoesNotHave",
     "address = \"10.0.0.2\"\n[discover]\nname = \"{group}.mq.example.\"\nrecord = { ttl = \"5s\" "
     "}",
     "address = \"10.0.0.2\"\nhost = \"b.mq.example.\"\n[discover]\nname = "
     "\"{group}.mq.example.\"\nrecord = { srv = [{ service = \"_amqp._tcp\" }] }",
     "broker \"b\": host: SRV would point to b.mq.example., which the served zone does not have"},
    {"ViewYoungerThanARound", "record =", "decide = { max_view_age = \"899ms\" }\nrecord =",
     "discover.decide.max_view_age (899ms) must be at least interval + timeout of broker \"a\" "
     "(900ms)"},
    {"ViewAsOldAsARound", "record =", "decide = { max_view_age = \"900ms\" }\nrecord =", ""},
    {"BrokerThatIsTooSlow", "address = \"10.0.0.2\"", "address = \"10.0.0.2\"\ninterval = \"4s\"",
     "discover.decide.max_view_age (3s) must be at least interval + timeout of broker \"b\" "
     "(4400ms)"},
    {"FallbackThatIsMissing", "record =", "decide = { on_none = \"fallback\" }\nrecord =",
     "discover.decide.fallback: on_none is \"fallback\" and no address is given"},
    {"ServiceTwice", "ttl = \"5s\"",
     "srv = [{ service = \"_amqp._tcp\" }, { service = \"_AMQP._tcp\" }]",
     "discover.record.srv: \"_AMQP._tcp\" is there twice"},
    {"TemplateOutsideTheZone", "{group}.mq.example.", "{group}.mq.example.net.",
     "discover.name: \"{group}.mq.example.net.\" is not below the served zone mq.example."},
    {"TemplateAboveTheZone", "{group}.mq.example.", "{group}.example.",
     "discover.name: \"{group}.example.\" is not below the served zone mq.example."},
    {"TemplateThatOnlyEndsLikeTheZone", "{group}.mq.example.", "{group}-mq.example.",
     "discover.name: \"{group}-mq.example.\" is not below the served zone mq.example."},
    {"ObservedTemplateOutsideTheZone", "name = \"{group}.mq.example.\"",
     "name = \"{group}.example.\"\npublish = { mode = \"observe\" }", ""},
    {"NothingServes", "[serve]\nzone = \"mq.example.\"\nns = [\"ns1.example.net.\"]\n", "",
     "discover.publish.mode is \"serve\", but there is no [serve]"},
};

class ConfigCheckDiscover : public testing::TestWithParam<Case> {};

TEST_P(ConfigCheckDiscover, FindsWhatContradicts) {
  std::string text = right;
  const std::string replace = GetParam().replace;
  const std::size_t at = text.find(replace);
  ASSERT_NE(at, std::string::npos);
  text.replace(at, replace.size(), GetParam().with);
  const auto config = parse_config(text, test_environment());
  EXPECT_EQ(config ? "" : config.error()[0].message, GetParam().message);
  EXPECT_LE(config ? 0U : config.error().size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Rules, ConfigCheckDiscover, testing::ValuesIn(cases), test::case_name);

TEST(ConfigCheckDiscoverLength, LeavesRoomForTheLongestGroupAndTheLabelsInFrontOfIt) {
  const std::string label(50, 'a');
  const auto errors_with = [&](std::size_t octets) {
    std::string text = right;
    const std::string name = "mq-{group}." + label + "." + label + "." + std::string(30, 'c') +
                             "." + std::string(octets, 'b') + ".mq.example.";
    text.replace(text.find("{group}.mq.example."), 19, name);
    const auto config = parse_config(text, test_environment());
    return config ? std::string() : config.error()[0].message;
  };
  // 254 - "_signpost." - the group's label and its dot - the labels above - ".mq.example."
  constexpr std::size_t most = 254 - 10 - 64 - 51 - 51 - 31 - 12;
  EXPECT_EQ(errors_with(most - 1), "");
  EXPECT_EQ(errors_with(most), "");
  EXPECT_EQ(errors_with(most + 1),
            "discover.name: a group whose name has 63 letters would get a name that is too long");
}

struct TemplateCase : test::NamedCase {
  const char* text;
  const char* made;  // of the group "g1"; "" = refused
  const char* base;
};

constexpr TemplateCase templates[] = {
    {"FirstLabel", "{group}.mq.example.", "g1.mq.example.", "mq.example."},
    {"WithoutAFinalDot", "{group}.mq.example", "g1.mq.example.", "mq.example."},
    {"PartOfTheFirstLabel", "mq-{group}-x.example.", "mq-g1-x.example.", "example."},
    {"LabelInside", "active.{group}.mq.example.", "active.g1.mq.example.", "mq.example."},
    {"LabelAtTheEnd", "active.{group}.", "active.g1.", "."},
    {"WithoutGroup", "active.mq.example.", "", ""},
    {"OtherWord", "{name}.mq.example.", "", ""},
    {"GroupTwice", "{group}.{group}.example.", "", ""},
    {"BracesBefore", "{x}-{group}.example.", "", ""},
    {"PartOfALabelInside", "active.mq-{group}.example.", "", ""},
    {"PartOfALabelInsideAtItsFront", "active.{group}-mq.example.", "", ""},
    {"Wildcard", "*.{group}.example.", "", ""},
    {"Escape", "a\\.b.{group}.example.", "", ""},
    {"EmptyLabel", "{group}..example.", "", ""},
    {"LongLabel",
     "{group}-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example.", "", ""},
    {"Nothing", "", "", ""},
};

class NameTemplate : public testing::TestWithParam<TemplateCase> {};

TEST_P(NameTemplate, MakesNamesOrIsRefused) {
  const auto parsed = parse_name_template(GetParam().text);
  ASSERT_EQ(parsed.has_value(), *GetParam().made != '\0');
  if (!parsed) {
    EXPECT_FALSE(parsed.error().hint.empty());
    return;
  }
  EXPECT_EQ(name_from(*parsed, "g1")->to_text(), GetParam().made);
  EXPECT_EQ(base_of(*parsed).to_text(), GetParam().base);
}

INSTANTIATE_TEST_SUITE_P(Texts, NameTemplate, testing::ValuesIn(templates), test::case_name);

}  // namespace
}  // namespace signpost::config
