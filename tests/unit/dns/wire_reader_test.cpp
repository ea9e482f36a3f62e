#include "dns/wire_reader.hpp"

#include <gtest/gtest.h>

#include "tests/support/dns_query.hpp"

namespace signpost::test {
namespace {

using dns::NameBuffer;
using dns::WireReader;

Octets octets_of(const NameBuffer& name) { return {name.wire().begin(), name.wire().end()}; }

// A message of which only the part behind the header matters.
Octets message(std::string_view digits) {
  Octets octets(12);
  const Octets rest = hex(digits);
  octets.insert(octets.end(), rest.begin(), rest.end());
  return octets;
}

TEST(WireReader, ReadsNumbersInNetworkOrder) {
  const Octets octets = hex("01 0203 04050607");
  WireReader reader(octets);
  EXPECT_EQ(reader.u8(), 0x01);
  EXPECT_EQ(reader.u16(), 0x0203);
  EXPECT_EQ(reader.u32(), 0x04050607U);
  EXPECT_TRUE(reader.ok());
  EXPECT_EQ(reader.left(), 0U);
}

TEST(WireReader, StaysFailedAfterTheFirstFailure) {
  const Octets octets = hex("01 02");
  WireReader reader(octets);
  EXPECT_EQ(reader.u32() & 0xFFFFU, 0U);
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.u8(), 0);
  EXPECT_TRUE(reader.octets(0).empty());
  EXPECT_EQ(reader.left(), 0U);
  EXPECT_FALSE(WireReader(octets, 3).ok());
}

TEST(WireReader, LowersTheCaseOfAPlainName) {
  const Octets octets = hex("03 41624D 02 5A5B 00 ff");
  WireReader reader(octets);
  NameBuffer name;
  reader.plain_name(name);
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ(octets_of(name), hex("03 61626d 02 7a5b 00"));
  EXPECT_EQ(reader.left(), 1U);
}

TEST(WireReader, RefusesAPlainNameThatIsNone) {
  for (const char* digits :
       {"", "01", "01 61", "02 61 00", "c000", "01 61 c000", "40 00", "80 00"}) {
    const Octets octets = hex(digits);
    WireReader reader(octets);
    NameBuffer name;
    reader.plain_name(name);
    EXPECT_FALSE(reader.ok()) << digits;
  }
}

TEST(WireReader, ReadsANameOf255OctetsAndNoLongerOne) {
  Octets octets;
  for (int i = 0; i < 127; ++i) octets.insert(octets.end(), {1, 'a'});
  octets.push_back(0);
  NameBuffer name;
  WireReader reader(octets);
  reader.plain_name(name);
  EXPECT_TRUE(reader.ok());
  EXPECT_EQ(name.size, 255U);
  octets[252] = 2;
  octets.insert(octets.begin() + 253, 'b');
  WireReader longer(octets);
  longer.plain_name(name);
  EXPECT_FALSE(longer.ok());
  WireReader skipped(octets);
  skipped.skip_name();
  EXPECT_FALSE(skipped.ok());
}

struct Row {
  const char* name;
  const char* digits;    // behind the header
  std::size_t at;        // where the name begins
  const char* expanded;  // nullptr = refused
  std::size_t end;       // where reading goes on
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

class OwnerName : public testing::TestWithParam<Row> {};

TEST_P(OwnerName, IsExpandedOrRefused) {
  const Row& row = GetParam();
  const Octets octets = message(row.digits);
  WireReader reader(octets, row.at);
  NameBuffer name;
  reader.expand_name(name);
  ASSERT_EQ(reader.ok(), row.expanded != nullptr);
  if (row.expanded == nullptr) return;
  EXPECT_EQ(octets_of(name), hex(row.expanded));
  EXPECT_EQ(reader.at(), row.end);
  WireReader skipping(octets, row.at);
  skipping.skip_name();
  EXPECT_EQ(skipping.at(), row.end);
}

const Row rows[] = {
    {"Plain", "01 61 00", 12, "01 61 00", 15},
    {"Root", "00", 12, "00", 13},
    {"Pointer", "01 61 00 c00c", 15, "01 61 00", 17},
    {"LabelAndPointer", "01 61 00 01 62 c00c", 15, "01 62 01 61 00", 19},
    {"PointerToAPointer", "01 61 00 c00c c00f", 17, "01 61 00", 19},
    {"PointerIntoTheMiddleOfAName", "01 61 01 62 00 c00e", 17, "01 62 00", 19},
    {"PointerToItself", "01 61 00 c00f", 15, nullptr, 0},
    {"PointerToItsOwnLabel", "01 61 00 01 62 c00f", 15, nullptr, 0},
    {"PointerForward", "c00e 00", 12, nullptr, 0},
    {"PointerPastTheEnd", "ffff", 12, nullptr, 0},
    {"PointerIntoTheHeader", "01 61 00 c000", 15, nullptr, 0},
    {"PointerCutOff", "01 61 00 c0", 15, nullptr, 0},
    {"LabelCutOff", "05 61", 12, nullptr, 0},
    {"LabelTypes", "41 61 00", 12, nullptr, 0},
};

INSTANTIATE_TEST_SUITE_P(All, OwnerName, testing::ValuesIn(rows),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(WireReader, FollowsEightPointersAndNoMore) {
  Octets octets = message("00");
  for (std::size_t target = 12; octets.size() < 13 + 9 * 2; target = octets.size() - 2) {
    octets.insert(octets.end(), {0xC0, static_cast<std::uint8_t>(target)});
  }
  NameBuffer name;
  WireReader eighth(octets, 13 + 7 * 2);
  eighth.expand_name(name);
  EXPECT_TRUE(eighth.ok());
  WireReader ninth(octets, 13 + 8 * 2);
  ninth.expand_name(name);
  EXPECT_FALSE(ninth.ok());
}

TEST(WireReader, RefusesANameThatPointersMakeTooLong) {
  Octets octets(12);
  for (int i = 0; i < 127; ++i) octets.insert(octets.end(), {1, 'a'});
  octets.push_back(0);
  const std::size_t at = octets.size();
  octets.insert(octets.end(), {1, 'b', 0xC0, 12});
  NameBuffer name;
  WireReader reader(octets, at);
  reader.expand_name(name);
  EXPECT_FALSE(reader.ok());
}

}  // namespace
}  // namespace signpost::test
