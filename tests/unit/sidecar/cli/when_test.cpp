#include "sidecar/cli/when.hpp"

#include <gtest/gtest.h>

namespace signpost::cli {
namespace {

using namespace std::chrono_literals;

// 2026-11-22T03:10:00Z
const runtime::WallTime now{1'795'317'000'000ms};

TEST(ParseWhen, UnderstandsMomentsDaysAndSpans) {
  struct Case {
    const char* text;
    runtime::WallTime time;
  };
  const Case cases[] = {
      {"2026-11-22T03:10:00Z", now},
      {"2026-11-22t03:10:00z", now},
      {"2026-11-22 03:10Z", now},
      {"2026-11-22T03:10:00.250Z", now + 250ms},
      {"2026-11-22T03:10:00.2504999Z", now + 250ms},
      {"2026-11-22T04:10:00+01:00", now},
      {"2026-11-21T21:40:00-05:30", now},
      {"03:10", now},
      {"03:10Z", now},
      {"02:59:53", now - 10min - 7s},
      {"02:59:53.5", now - 10min - 6'500ms},
      {"23:59", now + 20h + 49min},
      {"-10m", now - 10min},
      {"-0s", now},
      {"-2d", now - 48h},
  };
  for (const Case& c : cases) {
    const auto when = parse_when(c.text, now);
    ASSERT_TRUE(when) << c.text;
    EXPECT_EQ(when->time_since_epoch().count(), c.time.time_since_epoch().count()) << c.text;
  }
}

TEST(ParseWhen, RefusesEverythingElseAndSaysWhatItTakes) {
  for (const char* text : {"",
                           "now",
                           "10m",
                           "-10",
                           "-",
                           "3:10",
                           "24:00",
                           "03:60",
                           "03:10:61",
                           "03:10:",
                           "03:10:00.",
                           "2026-11-22",
                           "2026-11-22T03:10:00",
                           "2026-02-30T03:10:00Z",
                           "2026-13-01T03:10:00Z",
                           "2026-11-22T03:10:00+0100",
                           "2026-11-22T03:10:00+24:00",
                           "2026-11-22T03:10:00Zx",
                           "2026-11-22T03:10:00.Z",
                           "\x1b[2J"}) {
    const auto when = parse_when(text, now);
    ASSERT_FALSE(when) << text;
    EXPECT_NE(when.error().find("\"-10m\""), std::string::npos);
    EXPECT_EQ(when.error().find('\x1b'), std::string::npos);
  }
}

}  // namespace
}  // namespace signpost::cli
