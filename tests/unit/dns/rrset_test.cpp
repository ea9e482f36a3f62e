#include "dns/rrset.hpp"

#include <gtest/gtest.h>

#include "tests/support/dns_query.hpp"
#include "tests/support/dns_zone.hpp"

namespace signpost::test {
namespace {

using dns::RRType;

TEST(RRType, HasAMnemonicOrANumber) {
  EXPECT_EQ(dns::to_text(RRType::a), "A");
  EXPECT_EQ(dns::to_text(RRType::aaaa), "AAAA");
  EXPECT_EQ(dns::to_text(RRType::soa), "SOA");
  EXPECT_EQ(dns::to_text(static_cast<RRType>(65280)), "TYPE65280");
}

TEST(AddressRdata, ReadsBothFamilies) {
  const auto v4 = dns::address_rdata("192.0.2.1");
  ASSERT_TRUE(v4);
  EXPECT_EQ(v4->type, RRType::a);
  EXPECT_EQ(v4->rdata, hex("c0000201"));
  const auto v6 = dns::address_rdata("2001:db8::1");
  ASSERT_TRUE(v6);
  EXPECT_EQ(v6->type, RRType::aaaa);
  EXPECT_EQ(v6->rdata, hex("20010db8 00000000 00000000 00000001"));
}

TEST(AddressRdata, IsNothingForAllElse) {
  for (const std::string_view text :
       {"", "localhost", "192.0.2", "192.0.2.256", "192.0.2.1:53", "192.0.2.1 ", "0x7f.1",
        "192.0.2.01", "::1%lo", "[::1]", "1:2:3:4:5:6:7:8:9", "192.0.2.1/24"}) {
    EXPECT_FALSE(dns::address_rdata(text)) << text;
  }
  EXPECT_FALSE(dns::address_rdata(std::string_view("192.0.2.1\0x", 11)));
}

TEST(Rdata, HoldsNamesInFull) {
  EXPECT_EQ(dns::name_rdata(name("N1.ha.test.")), wire_name("N1.ha.test."));
  Octets srv = hex("0001 0002 1628");
  const auto target = wire_name("n1.ha.test.");
  srv.insert(srv.end(), target.begin(), target.end());
  EXPECT_EQ(dns::srv_rdata(1, 2, 5672, name("n1.ha.test.")), srv);
}

TEST(TxtRdata, IsCutIntoStringsOf255Octets) {
  EXPECT_EQ(dns::txt_rdata(""), hex("00"));
  EXPECT_EQ(dns::txt_rdata("ab"), hex("02 6162"));
  EXPECT_EQ(dns::txt_rdata(std::string(255, 'a')).size(), 256U);
  const auto two = dns::txt_rdata(std::string(256, 'a'));
  EXPECT_EQ(two.size(), 258U);
  EXPECT_EQ(two[0], 255);
  EXPECT_EQ(two[256], 1);
  EXPECT_EQ(dns::txt_rdata(std::string(510, 'a')).size(), 512U);
}

struct Row {
  const char* name;
  RRType type;
  dns::Rdata rdata;
  const char* text;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

class RdataText : public testing::TestWithParam<Row> {};

TEST_P(RdataText, IsPresentationFormat) {
  EXPECT_EQ(dns::rdata_text(GetParam().type, GetParam().rdata), GetParam().text);
}

const Row rows[] = {
    {"A", RRType::a, hex("c0000201"), "192.0.2.1"},
    {"AOfWrongSize", RRType::a, hex("c00002"), "\\# 3 c00002"},
    {"Aaaa", RRType::aaaa, hex("20010db8 00000000 00000000 00000001"), "2001:db8::1"},
    {"Ns", RRType::ns, wire_name("Ns1.ha.test."), "Ns1.ha.test."},
    {"Cname", RRType::cname, wire_name("n1.example."), "n1.example."},
    {"CnameCutOff", RRType::cname, hex("02 68"), "\\# 2 0268"},
    {"Srv", RRType::srv, dns::srv_rdata(1, 2, 5672, name("n1.example.")), "1 2 5672 n1.example."},
    {"SrvOfTheRoot", RRType::srv, dns::srv_rdata(0, 0, 0, dns::Name()), "0 0 0 ."},
    {"SrvCutOff", RRType::srv, hex("0000 0000 1628"), "\\# 6 000000001628"},
    {"Txt", RRType::txt, dns::txt_rdata("v=1 e=3"), "\"v=1 e=3\""},
    {"TxtOfTwoStrings", RRType::txt, hex("01 61 01 62"), "\"a\" \"b\""},
    {"TxtEmpty", RRType::txt, hex("00"), "\"\""},
    {"TxtEscaped", RRType::txt, dns::txt_rdata("a\"b\\c\n\xff"), "\"a\\\"b\\\\c\\010\\255\""},
    {"TxtPastTheEnd", RRType::txt, hex("05 61"), "\\# 2 0561"},
    {"Unknown", static_cast<RRType>(65280), hex("0102"), "\\# 2 0102"},
    {"UnknownEmpty", static_cast<RRType>(65280), {}, "\\# 0"},
};

INSTANTIATE_TEST_SUITE_P(All, RdataText, testing::ValuesIn(rows),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace signpost::test
