#include "probe/quote.hpp"

#include <gtest/gtest.h>

#include "tests/support/named_case.hpp"

namespace signpost::probe {
namespace {

struct Case : test::NamedCase {
  std::string foreign;
  std::string quoted_text;
};

class Quote : public testing::TestWithParam<Case> {};

TEST_P(Quote, MakesOneHarmlessLine) {
  EXPECT_EQ(quote(GetParam().foreign), GetParam().quoted_text);
}

INSTANTIATE_TEST_SUITE_P(
    Octets, Quote,
    testing::Values(Case{"Nothing", "", R"("")"},                                       //
                    Case{"Words", "two words", R"("two words")"},                       //
                    Case{"LineEnds", "a\r\nlevel=error", R"("a\x0d\x0alevel=error")"},  //
                    Case{"QuoteAndBackslash", "a\"b\\", R"("a\x22b\x5c")"},             //
                    Case{"Escape", "\x1b[31m", R"("\x1b[31m")"},                        //
                    Case{"NulAndHighOctets", std::string("\0\xff\x7f", 3), R"("\x00\xff\x7f")"},
                    Case{"Utf8", "\u00e9", R"("\xc3\xa9")"},  //
                    Case{"TwoHundredOctets", std::string(200, 'a'),
                         '"' + std::string(200, 'a') + '"'},
                    Case{"OneMore", std::string(201, 'a'), '"' + std::string(200, 'a') + "\"..."}),
    test::case_name);

}  // namespace
}  // namespace signpost::probe
