#include "dns/name.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "dns/error.hpp"
#include "tests/support/dns_query.hpp"
#include "tests/support/dns_zone.hpp"

namespace signpost::test {
namespace {

using dns::errc;
using dns::Name;

struct Spelling {
  const char* name;
  std::string text;
  std::string canonical;
};

void PrintTo(const Spelling& row, std::ostream* out) { *out << row.name; }

class NameText : public testing::TestWithParam<Spelling> {};

TEST_P(NameText, IsReadAndWritten) {
  const auto parsed = Name::parse(GetParam().text);
  ASSERT_TRUE(parsed) << parsed.error().message();
  EXPECT_EQ(parsed->to_text(), GetParam().canonical);
  EXPECT_EQ(Octets(parsed->wire().begin(), parsed->wire().end()), wire_name(GetParam().canonical))
      << "ldns reads it differently";
}

const Spelling spellings[] = {
    {"Plain", "ha.test.", "ha.test."},
    {"WithoutTheFinalDot", "ha.test", "ha.test."},
    {"TheRoot", ".", "."},
    {"KeepsItsCase", "Active.HA.test.", "Active.HA.test."},
    {"Underscores", "_amqp._tcp.ha.test.", "_amqp._tcp.ha.test."},
    {"AStar", "*.ha.test.", "*.ha.test."},
    {"AnEscapedDot", "a\\.b.test.", "a\\.b.test."},
    {"AnEscapedDotAtTheEnd", "a\\.", "a\\.."},
    {"ABackslash", "a\\\\b.test.", "a\\\\b.test."},
    {"ANumber", "a\\046b.test.", "a\\.b.test."},
    {"ABlankByNumber", "a\\032b.test.", "a\\032b.test."},
    {"Octet0", "\\000.test.", "\\000.test."},
    {"Octet255", "\\255.test.", "\\255.test."},
    {"NeedlessEscape", "\\a.test.", "a.test."},
    {"ALabelOf63Octets", std::string(63, 'l') + ".test.", std::string(63, 'l') + ".test."},
};

INSTANTIATE_TEST_SUITE_P(All, NameText, testing::ValuesIn(spellings),
                         [](const auto& row) { return std::string(row.param.name); });

struct Refusal {
  const char* name;
  std::string text;
  errc error;
};

void PrintTo(const Refusal& row, std::ostream* out) { *out << row.name; }

class NameError : public testing::TestWithParam<Refusal> {};

TEST_P(NameError, IsTold) {
  const auto parsed = Name::parse(GetParam().text);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error(), GetParam().error) << parsed.error().message();
}

const std::string labels_of_253_octets = std::string(63, 'x') + "." + std::string(63, 'y') + "." +
                                         std::string(63, 'z') + "." + std::string(61, 'w');

const Refusal refusals[] = {
    {"Nothing", "", errc::empty_label},
    {"TwoDots", "a..test.", errc::empty_label},
    {"ADotAtTheStart", ".test.", errc::empty_label},
    {"TwoDotsAtTheEnd", "test..", errc::empty_label},
    {"OnlyDots", "..", errc::empty_label},
    {"ALabelOf64Octets", std::string(64, 'l') + ".test.", errc::label_too_long},
    {"ANameOf256Octets", labels_of_253_octets + "w.", errc::name_too_long},
    {"ANameOf257OctetsInManyLabels", labels_of_253_octets + ".v.", errc::name_too_long},
    {"ABackslashAtTheEnd", "test\\", errc::bad_escape},
    {"ANumberAbove255", "\\256.test.", errc::bad_escape},
    {"ANumberOfTwoDigits", "\\25.test.", errc::bad_escape},
    {"ANumberCutOff", "test\\25", errc::bad_escape},
    {"ABlank", "a b.test.", errc::bad_character},
    {"ABlankAtTheEnd", "a.test. ", errc::bad_character},
    {"ALineBreak", "a.test.\n", errc::bad_character},
    {"AnEscapedLineBreak", "a\\\n.test.", errc::bad_character},
    {"ALetterOutsideAscii", "br\u00f6ker.test.", errc::bad_character},
    {"ANulOctet", std::string("a\0b.test.", 9), errc::bad_character},
};

INSTANTIATE_TEST_SUITE_P(All, NameError, testing::ValuesIn(refusals),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(Name, HasRoomFor255Octets) {
  const auto longest = Name::parse(labels_of_253_octets);
  ASSERT_TRUE(longest);
  EXPECT_EQ(longest->wire().size(), 255U);
}

TEST(Name, IsTheRootByDefault) {
  EXPECT_TRUE(Name().is_root());
  EXPECT_EQ(Name().to_text(), ".");
  EXPECT_EQ(Name().label_count(), 0U);
  EXPECT_EQ(Name().parent(), Name());
  EXPECT_FALSE(name("test.").is_root());
}

TEST(Name, TakesALabelInFront) {
  const Name apex = name("ha.test.");
  EXPECT_EQ(apex.prefixed("active")->to_text(), "active.ha.test.");
  EXPECT_EQ(apex.prefixed("a\\.b")->to_text(), "a\\.b.ha.test.");
  EXPECT_EQ(Name().prefixed("test")->to_text(), "test.");
}

TEST(Name, RefusesALabelInFrontThatIsNone) {
  const Name apex = name("ha.test.");
  EXPECT_EQ(apex.prefixed("").error(), errc::empty_label);
  EXPECT_EQ(apex.prefixed("a.b").error(), errc::bad_character);
  EXPECT_EQ(apex.prefixed(".").error(), errc::empty_label);
  EXPECT_EQ(apex.prefixed(std::string(64, 'l')).error(), errc::label_too_long);
  EXPECT_EQ(name(labels_of_253_octets).prefixed("a").error(), errc::name_too_long);
}

TEST(Name, IsComparedWithoutCase) {
  EXPECT_EQ(name("Active.HA.test."), name("aCTIVE.ha.TEST."));
  EXPECT_NE(name("a.test."), name("b.test."));
  EXPECT_NE(name("a.test."), name("a.test.a."));
  EXPECT_EQ(name("A.Test.").key(), wire_name("a.test."));
  // Only A to Z: [ and { differ by the same bit.
  EXPECT_NE(name("[.test."), name("{.test."));
  EXPECT_NE(name("\\193.test."), name("\\225.test."));
}

TEST(Name, IsBelowAnotherOnLabelBoundariesOnly) {
  const Name apex = name("ha.test.");
  EXPECT_TRUE(apex.is_at_or_below(apex));
  EXPECT_TRUE(name("a.b.HA.TEST.").is_at_or_below(apex));
  EXPECT_TRUE(apex.is_at_or_below(Name()));
  EXPECT_FALSE(name("xha.test.").is_at_or_below(apex));
  EXPECT_FALSE(name("test.").is_at_or_below(apex));
  EXPECT_FALSE(Name().is_at_or_below(apex));
  EXPECT_FALSE(name("x\\002ha\\004test.").is_at_or_below(apex));
}

TEST(Name, LosesItsFirstLabel) {
  EXPECT_EQ(name("a.b.test.").parent().to_text(), "b.test.");
  EXPECT_EQ(name("test.").parent(), Name());
  EXPECT_EQ(name("a.b.test.").label_count(), 3U);
}

// The example of RFC 4034 section 6.1.
TEST(Name, HasTheCanonicalOrder) {
  const std::vector<Name> expected = {
      name("example."),         name("a.example."),      name("yljkjljk.a.example."),
      name("Z.a.example."),     name("zABC.a.EXAMPLE."), name("z.example."),
      name("\\001.z.example."), name("*.z.example."),    name("\\200.z.example.")};
  const std::set<Name> sorted(expected.rbegin(), expected.rend());
  EXPECT_EQ(std::vector<Name>(sorted.begin(), sorted.end()), expected);
  EXPECT_EQ(name("A.test.") <=> name("a.test."), std::strong_ordering::equal);
}

TEST(Name, IsReadFromUncompressedWireForm) {
  EXPECT_EQ(Name::from_wire(hex("02 6861 04 74657374 00 ffff")), name("ha.test."));
  EXPECT_EQ(Name::from_wire(hex("00")), Name());
  EXPECT_FALSE(Name::from_wire({}));
  EXPECT_FALSE(Name::from_wire(hex("02 6861")));
  EXPECT_FALSE(Name::from_wire(hex("02 68")));
  EXPECT_FALSE(Name::from_wire(hex("c00c")));
  EXPECT_FALSE(Name::from_wire(hex("40 00")));
  EXPECT_FALSE(Name::from_wire(Octets(300, 1)));
}

}  // namespace
}  // namespace signpost::test
