#include "dns/name_index.hpp"

#include <gtest/gtest.h>

#include "tests/support/dns_query.hpp"

namespace signpost::test {
namespace {

using dns::NameIndex;

TEST(NameIndex, FindsNothingWhenEmpty) {
  NameIndex index;
  index.build({});
  EXPECT_EQ(index.find(wire_name("ha.test.")), NameIndex::none);
}

TEST(NameIndex, FindsEachOfFiveThousandNamesAndNoOther) {
  std::vector<Octets> names;
  for (int i = 0; i < 5000; ++i) names.push_back(wire_name("g" + std::to_string(i) + ".ha.test."));
  NameIndex index;
  index.build({names.begin(), names.end()});
  for (std::uint32_t i = 0; i < names.size(); ++i) ASSERT_EQ(index.find(names[i]), i);
  for (int i = 5000; i < 10000; ++i) {
    ASSERT_EQ(index.find(wire_name("g" + std::to_string(i) + ".ha.test.")), NameIndex::none);
  }
}

TEST(NameIndex, TellsNamesApartThatShareABeginning) {
  const std::vector<Octets> names = {
      wire_name("."),         wire_name("a."),     wire_name("a.a."),       wire_name("abcdefg."),
      wire_name("abcdefgh."), wire_name("\\000."), wire_name("\\000\\000.")};
  NameIndex index;
  index.build({names.begin(), names.end()});
  for (std::uint32_t i = 0; i < names.size(); ++i) EXPECT_EQ(index.find(names[i]), i);
}

}  // namespace
}  // namespace signpost::test
