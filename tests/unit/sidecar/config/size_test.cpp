#include "sidecar/config/size.hpp"

#include <gtest/gtest.h>

namespace signpost::config {
namespace {

TEST(ParseSize, UnderstandsANumberAndAUnit) {
  struct Case {
    const char* text;
    std::uint64_t octets;
  };
  const Case cases[] = {{"64KiB", 65'536},
                        {"4MiB", 4'194'304},
                        {"1GiB", 1'073'741'824},
                        {"0KiB", 0},
                        {"1024GiB", std::uint64_t{1} << 40}};
  for (const Case& c : cases) {
    const auto size = parse_size(c.text);
    ASSERT_TRUE(size) << c.text;
    EXPECT_EQ(*size, c.octets) << c.text;
  }
}

TEST(ParseSize, SaysWhatToWriteInstead) {
  struct Case {
    const char* text;
    const char* hint;
  };
  const char* const format = "write a whole number and KiB, MiB or GiB: \"4MiB\"";
  const Case cases[] = {{"4MB", "write \"4MiB\""},
                        {"4M", "write \"4MiB\""},
                        {"4mib", "write \"4MiB\""},
                        {"512 kB", "write \"512KiB\""},
                        {"1g", "write \"1GiB\""},
                        {"4096", format},
                        {"", format},
                        {"MiB", format},
                        {"-4MiB", format},
                        {"4.5MiB", format},
                        {"4MiB\n", format},
                        {"4months", format},
                        {"1025GiB", "write a smaller one"},
                        {"99999999999999999999KiB", "write a smaller one"}};
  for (const Case& c : cases) {
    const auto size = parse_size(c.text);
    ASSERT_FALSE(size) << c.text;
    EXPECT_EQ(size.error().hint, c.hint) << c.text;
  }
}

TEST(SizeText, TakesTheLargestUnitWithoutAFraction) {
  EXPECT_EQ(size_text(4 << 20), "4MiB");
  EXPECT_EQ(size_text(1'536 << 10), "1536KiB");
  EXPECT_EQ(size_text(std::uint64_t{1} << 30), "1GiB");
  EXPECT_EQ(size_text(7), "7");
  EXPECT_EQ(size_text(0), "0");
}

}  // namespace
}  // namespace signpost::config
