#include "sidecar/config/duration.hpp"

#include <gtest/gtest.h>

namespace signpost::config {
namespace {

using std::chrono::milliseconds;

TEST(ParseDuration, UnderstandsANumberAndAUnit) {
  struct Case {
    const char* text;
    std::int64_t milliseconds;
  };
  const Case cases[] = {{"500ms", 500},     {"5s", 5'000},      {"2m", 120'000},
                        {"8h", 28'800'000}, {"1d", 86'400'000}, {"1w", 604'800'000},
                        {"0s", 0},          {"007s", 7'000},    {"3650d", 315'360'000'000}};
  for (const Case& c : cases) {
    const auto duration = parse_duration(c.text);
    ASSERT_TRUE(duration) << c.text;
    EXPECT_EQ(duration->count(), c.milliseconds) << c.text;
  }
}

TEST(ParseDuration, SaysWhatToWriteInstead) {
  struct Case {
    const char* text;
    const char* hint;
  };
  const char* const format =
      "write a whole number and ms, s, m, h, d or w: \"500ms\", \"5s\", \"2m\"";
  const Case cases[] = {
      {"500", "write \"500ms\" or \"500s\""},
      {"5sec", "write \"5s\""},
      {"5 s", "write \"5s\""},
      {"5S", "write \"5s\""},
      {"5MS", "write \"5ms\""},
      {"5 minutes", "write \"5m\""},
      {"0.5s", "write it without a fraction in a smaller unit: \"500ms\" is half a second"},
      {"", format},
      {"s", format},
      {"-5s", format},
      {"+5s", format},
      {" 5s", format},
      {"1m30s", format},
      {"5us", format},
      {"5s\n", format},
      {"3651d", "write a shorter one"},
      {"99999999999999999999ms", "write a shorter one"},
      {"18446744073709551615w", "write a shorter one"},
  };
  for (const Case& c : cases) {
    const auto duration = parse_duration(c.text);
    ASSERT_FALSE(duration) << c.text;
    EXPECT_EQ(duration.error().hint, c.hint) << c.text;
  }
}

TEST(DurationText, TakesTheLargestUnitWithoutAFraction) {
  struct Case {
    std::int64_t milliseconds;
    const char* text;
  };
  const Case cases[] = {{0, "0s"},          {400, "400ms"},     {1'500, "1500ms"},
                        {90'000, "90s"},    {120'000, "2m"},    {3'600'000, "1h"},
                        {86'400'000, "1d"}, {604'800'000, "7d"}};
  for (const Case& c : cases) {
    EXPECT_EQ(duration_text(milliseconds(c.milliseconds)), c.text);
    EXPECT_EQ(*parse_duration(c.text), milliseconds(c.milliseconds));
  }
}

}  // namespace
}  // namespace signpost::config
