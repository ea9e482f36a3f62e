#include "probe/http_date.hpp"

#include <gtest/gtest.h>

#include "tests/support/named_case.hpp"

namespace signpost::probe {
namespace {

struct Date : test::NamedCase {
  const char* text;
  std::optional<std::int64_t> seconds;  // since 1970; absent = refused
};

class HttpDate : public testing::TestWithParam<Date> {};

TEST_P(HttpDate, IsReadStrictly) {
  std::optional<WallTime> expected;
  if (GetParam().seconds) expected = WallTime(std::chrono::seconds(*GetParam().seconds));
  EXPECT_EQ(parse_http_date(GetParam().text), expected);
}

INSTANTIATE_TEST_SUITE_P(
    Rfc9110, HttpDate,
    testing::Values(Date{"ItsExample", "Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
                    Date{"Epoch", "Thu, 01 Jan 1970 00:00:00 GMT", 0},
                    Date{"LeapDay", "Thu, 29 Feb 2024 23:59:59 GMT", 1709251199},
                    Date{"LastYear", "Tue, 31 Dec 2199 23:59:59 GMT", 7258118399},
                    Date{"Empty", "", {}},
                    Date{"ObsoleteRfc850", "Sunday, 06-Nov-94 08:49:37 GMT", {}},
                    Date{"ObsoleteAsctime", "Sun Nov  6 08:49:37 1994", {}},
                    Date{"OtherZone", "Sun, 06 Nov 1994 08:49:37 UTC", {}},
                    Date{"LowerCase", "sun, 06 nov 1994 08:49:37 gmt", {}},
                    Date{"WrongWeekday", "Mon, 06 Nov 1994 08:49:37 GMT", {}},
                    Date{"NoSuchDay", "Wed, 31 Feb 2024 00:00:00 GMT", {}},
                    Date{"NoSuchMonth", "Sun, 06 Nox 1994 08:49:37 GMT", {}},
                    Date{"HourTooLarge", "Sun, 06 Nov 1994 24:00:00 GMT", {}},
                    Date{"LeapSecond", "Sat, 31 Dec 2016 23:59:60 GMT", {}},
                    Date{"SignInAField", "Sun, +6 Nov 1994 08:49:37 GMT", {}},
                    Date{"BlankInAField", "Sun,  6 Nov 1994 08:49:37 GMT", {}},
                    Date{"BeforeTheEpoch", "Wed, 31 Dec 1969 23:59:59 GMT", {}},
                    Date{"FarFuture", "Fri, 31 Dec 9999 23:59:59 GMT", {}},
                    Date{"MoreBehind", "Sun, 06 Nov 1994 08:49:37 GMT ", {}}),
    test::case_name);

}  // namespace
}  // namespace signpost::probe
