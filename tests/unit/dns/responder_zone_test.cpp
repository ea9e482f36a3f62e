// What the names of a zone answer: one row per behaviour, in one file because the zone is one.
#include "tests/unit/dns/responder_case.hpp"

namespace signpost::test {
namespace {

constexpr const char* soa =
    "ha.test. 5 IN SOA ns1.ha.test. hostmaster.ha.test. 7 3600 600 604800 5";

std::string nodata(const std::string& question) {
  return "NOERROR qr aa\nquestion " + question + "\nauthority " + soa + "\n";
}

std::string nxdomain(const std::string& question) {
  return "NXDOMAIN qr aa\nquestion " + question + "\nauthority " + soa + "\n";
}

const std::string longest_label(63, 'l');
// Three labels of 63 and one of 53 octets in front of the apex: 255 in wire form.
const std::string longest_name = std::string(63, 'x') + "." + std::string(63, 'y') + "." +
                                 std::string(63, 'z') + "." + std::string(53, 'w') + ".ha.test.";

const dns::AnswerTable& table() {
  static const auto compiled_table = [] {
    auto zone = small_zone();
    for (const std::string& text : {
             std::string("active.ha.test. 5 A 192.0.2.12"),
             std::string("active.ha.test. 5 AAAA 2001:db8::12"),
             std::string("active.ha.test. 5 TXT v=1"),
             std::string("active.ha.test. 5 TYPE65280 opaque"),
             std::string("_amqp._tcp.active.ha.test. 5 SRV 0 0 5672 active.ha.test. | 1 0 5672 "
                         "far.example."),
             std::string("_none._tcp.active.ha.test. 5 SRV 0 0 0 ."),
             std::string("a.empty.ha.test. 5 A 192.0.2.20"),
             std::string("alias.ha.test. 30 CNAME active.ha.test."),
             std::string("alias2.ha.test. 30 CNAME ALIAS.ha.test."),
             std::string("out.ha.test. 30 CNAME www.example."),
             std::string("lost.ha.test. 30 CNAME nothing.ha.test."),
             std::string("blank.ha.test. 30 CNAME empty.ha.test."),
             std::string("soon.ha.test. 30 CNAME later.ha.test."),
             std::string("loop.ha.test. 30 CNAME pool.ha.test."),
             std::string("pool.ha.test. 30 CNAME loop.ha.test."),
             std::string("*.ha.test. 5 TXT star"),
             std::string("\\000\\255.ha.test. 5 A 192.0.2.21"),
             std::string("a\\.b.ha.test. 5 A 192.0.2.22"),
             longest_label + ".ha.test. 5 A 192.0.2.23",
             longest_name + " 5 A 192.0.2.24",
             std::string("Mixed.HA.test. 5 SRV 0 0 5672 Target.HA.test."),
         }) {
      zone.rrsets.push_back(rrset(text));
    }
    zone.not_ready = {{name("later.ha.test."), "no evidence yet"},
                      {name("_amqp._tcp.later.ha.test."), ""}};
    zone.rrsets.push_back(rrset("later.ha.test. 5 TXT ignored"));
    return compiled(zone);
  }();
  return *compiled_table;
}

class ZoneAnswer : public testing::TestWithParam<Case> {};

TEST_P(ZoneAnswer, IsAsWritten) {
  EXPECT_EQ(reply_text(GetParam().query, table()), GetParam().reply);
}

const Case data[] = {
    {"AnAddress", DnsQuery("active.ha.test. A"),
     "NOERROR qr aa\nquestion active.ha.test. IN A\nanswer active.ha.test. 5 IN A 192.0.2.12\n"},
    {"AnIPv6Address", DnsQuery("active.ha.test. AAAA"),
     "NOERROR qr aa\nquestion active.ha.test. IN AAAA\n"
     "answer active.ha.test. 5 IN AAAA 2001:db8::12\n"},
    {"ATypeWithoutAMnemonic", DnsQuery("active.ha.test. TYPE65280"),
     "NOERROR qr aa\nquestion active.ha.test. IN TYPE65280\n"
     "answer active.ha.test. 5 IN TYPE65280 \\# 6 6f7061717565\n"},
    {"SrvWithAddressesOfTargetsInTheZone", DnsQuery("_amqp._tcp.active.ha.test. SRV"),
     "NOERROR qr aa\nquestion _amqp._tcp.active.ha.test. IN SRV\n"
     "answer _amqp._tcp.active.ha.test. 5 IN SRV 0 0 5672 active.ha.test.\n"
     "answer _amqp._tcp.active.ha.test. 5 IN SRV 1 0 5672 far.example.\n"
     "additional active.ha.test. 5 IN A 192.0.2.12\n"
     "additional active.ha.test. 5 IN AAAA 2001:db8::12\n"},
    {"SrvThatSaysThereIsNoService", DnsQuery("_none._tcp.active.ha.test. SRV"),
     "NOERROR qr aa\nquestion _none._tcp.active.ha.test. IN SRV\n"
     "answer _none._tcp.active.ha.test. 5 IN SRV 0 0 0 .\n"},
    {"SrvTargetsInTheirOwnCaseBecauseTheyAreNotCompressed", DnsQuery("mixed.ha.test. SRV"),
     "NOERROR qr aa\nquestion mixed.ha.test. IN SRV\n"
     "answer mixed.ha.test. 5 IN SRV 0 0 5672 Target.HA.test.\n"},
    {"SoaOfTheApex", DnsQuery("ha.test. SOA"),
     "NOERROR qr aa\nquestion ha.test. IN SOA\n"
     "answer ha.test. 60 IN SOA ns1.ha.test. hostmaster.ha.test. 7 3600 600 604800 5\n"},
    {"NsOfTheApexWithTheirAddresses", DnsQuery("ha.test. NS"),
     "NOERROR qr aa\nquestion ha.test. IN NS\nanswer ha.test. 3600 IN NS ns1.ha.test.\n"
     "additional ns1.ha.test. 3600 IN A 192.0.2.1\n"},
    {"AnyWithOneRRset", DnsQuery("active.ha.test. ANY"),
     "NOERROR qr aa\nquestion active.ha.test. IN ANY\nanswer active.ha.test. 5 IN A 192.0.2.12\n"},
    {"AnyAtTheApexWithOneRRset", DnsQuery("ha.test. ANY"),
     "NOERROR qr aa\nquestion ha.test. IN ANY\nanswer ha.test. 3600 IN NS ns1.ha.test.\n"
     "additional ns1.ha.test. 3600 IN A 192.0.2.1\n"},
    {"AnyAtAnEmptyNonTerminal", DnsQuery("empty.ha.test. ANY"), nodata("empty.ha.test. IN ANY")},
    {"TheQuestionInTheCaseItCame", DnsQuery("aCtIvE.Ha.TeSt. A"),
     "NOERROR qr aa\nquestion aCtIvE.Ha.TeSt. IN A\nanswer aCtIvE.Ha.TeSt. 5 IN A 192.0.2.12\n"},
    {"ALabelOf63Octets", DnsQuery(longest_label + ".ha.test. A"),
     "NOERROR qr aa\nquestion " + longest_label + ".ha.test. IN A\nanswer " + longest_label +
         ".ha.test. 5 IN A 192.0.2.23\n"},
    {"ANameOf255Octets", DnsQuery(longest_name + " A"),
     "NOERROR qr aa\nquestion " + longest_name + " IN A\nanswer " + longest_name +
         " 5 IN A 192.0.2.24\n"},
    {"NulAndEightBitOctetsInALabel", DnsQuery("\\000\\255.ha.test. A"),
     "NOERROR qr aa\nquestion \\000\\255.ha.test. IN A\nanswer \\000\\255.ha.test. 5 IN A "
     "192.0.2.21\n"},
    {"ADotInALabel", DnsQuery("a\\.b.ha.test. A"),
     "NOERROR qr aa\nquestion a\\.b.ha.test. IN A\nanswer a\\.b.ha.test. 5 IN A 192.0.2.22\n"},
    {"AStarAsAnOrdinaryName", DnsQuery("*.ha.test. TXT"),
     "NOERROR qr aa\nquestion *.ha.test. IN TXT\nanswer *.ha.test. 5 IN TXT \"star\"\n"},
};

const Case negative[] = {
    {"NodataForAnotherType", DnsQuery("active.ha.test. MX"), nodata("active.ha.test. IN MX")},
    {"NodataForAnUnknownType", DnsQuery("active.ha.test. TYPE1000"),
     nodata("active.ha.test. IN TYPE1000")},
    {"NodataForType65535", DnsQuery("active.ha.test. TYPE65535"),
     nodata("active.ha.test. IN TYPE65535")},
    {"NodataForType0", DnsQuery("active.ha.test. TYPE0"), nodata("active.ha.test. IN TYPE0")},
    {"NodataForTypeOpt", DnsQuery("active.ha.test. TYPE41"), nodata("active.ha.test. IN OPT")},
    {"NodataForRrsig", DnsQuery("active.ha.test. RRSIG"), nodata("active.ha.test. IN RRSIG")},
    {"NodataForNsec3", DnsQuery("active.ha.test. NSEC3"), nodata("active.ha.test. IN NSEC3")},
    {"NodataForDsAtTheApex", DnsQuery("ha.test. DS"), nodata("ha.test. IN DS")},
    {"NodataForDnskeyOfAnUnsignedZone", DnsQuery("ha.test. DNSKEY"), nodata("ha.test. IN DNSKEY")},
    {"NodataForAnEmptyNonTerminal", DnsQuery("empty.ha.test. A"), nodata("empty.ha.test. IN A")},
    {"NodataForAnEmptyNonTerminalAboveService", DnsQuery("_tcp.active.ha.test. SRV"),
     nodata("_tcp.active.ha.test. IN SRV")},
    {"NxdomainForAMissingName", DnsQuery("nothing.ha.test. A"), nxdomain("nothing.ha.test. IN A")},
    {"NxdomainBelowAMissingName", DnsQuery("a.b.nothing.ha.test. A"),
     nxdomain("a.b.nothing.ha.test. IN A")},
    {"NxdomainBelowAnExistingName", DnsQuery("below.active.ha.test. A"),
     nxdomain("below.active.ha.test. IN A")},
    {"NxdomainBesideAStarBecauseItIsNoWildcard", DnsQuery("beside.ha.test. TXT"),
     nxdomain("beside.ha.test. IN TXT")},
    {"NxdomainInTheCaseItCame", DnsQuery("NoThInG.hA.tEsT. A"),
     "NXDOMAIN qr aa\nquestion NoThInG.hA.tEsT. IN A\nauthority hA.tEsT. 5 IN SOA ns1.ha.test. "
     "hostmaster.ha.test. 7 3600 600 604800 5\n"},
    {"NxdomainForAnyOfAMissingName", DnsQuery("nothing.ha.test. ANY"),
     nxdomain("nothing.ha.test. IN ANY")},
};

const Case alias[] = {
    {"AnAddressBehindAnAlias", DnsQuery("alias.ha.test. A"),
     "NOERROR qr aa\nquestion alias.ha.test. IN A\nanswer alias.ha.test. 30 IN CNAME "
     "active.ha.test.\nanswer active.ha.test. 5 IN A 192.0.2.12\n"},
    {"AnAddressBehindTwoAliases", DnsQuery("alias2.ha.test. A"),
     "NOERROR qr aa\nquestion alias2.ha.test. IN A\nanswer alias2.ha.test. 30 IN CNAME "
     "ALIAS.ha.test.\nanswer alias.ha.test. 30 IN CNAME active.ha.test.\n"
     "answer active.ha.test. 5 IN A 192.0.2.12\n"},
    {"TheAliasItself", DnsQuery("alias2.ha.test. CNAME"),
     "NOERROR qr aa\nquestion alias2.ha.test. IN CNAME\nanswer alias2.ha.test. 30 IN CNAME "
     "ALIAS.ha.test.\n"},
    {"OnlyTheAliasForAny", DnsQuery("alias.ha.test. ANY"),
     "NOERROR qr aa\nquestion alias.ha.test. IN ANY\nanswer alias.ha.test. 30 IN CNAME "
     "active.ha.test.\n"},
    {"NodataBehindAnAlias", DnsQuery("alias.ha.test. MX"),
     "NOERROR qr aa\nquestion alias.ha.test. IN MX\nanswer alias.ha.test. 30 IN CNAME "
     "active.ha.test.\nauthority " +
         std::string(soa) + "\n"},
    {"NodataBehindAnAliasToAnEmptyNonTerminal", DnsQuery("blank.ha.test. A"),
     "NOERROR qr aa\nquestion blank.ha.test. IN A\nanswer blank.ha.test. 30 IN CNAME "
     "empty.ha.test.\nauthority " +
         std::string(soa) + "\n"},
    {"NxdomainBehindAnAlias", DnsQuery("lost.ha.test. A"),
     "NXDOMAIN qr aa\nquestion lost.ha.test. IN A\nanswer lost.ha.test. 30 IN CNAME "
     "nothing.ha.test.\nauthority " +
         std::string(soa) + "\n"},
    {"NothingBehindAnAliasOutOfTheZone", DnsQuery("out.ha.test. A"),
     "NOERROR qr aa\nquestion out.ha.test. IN A\nanswer out.ha.test. 30 IN CNAME www.example.\n"},
    {"ServfailBehindAnAliasToANameNotReady", DnsQuery("soon.ha.test. A").edns(),
     "SERVFAIL qr\nquestion soon.ha.test. IN A\n"
     "edns version 0 size 1232 ede 14 \"no evidence yet\"\n"},
    {"ALoopCutAfterEightLinks", DnsQuery("loop.ha.test. A"),
     "NOERROR qr aa\nquestion loop.ha.test. IN A\n"
     "answer loop.ha.test. 30 IN CNAME pool.ha.test.\n"
     "answer pool.ha.test. 30 IN CNAME loop.ha.test.\n"
     "answer loop.ha.test. 30 IN CNAME pool.ha.test.\n"
     "answer pool.ha.test. 30 IN CNAME loop.ha.test.\n"
     "answer loop.ha.test. 30 IN CNAME pool.ha.test.\n"
     "answer pool.ha.test. 30 IN CNAME loop.ha.test.\n"
     "answer loop.ha.test. 30 IN CNAME pool.ha.test.\n"
     "answer pool.ha.test. 30 IN CNAME loop.ha.test.\n"},
};

const Case not_ready[] = {
    {"ServfailWithTheReason", DnsQuery("later.ha.test. A").edns(),
     "SERVFAIL qr\nquestion later.ha.test. IN A\n"
     "edns version 0 size 1232 ede 14 \"no evidence yet\"\n"},
    {"ServfailWithoutAReasonGiven", DnsQuery("_amqp._tcp.later.ha.test. SRV").edns(),
     "SERVFAIL qr\nquestion _amqp._tcp.later.ha.test. IN SRV\nedns version 0 size 1232 ede 14\n"},
    {"ServfailWithoutEdns", DnsQuery("later.ha.test. A"),
     "SERVFAIL qr\nquestion later.ha.test. IN A\n"},
    {"ServfailForEveryType", DnsQuery("later.ha.test. TXT"),
     "SERVFAIL qr\nquestion later.ha.test. IN TXT\n"},
    {"ServfailForAny", DnsQuery("later.ha.test. ANY"),
     "SERVFAIL qr\nquestion later.ha.test. IN ANY\n"},
    {"NodataBetweenNamesNotReady", DnsQuery("_tcp.later.ha.test. A"),
     nodata("_tcp.later.ha.test. IN A")},
};

const Case outside[] = {
    {"RefusedForAnotherZone", DnsQuery("example.org. A"),
     "REFUSED qr\nquestion example.org. IN A\n"},
    {"RefusedWithTheReason", DnsQuery("example.org. A").edns(),
     "REFUSED qr\nquestion example.org. IN A\nedns version 0 size 1232 ede 20\n"},
    {"RefusedForTheRoot", DnsQuery(". NS"), "REFUSED qr\nquestion . IN NS\n"},
    {"RefusedForTheParent", DnsQuery("test. SOA"), "REFUSED qr\nquestion test. IN SOA\n"},
    {"RefusedForANameThatOnlyEndsLikeTheZone", DnsQuery("xha.test. A"),
     "REFUSED qr\nquestion xha.test. IN A\n"},
    {"RefusedForALabelThatContainsTheZone", DnsQuery("x\\002ha\\004test. A"),
     "REFUSED qr\nquestion x\\002ha\\004test. IN A\n"},
    {"RefusedForClassChaos", DnsQuery("version.bind. TXT CH"),
     "REFUSED qr\nquestion version.bind. CH TXT\n"},
    {"RefusedForClassHesiod", DnsQuery("active.ha.test. A HS"),
     "REFUSED qr\nquestion active.ha.test. HS A\n"},
    {"RefusedForClassAny", DnsQuery("active.ha.test. A ANY"),
     "REFUSED qr\nquestion active.ha.test. ANY A\n"},
    {"RefusedForClassNone", DnsQuery("active.ha.test. A NONE"),
     "REFUSED qr\nquestion active.ha.test. NONE A\n"},
    {"RefusedForClass0", DnsQuery("active.ha.test. A CLASS0"),
     "REFUSED qr\nquestion active.ha.test. CLASS0 A\n"},
};

INSTANTIATE_TEST_SUITE_P(Data, ZoneAnswer, testing::ValuesIn(data), case_name);
INSTANTIATE_TEST_SUITE_P(Negative, ZoneAnswer, testing::ValuesIn(negative), case_name);
INSTANTIATE_TEST_SUITE_P(Alias, ZoneAnswer, testing::ValuesIn(alias), case_name);
INSTANTIATE_TEST_SUITE_P(NotReady, ZoneAnswer, testing::ValuesIn(not_ready), case_name);
INSTANTIATE_TEST_SUITE_P(Outside, ZoneAnswer, testing::ValuesIn(outside), case_name);

TEST(ZoneAnswer, KeepsSoaAndNsOfAnApexThatIsNotReady) {
  auto zone = small_zone();
  zone.not_ready = {{zone.apex, "starting"}};
  zone.rrsets.push_back(rrset("ha.test. 5 A 192.0.2.9"));
  const auto starting = compiled(zone);
  EXPECT_EQ(reply_text(DnsQuery("ha.test. SOA"), *starting),
            "NOERROR qr aa\nquestion ha.test. IN SOA\n"
            "answer ha.test. 60 IN SOA ns1.ha.test. hostmaster.ha.test. 7 3600 600 604800 5\n");
  EXPECT_EQ(reply_text(DnsQuery("ha.test. NS"), *starting),
            "NOERROR qr aa\nquestion ha.test. IN NS\nanswer ha.test. 3600 IN NS ns1.ha.test.\n"
            "additional ns1.ha.test. 3600 IN A 192.0.2.1\n");
  EXPECT_EQ(reply_text(DnsQuery("ha.test. A"), *starting), "SERVFAIL qr\nquestion ha.test. IN A\n");
  EXPECT_EQ(reply_text(DnsQuery("ha.test. ANY"), *starting),
            "SERVFAIL qr\nquestion ha.test. IN ANY\n");
}

TEST(ZoneAnswer, DeniesNoNameOfAZoneThatIsIncomplete) {
  auto zone = small_zone();
  zone.is_complete = false;
  const auto starting = compiled(zone);
  EXPECT_EQ(reply_text(DnsQuery("nothing.ha.test. A").edns(), *starting),
            "SERVFAIL qr\nquestion nothing.ha.test. IN A\n"
            "edns version 0 size 1232 ede 14 \"not every name is known yet\"\n");
  EXPECT_EQ(reply_text(DnsQuery("ha.test. NS"), *starting),
            "NOERROR qr aa\nquestion ha.test. IN NS\nanswer ha.test. 3600 IN NS ns1.ha.test.\n"
            "additional ns1.ha.test. 3600 IN A 192.0.2.1\n");
  EXPECT_EQ(reply_text(DnsQuery("example.org. A"), *starting),
            "REFUSED qr\nquestion example.org. IN A\n");
}

TEST(ZoneAnswer, CutsTheReasonAt100OctetsButNotInsideACharacter) {
  auto zone = small_zone();
  zone.not_ready = {{name("later.ha.test."), std::string(99, 'r') + "\u00e9" + "tail"}};
  EXPECT_EQ(reply_text(DnsQuery("later.ha.test. A").edns(), *compiled(zone)),
            "SERVFAIL qr\nquestion later.ha.test. IN A\nedns version 0 size 1232 ede 14 \"" +
                std::string(99, 'r') + "\"\n");
}

TEST(ZoneAnswer, GivesNegativeAnswersTheSmallerOfSoaTtlAndMinimum) {
  auto zone = small_zone();
  zone.soa.ttl = 3;
  zone.soa.minimum = 300;
  EXPECT_EQ(reply_text(DnsQuery("nothing.ha.test. A"), *compiled(zone)),
            "NXDOMAIN qr aa\nquestion nothing.ha.test. IN A\nauthority ha.test. 3 IN SOA "
            "ns1.ha.test. hostmaster.ha.test. 7 3600 600 604800 300\n");
}

TEST(ZoneAnswer, ServesTheRootAsAnApexToo) {
  auto zone = small_zone();
  zone.apex = name(".");
  zone.rrsets = {rrset(". 3600 NS ns. | ns2."), rrset("ns. 3600 A 192.0.2.1")};
  const auto root = compiled(zone);
  EXPECT_EQ(reply_text(DnsQuery(". NS"), *root),
            "NOERROR qr aa\nquestion . IN NS\nanswer . 3600 IN NS ns.\nanswer . 3600 IN NS ns2.\n"
            "additional ns. 3600 IN A 192.0.2.1\n");
  EXPECT_EQ(reply_text(DnsQuery("nothing. A"), *root),
            "NXDOMAIN qr aa\nquestion nothing. IN A\nauthority . 5 IN SOA ns1.ha.test. "
            "hostmaster.ha.test. 7 3600 600 604800 5\n");
}

TEST(ZoneAnswer, PointsToTheQuestionForTheOwner) {
  const Octets query = DnsQuery("aCtIvE.Ha.TeSt. A");
  std::array<std::uint8_t, 512> out{};
  const dns::Reply reply = dns::respond(query, table(), dns::Transport::udp, 1232, out);
  ASSERT_EQ(reply.size, query.size() + 16);
  EXPECT_TRUE(std::equal(query.begin() + 12, query.end(), out.begin() + 12));  // the question
  EXPECT_EQ(out[query.size()], 0xC0);
  EXPECT_EQ(out[query.size() + 1], 0x0C);
}

}  // namespace
}  // namespace signpost::test
