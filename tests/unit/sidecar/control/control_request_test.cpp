#include "sidecar/control/control_request.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/named_case.hpp"

namespace signpost::control {
namespace {

using namespace std::chrono_literals;
using Kind = decision::Hold::Kind;

HoldRequest pin() { return {"orders", Kind::pin, "broker-b", "JE upgrade", 1h}; }

std::string complaint(std::string_view line) {
  const auto request = parse_request(line);
  if (request) return "accepted";
  EXPECT_EQ(request.error().code, Code::bad_request);
  return request.error().text;
}

TEST(ControlRequest, ReadsWhatItWrote) {
  HoldRequest strange = pin();
  strange.group = "or\"de\\rs \xc3\xa4";
  strange.reason = "caf\xc3\xa9 \xf0\x9f\x90\xb0 {\"command\":\"release\"}";
  const Request requests[] = {pin(),
                              HoldRequest{"orders", Kind::freeze, "", "x", 1s},
                              HoldRequest{"orders", Kind::withdraw, "", "x", duration_max},
                              strange,
                              ReleaseRequest{"orders", "done"},
                              ReleaseRequest{"orders", ""},
                              ReloadRequest{}};
  for (const Request& request : requests) {
    const std::string line = request_line(request);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    const auto parsed = parse_request(line);
    ASSERT_TRUE(parsed) << line << ": " << parsed.error().text;
    EXPECT_EQ(*parsed, request) << line;
  }
}

TEST(ControlRequest, WritesOneKnownForm) {
  EXPECT_EQ(request_line(pin()),
            R"({"command":"hold","group":"orders","kind":"pin","node":"broker-b",)"
            R"("reason":"JE upgrade","seconds":3600})");
  EXPECT_EQ(request_line(ReleaseRequest{"orders", ""}),
            R"({"command":"release","group":"orders","reason":""})");
  EXPECT_EQ(request_line(ReloadRequest{}), R"({"command":"reload"})");
}

struct HostileCase : test::NamedCase {
  std::string line;
  const char* says;
};

class HostileRequest : public testing::TestWithParam<HostileCase> {};

TEST_P(HostileRequest, IsRefusedWithOneLine) {
  const std::string said = complaint(GetParam().line);
  EXPECT_NE(said.find(GetParam().says), std::string::npos) << said;
  EXPECT_EQ(said.find_first_of("\n\r\x1b"), std::string::npos);
  EXPECT_LT(said.size(), 200U);
}

/// A hold with one member put in another way, or added.
std::string hold_with(const std::string& member, const std::string& value) {
  std::string line = R"({"command":"hold")";
  const std::pair<std::string, std::string> members[] = {{"group", R"("orders")"},
                                                         {"kind", R"("pin")"},
                                                         {"node", R"("broker-b")"},
                                                         {"reason", R"("JE upgrade")"},
                                                         {"seconds", "3600"}};
  bool replaced = false;
  for (const auto& [key, usual] : members) {
    replaced = replaced || key == member;
    const std::string& text = key == member ? value : usual;
    if (!text.empty()) line += ",\"" + key + "\":" + text;
  }
  if (!replaced) line += ",\"" + member + "\":" + value;
  return line + "}";
}

INSTANTIATE_TEST_SUITE_P(
    Lines, HostileRequest,
    testing::Values(
        HostileCase{"Empty", "", "no JSON"}, HostileCase{"Blank", "  ", "no JSON"},
        HostileCase{"Text", "hold orders", "no JSON"},
        HostileCase{"HttpRequest", "POST / HTTP/1.1", "no JSON"},
        HostileCase{"Binary", std::string("\0\xff\x01{", 4), "no JSON"},
        HostileCase{"Array", "[]", "no JSON object"}, HostileCase{"Null", "null", "no JSON object"},
        HostileCase{"CutOff", R"({"command":"reload")", "no JSON"},
        HostileCase{"TwoObjects", R"({"command":"reload"}{"command":"reload"})", "no JSON"},
        HostileCase{"Deep", std::string(4000, '[') + std::string(4000, ']'), "no JSON"},
        HostileCase{"DeepInside", R"({"command":{"a":{"b":{}}}})", "no JSON"},
        HostileCase{"TooLong", "\"" + std::string(request_octets_max, 'a') + "\"", "8192 octets"},
        HostileCase{"NoCommand", "{}", "\"command\" is missing"},
        HostileCase{"CommandIsANumber", R"({"command":1})", "\"command\" is no string"},
        HostileCase{"CommandIsAnObject", R"({"command":{}})", "\"command\" is no string"},
        HostileCase{"UnknownCommand", R"({"command":"transfer"})", "none of hold, release, reload"},
        HostileCase{"CommandInCapitals", R"({"command":"HOLD"})", "none of hold, release, reload"},
        HostileCase{"ReloadWithMore", R"({"command":"reload","file":"/etc/passwd"})", "not known"},
        HostileCase{"ReleaseWithoutGroup", R"({"command":"release","reason":""})",
                    "\"group\" is missing"},
        HostileCase{"ReleaseWithControlCharacter",
                    R"({"command":"release","group":"o","reason":"a\nb"})", "control characters"},
        HostileCase{"GroupIsEmpty", hold_with("group", R"("")"), "\"group\" is empty"},
        HostileCase{"GroupIsNull", hold_with("group", "null"), "\"group\" is no string"},
        HostileCase{"GroupIsMissing", hold_with("group", ""), "\"group\" is missing"},
        HostileCase{"GroupIsTooLong", hold_with("group", "\"" + std::string(256, 'a') + "\""),
                    "\"group\" is too long"},
        HostileCase{"GroupWithEscape", hold_with("group", R"("\u001b[31m")"),
                    "\"group\" has control characters"},
        HostileCase{"KindIsUnknown", hold_with("kind", R"("drain")"), "freeze, pin, withdraw"},
        HostileCase{"PinWithoutNode", hold_with("node", R"("")"), "pin needs a node"},
        HostileCase{"FreezeWithNode", hold_with("kind", R"("freeze")"), "only pin takes a node"},
        HostileCase{"WithdrawWithNode", hold_with("kind", R"("withdraw")"), "only pin takes"},
        HostileCase{"NodeIsAnArray", hold_with("node", "[]"), "\"node\" is no string"},
        HostileCase{"NoReason", hold_with("reason", ""), "\"reason\" is missing"},
        HostileCase{"ReasonIsEmpty", hold_with("reason", R"("")"), "the reason is empty"},
        HostileCase{"ReasonIsBlank", hold_with("reason", R"("   ")"), "the reason is empty"},
        HostileCase{"ReasonIsTooLong", hold_with("reason", "\"" + std::string(201, 'a') + "\""),
                    "longer than 200 characters"},
        HostileCase{"ReasonWithNewline", hold_with("reason", R"("a\nevent=released")"),
                    "control characters"},
        HostileCase{"ReasonWithZero", hold_with("reason", R"("a\u0000b")"), "control characters"},
        HostileCase{"ReasonWithC1", hold_with("reason", R"("a\u009bb")"), "control characters"},
        HostileCase{"ReasonTurnsTheLine", hold_with("reason", R"("a\u202eb")"),
                    "control characters"},
        HostileCase{"ReasonIsNoUtf8", hold_with("reason", "\"\xff\xfe\""), "no JSON"},
        HostileCase{"ReasonIsHalfASurrogate", hold_with("reason", R"("\ud800")"), "no JSON"},
        HostileCase{"NoDuration", hold_with("seconds", ""), "\"seconds\" is missing"},
        HostileCase{"DurationIsZero", hold_with("seconds", "0"), "whole number from 1"},
        HostileCase{"DurationIsNegative", hold_with("seconds", "-1"), "whole number from 1"},
        HostileCase{"DurationIsAText", hold_with("seconds", R"("3600")"), "whole number from 1"},
        HostileCase{"DurationHasAFraction", hold_with("seconds", "1.5"), "whole number from 1"},
        HostileCase{"DurationIsHuge", hold_with("seconds", "18446744073709551617"),
                    "whole number from 1"},
        HostileCase{"DurationIsTooLong", hold_with("seconds", "2592001"), "whole number from 1"},
        HostileCase{"UnknownMember", hold_with("uid", "0"), "not known"}),
    test::case_name);

TEST(ControlRequest, CountsCharactersAndNotOctetsOfAReason) {
  std::string long_reason;
  for (std::size_t i = 0; i < reason_characters_max; ++i) long_reason += "\xf0\x9f\x90\xb0";
  EXPECT_EQ(reason_problem(long_reason, "--reason"), "");
  EXPECT_EQ(reason_problem(long_reason + "a", "--reason"),
            "--reason is longer than 200 characters");
  EXPECT_EQ(reason_problem("\xed\xa0\x80", "--reason"),
            "--reason has control characters, or is no UTF-8");
  EXPECT_TRUE(parse_request(request_line(HoldRequest{"o", Kind::freeze, "", long_reason, 1s})));
}

TEST(ControlRequest, HoldsOnlyMembersAndOnlyForAsLongAsTheGroupAllows) {
  const HoldLimits limits{{"broker-a", "broker-b"}, 8h};
  HoldRequest request = pin();
  EXPECT_EQ(hold_problem(request, limits), "");
  request.duration = 8h;
  EXPECT_EQ(hold_problem(request, limits), "");
  request.duration = 8h + 1s;
  EXPECT_EQ(hold_problem(request, limits),
            "8h1s is longer than group \"orders\" allows (hold_max = 8h in [group.decide]); hold "
            "it for less, and again before that ends");
  request.node = "broker-c";
  EXPECT_EQ(hold_problem(request, limits),
            "group \"orders\" has no node \"broker-c\"; nodes: broker-a, broker-b");
  request = {"orders", Kind::withdraw, "", "x", 1s};
  EXPECT_EQ(hold_problem(request, limits), "");
}

}  // namespace
}  // namespace signpost::control
