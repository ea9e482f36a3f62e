#include "sidecar/control/control_answer.hpp"

#include <gtest/gtest.h>

#include "sidecar/control/control_text.hpp"

namespace signpost::control {
namespace {

TEST(ControlAnswer, ReadsWhatItWrote) {
  for (const Code code :
       {Code::ok, Code::bad_request, Code::not_permitted, Code::refused, Code::busy}) {
    const Answer answer{code, "line 1\nline \"2\" \xc3\xa4\x1b"};
    const std::string line = answer_line(answer);
    EXPECT_EQ(line.find_first_of("\n\x1b"), std::string::npos);
    const auto parsed = parse_answer(line);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(*parsed, answer);
  }
}

TEST(ControlAnswer, WritesOneKnownForm) {
  EXPECT_EQ(answer_line({Code::ok, "done"}), R"({"ok":true,"text":"done"})");
  EXPECT_EQ(answer_line({Code::refused, "no"}), R"({"ok":false,"code":"refused","text":"no"})");
}

TEST(ControlAnswer, CutsATextThatIsTooLong) {
  for (const char* character : {"a", "\xc3\xa4", "\x01", "\""}) {
    std::string text;
    while (text.size() < answer_octets_max) text += character;
    const std::string line = answer_line({Code::refused, text});
    EXPECT_LE(line.size(), answer_octets_max);
    const auto parsed = parse_answer(line);
    ASSERT_TRUE(parsed);
    EXPECT_GT(parsed->text.size(), answer_octets_max / 16);
    EXPECT_TRUE(parsed->text.ends_with("\n(the rest is cut)"));
  }
}

TEST(ControlAnswer, TakesACodeOfANewerDaemonForARefusal) {
  const auto parsed = parse_answer(R"({"ok":false,"code":"tired","text":"no","more":1})");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(*parsed, (Answer{Code::refused, "no"}));
}

TEST(ControlAnswer, RefusesWhatIsNone) {
  for (const char* line : {"", "[]", "{}", "HTTP/1.1 400 Bad Request", R"({"ok":1,"text":"a"})",
                           R"({"ok":true})", R"({"ok":true,"text":{}})"}) {
    EXPECT_FALSE(parse_answer(line)) << line;
  }
  EXPECT_FALSE(parse_answer(std::string(answer_octets_max + 1, ' ')));
}

TEST(SpanText, IsShort) {
  using namespace std::chrono_literals;
  EXPECT_EQ(span_text(0s), "0s");
  EXPECT_EQ(span_text(90s), "1m30s");
  EXPECT_EQ(span_text(8h), "8h");
  EXPECT_EQ(span_text(24h * 30), "30d");
  EXPECT_EQ(span_text(24h + 1h + 1min + 1s), "1d1h1m1s");
}

TEST(Cut, EndsWithAWholeCharacter) {
  EXPECT_EQ(cut("abc", 3), "abc");
  EXPECT_EQ(cut("abc", 2), "ab");
  EXPECT_EQ(cut("a\xc3\xa4", 2), "a");
  EXPECT_EQ(cut("\xc3\xa4", 1), "");
}

}  // namespace
}  // namespace signpost::control
