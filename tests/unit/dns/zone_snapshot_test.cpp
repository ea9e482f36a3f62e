#include "dns/zone_snapshot.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "dns/error.hpp"
#include "tests/support/dns_query.hpp"
#include "tests/support/dns_zone.hpp"

namespace signpost::test {
namespace {

using dns::errc;
using dns::RRType;
using dns::ZoneSnapshot;

dns::RRset large_txt(std::size_t strings) {
  dns::RRset set{name("big.ha.test."), RRType::txt, 5, {}};
  set.rdata.assign(strings, dns::txt_rdata(std::string(255, 't')));
  return set;
}

struct Row {
  const char* name;
  std::function<void(ZoneSnapshot&)> change;
  boost::system::error_code error;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

std::function<void(ZoneSnapshot&)> with(const std::string& text) {
  return [text](ZoneSnapshot& zone) { zone.rrsets.push_back(rrset(text)); };
}

std::function<void(ZoneSnapshot&)> with_rdata(RRType type, const dns::Rdata& rdata) {
  return [=](ZoneSnapshot& zone) { zone.rrsets.push_back({name("x.ha.test."), type, 5, {rdata}}); };
}

class ZoneCheck : public testing::TestWithParam<Row> {};

TEST_P(ZoneCheck, FindsWhatIsWrong) {
  auto zone = small_zone();
  GetParam().change(zone);
  const auto error = check(zone);
  EXPECT_EQ(error, GetParam().error) << error.message();
}

const Row rows[] = {
    {"Nothing", [](ZoneSnapshot&) {}, {}},
    {"NothingWithNamesNotReady",
     [](ZoneSnapshot& zone) {
       zone.not_ready = {{name("later.ha.test."), ""}};
     },
     {}},
    {"AnotherTypeAtTheSameOwner", with("ns1.ha.test. 5 AAAA 2001:db8::1"), {}},
    {"OwnerOutOfTheZone", with("a.example. 5 A 192.0.2.1"), errc::out_of_zone},
    {"OwnerThatOnlyEndsLikeTheZone", with("xha.test. 5 A 192.0.2.1"), errc::out_of_zone},
    {"NameNotReadyOutOfTheZone",
     [](ZoneSnapshot& zone) {
       zone.not_ready = {{name("example."), ""}};
     },
     errc::out_of_zone},
    {"CnameBesideAnAddress", with("ns1.ha.test. 5 CNAME a.example."), errc::cname_conflict},
    {"CnameBesideAnAddressInAnotherCase", with("NS1.HA.test. 5 CNAME a.example."),
     errc::cname_conflict},
    {"CnameAtTheApex", with("ha.test. 5 CNAME a.example."), errc::cname_conflict},
    {"TwoCnames", with("x.ha.test. 5 CNAME a.example. | b.example."), errc::cname_conflict},
    {"OwnerAndTypeTwice", with("NS1.ha.test. 5 A 192.0.2.2"), errc::duplicate_rrset},
    {"SoaAmongTheRRsets", with_rdata(RRType::soa, hex("00")), errc::bad_rdata},
    {"NoNsAtTheApex", [](ZoneSnapshot& zone) { zone.rrsets.erase(zone.rrsets.begin()); },
     errc::no_name_server},
    {"NsOnlyBelowTheApex",
     [](ZoneSnapshot& zone) { zone.rrsets[0].owner = name("below.ha.test."); },
     errc::no_name_server},
    {"RRsetWithoutRecords", [](ZoneSnapshot& zone) { zone.rrsets[1].rdata.clear(); },
     errc::empty_rrset},
    {"AOf3Octets", with_rdata(RRType::a, hex("c00002")), errc::bad_rdata},
    {"AaaaOf4Octets", with_rdata(RRType::aaaa, hex("c0000201")), errc::bad_rdata},
    {"CnameThatIsNoName", with_rdata(RRType::cname, hex("02 68")), errc::bad_rdata},
    {"CnameWithSurplus", with_rdata(RRType::cname, hex("00 00")), errc::bad_rdata},
    {"SrvWithoutTarget", with_rdata(RRType::srv, hex("0000 0000 1628")), errc::bad_rdata},
    {"TxtPastTheEnd", with_rdata(RRType::txt, hex("05 61")), errc::bad_rdata},
    {"TxtWithoutStrings", with_rdata(RRType::txt, {}), errc::bad_rdata},
    {"OpaqueRdata", with_rdata(static_cast<RRType>(65280), {}), {}},
    {"LargestRRset", [](ZoneSnapshot& zone) { zone.rrsets.push_back(large_txt(243)); }, {}},
    {"RRsetTooLarge", [](ZoneSnapshot& zone) { zone.rrsets.push_back(large_txt(244)); },
     errc::rdata_too_long},
    {"RdataTooLarge", with_rdata(static_cast<RRType>(65280), dns::Rdata(65530)),
     errc::rdata_too_long},
    {"RRsetTooLargeBehindAnAlias",
     [](ZoneSnapshot& zone) {
       zone.rrsets.push_back(large_txt(243));
       zone.rrsets.push_back(rrset("alias.ha.test. 5 CNAME big.ha.test."));
     },
     errc::rdata_too_long},
};

INSTANTIATE_TEST_SUITE_P(All, ZoneCheck, testing::ValuesIn(rows),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(NextSerial, OnlyGrows) {
  struct {
    std::uint32_t last, clock, next;
  } const cases[] = {
      {10, 5, 11},                                    // the clock is behind
      {10, 10, 11},                                   // not yet ahead
      {10, 11, 11},                                   // just there
      {10, 1000, 1000},                               // ahead: follow it
      {1'800'000'000, 1'790'000'000, 1'800'000'001},  // the clock was set back
      {0xFFFFFFFF, 0xFFFFFFF0, 0},                    // the circle closes
      {0xFFFFFFFF, 5, 5},                             // the clock has gone round too (in 2106)
      {0xFFFFFFF0, 3, 3},                             // 2^32 - 16 is before 3 on the circle
      {1, 0x80000001, 0x80000001},                    // 2^31 - 1 beyond the next: still ahead
      {1, 0x80000002, 2},                    // one more, and the order is not defined: not ahead
      {0, 0x80000100, 1},                    // 2038: a clock is no longer ahead of 0
      {0x80000100, 0x80000100, 0x80000101},  // but may start as the last itself
  };
  for (const auto& row : cases) {
    EXPECT_EQ(dns::next_serial(row.last, row.clock), row.next) << row.last << " at " << row.clock;
    const auto step = row.next - row.last;
    EXPECT_TRUE(step >= 1 && step <= 0x80000000U) << "not a step forward by RFC 1982";
  }
}

}  // namespace
}  // namespace signpost::test
