#include "sidecar/history/entry_json.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "sidecar/history/step_json.hpp"
#include "tests/unit/sidecar/history/example.hpp"

namespace signpost::history {
namespace {

std::string without_newline(std::string line) {
  EXPECT_TRUE(line.ends_with('\n'));
  line.pop_back();
  EXPECT_EQ(line.find('\n'), std::string::npos);
  return line;
}

Entry again(const Entry& entry) {
  auto parsed = parse_line(without_newline(to_line(entry)));
  EXPECT_TRUE(parsed) << parsed.error();
  return parsed ? *parsed : Entry();
}

TEST(EntryJson, KeepsEveryField) {
  const Entry entry = test::full_entry();
  const Entry read = again(entry);
  EXPECT_EQ(read.seq, entry.seq);
  EXPECT_EQ(read.time, entry.time);
  EXPECT_EQ(read.mono, entry.mono);
  EXPECT_EQ(read.event, entry.event);
  EXPECT_EQ(read.group, entry.group);
  EXPECT_EQ(read.actor, entry.actor);
  EXPECT_EQ(read.detail, entry.detail);
  EXPECT_EQ(read.policy, entry.policy);
  ASSERT_TRUE(read.step);
  EXPECT_EQ(read.step->now, entry.step->now);
  EXPECT_EQ(read.step->before, entry.step->before);
  EXPECT_EQ(read.step->view, entry.step->view);
  EXPECT_EQ(read.step->hold, entry.step->hold);
  EXPECT_EQ(read.step->after, entry.step->after);
  EXPECT_EQ(to_line(read), to_line(entry));
}

TEST(EntryJson, KeepsAbsentAndEmptyApart) {
  Entry entry;
  entry.event = "decision";
  entry.policy = decision::Policy();
  entry.step = decision::Step();
  EXPECT_FALSE(again(entry).step->after.decision.active);
  entry.step->after.decision.active = "";
  entry.step->after.decision.would_be = decision::Publication();
  EXPECT_EQ(again(entry).step->after, entry.step->after);
}

TEST(EntryJson, KeepsEveryEnumerator) {
  Entry entry;
  entry.policy = decision::Policy();
  entry.step = decision::Step();
  decision::Decision& d = entry.step->after.decision;
  for (int i = 0; i <= static_cast<int>(decision::Reason::held); ++i) {
    d.reason = static_cast<decision::Reason>(i);
    EXPECT_EQ(again(entry).step->after.decision.reason, d.reason);
  }
  for (int i = 0; i <= static_cast<int>(decision::Decision::Change::restored); ++i) {
    d.change = static_cast<decision::Decision::Change>(i);
    EXPECT_EQ(again(entry).step->after.decision.change, d.change);
  }
  for (int i = 0; i <= static_cast<int>(decision::Action::fallback); ++i) {
    d.action = static_cast<decision::Action>(i);
    EXPECT_EQ(again(entry).step->after.decision.action, d.action);
  }
}

TEST(EntryJson, HasItsKeysInOneOrderAndATimeForPeople) {
  Entry entry;
  entry.time = runtime::WallTime(std::chrono::milliseconds(1'700'000'000'123));
  entry.mono = test::mono(5);
  entry.event = "start";
  entry.seq = 7;
  EXPECT_EQ(to_line(entry),
            R"({"v":1,"seq":7,"time":"2023-11-14T22:13:20.123Z","time_ms":1700000000123,)"
            R"("mono_ns":5,"event":"start","group":"","actor":"auto","detail":""})"
            "\n");
}

TEST(EntryJson, AStepOfThreeNodesTakesTwoToThreeKilobytes) {
  test::Group group = test::with_a_stale_claim();
  const std::size_t size = to_line(group.entries.back()).size();
  RecordProperty("octets", static_cast<int>(size));
  EXPECT_GT(size, 1'500U);
  EXPECT_LT(size, 3'000U);
}

TEST(EntryJson, LeavesOutAStepThatIsTooLong) {
  Entry entry = test::full_entry();
  entry.step->view.nodes.resize(2'000, entry.step->view.nodes[0]);
  const std::string line = to_line(entry);
  EXPECT_LT(line.size(), line_octets_max);
  const Entry read = again(entry);
  EXPECT_FALSE(read.step || read.policy);
  EXPECT_NE(read.detail.find("was left out"), std::string::npos);
  EXPECT_NE(read.detail.find(entry.detail), std::string::npos);
}

TEST(EntryJson, CutsALongDetailBetweenCharacters) {
  Entry entry;
  entry.detail = "x";
  for (int i = 0; i < 10'000; ++i) entry.detail += "\u00e9";
  const Entry read = again(entry);
  EXPECT_EQ(read.detail.size(), 4'095U);
  EXPECT_TRUE(entry.detail.starts_with(read.detail));
}

TEST(EntryJson, WritesBytesThatAreNoUtf8AsQuestionMarks) {
  Entry entry;
  entry.detail = "caf\xe9";
  entry.step = decision::Step();
  entry.policy = decision::Policy();
  entry.step->hold = decision::Hold();
  entry.step->hold->reason = "\xff\xfe";
  const Entry read = again(entry);
  EXPECT_EQ(read.detail, "caf?");
  EXPECT_EQ(read.step->hold->reason, "??");
}

struct Case {
  const char* name;
  std::string line;
  const char* error;
};

std::string changed(const std::string& from, const std::string& to) {
  std::string line = without_newline(to_line(test::full_entry()));
  const std::size_t at = line.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return line.replace(at, from.size(), to);
}

class ParseLine : public testing::TestWithParam<Case> {};

TEST_P(ParseLine, SaysWhatIsWrongAndWhere) {
  const auto entry = parse_line(GetParam().line);
  ASSERT_FALSE(entry);
  EXPECT_NE(entry.error().find(GetParam().error), std::string::npos) << entry.error();
  EXPECT_EQ(entry.error().find('\n'), std::string::npos);
}

const Case cases[] = {
    {"Empty", "", "is no JSON"},
    {"Array", "[]", "is no JSON object"},
    {"EmptyObject", "{}", "\"v\" is missing"},
    {"TwoObjects", "{}{}", "is no JSON"},
    {"ZeroOctets", std::string(100, '\0'), "is no JSON"},
    {"Deep", std::string(1'000, '['), "is no JSON"},
    {"TooLong", std::string(line_octets_max + 1, ' '), "longer than 65536"},
    {"NoUtf8", "{\"v\":1,\"group\":\"\xff\"}", "is no JSON"},
    {"ANewerVersion", changed("\"v\":1", "\"v\":2"), "version 2 was written by another signpost"},
    {"ATextForANumber", changed("\"seq\":42", "\"seq\":\"42\""), "\"seq\" is no whole number"},
    {"ANegativeTime", changed("\"time_ms\":", "\"time_ms\":-"), "\"time_ms\" is no whole number"},
    {"AHugeTime", changed("\"time_ms\":", "\"time_ms\":99999"), "\"time_ms\" is no whole number"},
    {"ANumberForAText", changed("\"event\":\"decision\"", "\"event\":1"), "\"event\" is no string"},
    {"AnUnknownReason", changed("\"reason\":\"held\"", "\"reason\":\"hold\""),
     "step.after.decision.reason is \"hold\", which this signpost does not know"},
    {"AnUnknownClaim", changed("\"says\":\"active\"", "\"says\":\"maybe\""),
     "step.view.nodes[0].says is \"maybe\""},
    {"AFlagThatIsNone", changed("\"doubted\":true", "\"doubted\":1"),
     "step.after.doubted is neither true nor false"},
    {"AFraction", changed("\"now_ns\":7", "\"now_ns\":7.5"), "step.now_ns is no whole number"},
    {"AnInstantAtTheEndOfTime", changed("\"now_ns\":7", "\"now_ns\":9223372036854775807"),
     "step.now_ns is no whole number"},
    {"NodesThatAreNone", changed("\"nodes\":[{", "\"nodes\":[1,{"),
     "step.view.nodes[0] is no object"},
    {"AStepWithoutItsPolicy", changed("\"policy\":", "\"politics\":"), "without its policy"},
    {"AStepThatIsNone",
     R"({"v":1,"seq":1,"time_ms":1,"mono_ns":1,"event":"","group":"",)"
     R"("actor":"","detail":"","step":[]})",
     "\"step\" is no object"},
};
INSTANTIATE_TEST_SUITE_P(Row, ParseLine, testing::ValuesIn(cases),
                         [](const auto& row) { return row.param.name; });

TEST(ParseLine, IgnoresWhatLaterVersionsAdd) {
  EXPECT_TRUE(parse_line(changed("\"seq\":42", "\"seq\":42,\"new\":{\"x\":[1]}")));
}

// A line cut anywhere is never taken for another one.
TEST(ParseLine, RefusesEveryBeginningOfALine) {
  const std::string line = without_newline(to_line(test::full_entry()));
  for (std::size_t n = 0; n < line.size(); ++n)
    ASSERT_FALSE(parse_line(std::string_view(line).substr(0, n))) << n;
}

}  // namespace
}  // namespace signpost::history
