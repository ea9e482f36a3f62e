// What the form of a message does to its answer: header, counts, EDNS, TSIG. One row per behaviour.
#include "tests/unit/dns/responder_case.hpp"

namespace signpost::test {
namespace {

const dns::AnswerTable& table() {
  static const auto compiled_table = [] {
    auto zone = small_zone();
    zone.rrsets.push_back(rrset("active.ha.test. 5 A 192.0.2.12"));
    return compiled(zone);
  }();
  return *compiled_table;
}

constexpr const char* question = "active.ha.test. A";
DnsQuery good() { return DnsQuery(question); }

const std::string body =
    "question active.ha.test. IN A\nanswer active.ha.test. 5 IN A 192.0.2.12\n";
const std::string answered = "NOERROR qr aa\n" + body;
const std::string opt = "edns version 0 size 1232\n";
const std::string answered_edns = answered + opt;
const std::string formerr = "FORMERR qr\n";
const std::string badkey =
    "NOTAUTH qr\nquestion active.ha.test. IN A\n"
    "tsig key.example. hmac-sha256. mac 0 id 4660 error 17\n";

std::string not_implemented(int opcode) {
  return "NOTIMP opcode " + std::to_string(opcode) + " qr\n";
}

// A whole record: active.ha.test. 5 IN A 192.0.2.9.
const Octets a_record =
    hex("06 616374697665 02 6861 04 74657374 00 0001 0001 00000005 0004 c0000209");

class MessageAnswer : public testing::TestWithParam<Case> {};

TEST_P(MessageAnswer, IsAsWritten) {
  EXPECT_EQ(reply_text(GetParam().query, table()), GetParam().reply);
}

const Case silence[] = {
    {"NothingToAnEmptyMessage", Octets{}, ""},
    {"NothingToOneOctet", hex("12"), ""},
    {"NothingTo11Octets", hex("1234 0000 0001 0000 0000 00"), ""},
    {"NothingToAResponse", good().flags(0x8000), ""},
    {"NothingToAResponseOfAnotherOpcode", good().flags(0x8000).opcode(5), ""},
};

const Case header[] = {
    {"RecursionDesiredIsCopied", good().flags(0x0100), "NOERROR qr aa rd\n" + body},
    {"AllOtherFlagsAreCleared", good().flags(0x06FF), answered},
    {"RcodeOfAQueryIsIgnored", good().flags(0x000F), answered},
    {"Iquery", good().opcode(1), not_implemented(1)},
    {"Status", good().opcode(2), not_implemented(2)},
    {"Opcode3", good().opcode(3), not_implemented(3)},
    {"Notify", DnsQuery("ha.test. SOA").opcode(4).flags(0x0400), not_implemented(4)},
    {"UpdateWithoutRecords", DnsQuery("ha.test. SOA").opcode(5), not_implemented(5)},
    {"UpdateWithRecords",
     DnsQuery("ha.test. SOA")
         .opcode(5)
         .record(Section::answer, a_record)
         .record(Section::authority, a_record),
     not_implemented(5)},
    {"UpdateSigned", DnsQuery("ha.test. SOA").opcode(5).tsig(), not_implemented(5)},
    {"DsoWithoutQuestion", DnsQuery().opcode(6), not_implemented(6)},
    {"DsoWithATlv", DnsQuery().opcode(6).raw("0001 0008 00003a98 00003a98"), not_implemented(6)},
    {"Opcode15", good().opcode(15), not_implemented(15)},
    {"Opcode15WithEdns", good().opcode(15).edns(), not_implemented(15) + opt},
    {"Opcode15WithAllFlags", good().opcode(15).flags(0x07FF), not_implemented(15)},
    {"UnknownOpcodeWithoutABody", DnsQuery().opcode(9), not_implemented(9)},
    {"UnknownOpcodeWithABrokenBody", DnsQuery().opcode(9).count(4, 7), not_implemented(9)},
};

const Case question_section[] = {
    {"NoQuestion", DnsQuery(), formerr},
    {"NoQuestionWithEdns", DnsQuery().edns(), formerr + opt},
    {"NoQuestionButACookie", DnsQuery().edns({.options = "000a 0008 0102030405060708"}),
     "NOERROR qr\n" + opt},
    {"NoQuestionButABrokenCookie", DnsQuery().edns({.options = "000a 0004 01020304"}),
     formerr + opt},
    {"QuestionCountedButAbsent", DnsQuery().count(4, 1), formerr},
    {"HalfAName", DnsQuery().count(4, 1).raw("06 616374"), formerr},
    {"NameWithoutItsEnd", DnsQuery().count(4, 1).raw("06 616374697665"), formerr},
    {"NoType", DnsQuery().count(4, 1).raw("00"), formerr},
    {"NoClass", DnsQuery().count(4, 1).raw("00 0001"), formerr},
    {"HalfAClass", DnsQuery().count(4, 1).raw("00 0001 00"), formerr},
    {"TwoQuestions", good().question(question), formerr},
    {"TwoDifferentQuestions", good().question("ha.test. SOA"), formerr},
    {"TwoQuestionsWithEdns", good().question(question).edns(), formerr + opt},
    {"AThousandQuestionsCounted", good().count(4, 1000), formerr},
    {"AllQuestionsCounted", good().count(4, 65535), formerr},
    {"PointerToItself", DnsQuery().count(4, 1).raw("c00c 0001 0001"), formerr},
    {"TwoPointersToEachOther", DnsQuery().count(4, 1).raw("c00e c00c 0001 0001"), formerr},
    {"PointerForward", DnsQuery().count(4, 1).raw("c014 0001 0001 0000 00"), formerr},
    {"PointerPastTheEnd", DnsQuery().count(4, 1).raw("ffff 0001 0001"), formerr},
    {"PointerIntoTheHeader", DnsQuery().count(4, 1).raw("c000 0001 0001"), formerr},
    {"PointerBehindALabel", DnsQuery().count(4, 1).raw("01 61 c00c 0001 0001"), formerr},
    {"LabelType01", DnsQuery().count(4, 1).raw("41 61 00 0001 0001"), formerr},
    {"LabelType10", DnsQuery().count(4, 1).raw("81 61 00 0001 0001"), formerr},
    {"NameOf256Octets", DnsQuery().count(4, 1).raw([] {
       Octets octets;
       for (int i = 0; i < 127; ++i) {
         octets.push_back(1);
         octets.push_back('a');
       }
       octets.insert(octets.end(), {1, 'b', 0, 0, 1, 0, 1});
       return octets;
     }()),
     formerr},
    {"QuestionEchoedInBrokenCountsIsNot", good().count(6, 1), formerr},
};

const Case surplus[] = {
    {"AnswerCountedButAbsent", good().count(6, 1), formerr},
    {"AuthorityCountedButAbsent", good().count(8, 1), formerr},
    {"AdditionalCountedButAbsent", good().count(10, 1), formerr},
    {"ARecordInTheAnswerSection", good().record(Section::answer, a_record), formerr},
    {"ARecordInTheAuthoritySection", good().record(Section::authority, a_record), formerr},
    {"ARecordInTheAnswerSectionWithEdns", good().record(Section::answer, a_record).edns(),
     formerr + opt},
    {"ARecordInTheAdditionalSection", good().record(Section::additional, a_record), answered},
    {"ARecordBesideTheOpt", good().record(Section::additional, a_record).edns(), answered_edns},
    {"RdlengthPastTheEnd", good().record(Section::additional, "00 0001 0001 00000000 00ff 00"),
     formerr},
    {"RecordHeadCutOff", good().record(Section::additional, "00 0001 0001 0000"), formerr},
    {"OwnerPointsForward", good().record(Section::additional, "c0ff 0001 0001 00000000 0000"),
     formerr},
    {"RecordsCountedBeyondTheOpt", good().edns().count(10, 2), formerr},
    {"TrailingOctets", good().raw("00"), answered},
    {"TrailingRecordBehindTheOpt", good().edns().raw(a_record), answered_edns},
    {"MoreThan4096Octets", good().raw(Octets(5000, 0)), formerr},
    {"ALongRunOfLegalRecords",
     [] {
       DnsQuery query = good();
       for (int i = 0; i < 300; ++i)
         query.record(Section::additional, "c00c 0001 0001 00000000 0000");
       return query;
     }(),
     answered},
};

const Case edns[] = {
    {"OptForOpt", good().edns(), answered_edns},
    {"DoIsEchoed", good().edns({.flags = 0x8000}), answered + "edns version 0 size 1232 do\n"},
    {"UnknownFlagsAreCleared", good().edns({.flags = 0x7FFF}), answered_edns},
    {"UnknownOptionIsIgnored", good().edns({.options = "0064 0004 01020304"}), answered_edns},
    {"EmptyOptionIsIgnored", good().edns({.options = "0064 0000"}), answered_edns},
    {"NsidIsIgnored", good().edns({.options = "0003 0000"}), answered_edns},
    {"KeepaliveIsIgnored", good().edns({.options = "000b 0000"}), answered_edns},
    {"PaddingIsIgnored", good().edns({.options = "000c 0006 000000000000"}), answered_edns},
    {"ClientSubnetIsIgnored", good().edns({.options = "0008 0007 0001 18 00 c00002"}),
     answered_edns},
    {"BadClientSubnetIsIgnored", good().edns({.options = "0008 0004 0009 21 00"}), answered_edns},
    {"HundredOptionsAreIgnored",
     [] {
       std::string options;
       for (int i = 0; i < 100; ++i) options += "0064 0001 00 ";
       return good().edns({.options = options});
     }(),
     answered_edns},
    {"CookieOfTheClientAlone", good().edns({.options = "000a 0008 0102030405060708"}),
     answered_edns},
    {"CookieWithAServerPart",
     good().edns({.options = "000a 0018 0102030405060708 0000000000000000 0000000000000000"}),
     answered_edns},
    {"CookieOf40Octets", good().edns({.options = "000a 0028" + std::string(80, '0')}),
     answered_edns},
    {"CookieOf7Octets", good().edns({.options = "000a 0007 01020304050607"}), formerr + opt},
    {"CookieOf15Octets", good().edns({.options = "000a 000f" + std::string(30, '0')}),
     formerr + opt},
    {"CookieOf41Octets", good().edns({.options = "000a 0029" + std::string(82, '0')}),
     formerr + opt},
    {"EmptyCookie", good().edns({.options = "000a 0000"}), formerr + opt},
    {"Version1", good().edns({.version = 1}), "BADVERS qr\nquestion active.ha.test. IN A\n" + opt},
    {"Version255WithAnOption", good().edns({.version = 255, .options = "0064 0000"}),
     "BADVERS qr\nquestion active.ha.test. IN A\n" + opt},
    {"Version1WithOptionsOfItsOwn", good().edns({.version = 1, .options = "ffff ffff ff"}),
     "BADVERS qr\nquestion active.ha.test. IN A\n" + opt},
    {"OptionPastTheEnd", good().edns({.options = "0064 0005 01"}), formerr},
    {"OptionHeadCutOff", good().edns({.options = "0064 00"}), formerr},
    {"OneOctetOfOptions", good().edns({.options = "00"}), formerr},
    {"RdlengthOfTheOptPastTheEnd", good().record(Section::additional, "00 0029 04d0 00000000 00ff"),
     formerr},
    {"TwoOpts", good().edns().edns(), formerr},
    {"OptWithAnOwner", good().record(Section::additional, "01 61 00 0029 04d0 00000000 0000"),
     formerr},
    {"OptWithAPointerAsOwner", good().record(Section::additional, "c00c 0029 04d0 00000000 0000"),
     formerr},
    {"OptInTheAnswerSection", good().record(Section::answer, opt_record({})), formerr},
    {"OptInTheAuthoritySection", good().record(Section::authority, opt_record({})), formerr},
};

const Case types[] = {
    {"AxfrIsRefused", DnsQuery("ha.test. AXFR"), "REFUSED qr\nquestion ha.test. IN AXFR\n"},
    {"IxfrIsRefused", DnsQuery("ha.test. IXFR"), "REFUSED qr\nquestion ha.test. IN IXFR\n"},
    {"Type128IsNotImplemented", DnsQuery("ha.test. TYPE128"),
     "NOTIMP qr\nquestion ha.test. IN TYPE128\n"},
    {"TkeyIsNotImplemented", DnsQuery("ha.test. TKEY"), "NOTIMP qr\nquestion ha.test. IN TKEY\n"},
    {"TypeTsigIsNotImplemented", DnsQuery("ha.test. TYPE250"),
     "NOTIMP qr\nquestion ha.test. IN TSIG\n"},
    {"MailbIsNotImplemented", DnsQuery("ha.test. TYPE253").edns(),
     "NOTIMP qr\nquestion ha.test. IN MAILB\n" + opt},
    {"Type254IsNotImplemented", DnsQuery("ha.test. TYPE254").flags(0x0100),
     "NOTIMP qr rd\nquestion ha.test. IN MAILA\n"},
};

Octets replaced(Octets octets, std::size_t from_end, std::uint8_t value) {
  octets[octets.size() - from_end] = value;
  return octets;
}

// key.example. as "key" and a pointer to "example." in the question.
Octets compressed_tsig() {
  Octets record = tsig_record({});
  record.erase(record.begin() + 4, record.begin() + 13);
  record.insert(record.begin() + 4, {0xC0, 0x0C});
  return record;
}

const Case tsig[] = {
    {"UnknownKey", good().tsig(), badkey},
    {"UnknownKeyWithEdns", good().edns().tsig(),
     "NOTAUTH qr\nquestion active.ha.test. IN A\nedns version 0 size 1232\n"
     "tsig key.example. hmac-sha256. mac 0 id 4660 error 17\n"},
    {"UnknownAlgorithm", good().tsig({.algorithm = "rot13."}),
     "NOTAUTH qr\nquestion active.ha.test. IN A\ntsig key.example. rot13. mac 0 id 4660 error "
     "17\n"},
    {"RootAlgorithmAndEmptyMac", good().tsig({.algorithm = ".", .mac = 0}),
     "NOTAUTH qr\nquestion active.ha.test. IN A\ntsig key.example. . mac 0 id 4660 error 17\n"},
    {"MacOf2048Octets", good().tsig({.mac = 2048}), badkey},
    {"CompressedKeyName", DnsQuery("example. A").record(Section::additional, compressed_tsig()),
     "NOTAUTH qr\nquestion example. IN A\ntsig key.example. hmac-sha256. mac 0 id 4660 error 17\n"},
    {"BeforeBadvers", good().edns({.version = 1}).tsig(),
     "NOTAUTH qr\nquestion active.ha.test. IN A\nedns version 0 size 1232\n"
     "tsig key.example. hmac-sha256. mac 0 id 4660 error 17\n"},
    {"ClassIn", good().tsig({.klass = 1}), formerr},
    {"Ttl1", good().tsig({.ttl = 1}), formerr},
    {"NotLast", good().tsig().edns(), formerr + opt},
    {"Twice", good().tsig().tsig(), formerr},
    {"InTheAnswerSection", good().record(Section::answer, tsig_record({})), formerr},
    {"InTheAuthoritySection", good().record(Section::authority, tsig_record({})), formerr},
    {"RdataCutOff", good().record(Section::additional, "00 00fa 00ff 00000000 0004 00 000000"),
     formerr},
    {"OtherSizePastTheEnd", good().record(Section::additional, replaced(tsig_record({}), 1, 9)),
     formerr},
    {"CompressedAlgorithmName",
     good().record(Section::additional,
                   "00 00fa 00ff 00000000 0012 c00c 000000000000 012c 0000 1234 0000 0000"),
     formerr},
    {"KeyNamePointsToItself",
     good().record(Section::additional,
                   "c020 00fa 00ff 00000000 0011 00 000000000000 012c 0000 1234 0000 0000"),
     formerr},
    {"Sig0IsIgnored", good().record(Section::additional, "00 0018 00ff 00000000 0000"), answered},
};

INSTANTIATE_TEST_SUITE_P(Silence, MessageAnswer, testing::ValuesIn(silence), case_name);
INSTANTIATE_TEST_SUITE_P(Header, MessageAnswer, testing::ValuesIn(header), case_name);
INSTANTIATE_TEST_SUITE_P(Question, MessageAnswer, testing::ValuesIn(question_section), case_name);
INSTANTIATE_TEST_SUITE_P(Surplus, MessageAnswer, testing::ValuesIn(surplus), case_name);
INSTANTIATE_TEST_SUITE_P(Edns, MessageAnswer, testing::ValuesIn(edns), case_name);
INSTANTIATE_TEST_SUITE_P(Types, MessageAnswer, testing::ValuesIn(types), case_name);
INSTANTIATE_TEST_SUITE_P(Tsig, MessageAnswer, testing::ValuesIn(tsig), case_name);

TEST(MessageAnswer, ReportsWhatTheCountersNeed) {
  std::array<std::uint8_t, 1232> out{};
  const auto ask = [&out](const Octets& query) {
    return dns::respond(query, table(), dns::Transport::udp, 1232, out);
  };
  EXPECT_EQ(ask(good()).rcode, 0);
  EXPECT_FALSE(ask(good()).trailing);
  EXPECT_TRUE(ask(good().raw("00")).trailing);
  EXPECT_EQ(ask(good().edns({.version = 1})).rcode, 16);
  EXPECT_EQ(ask(DnsQuery("nothing.ha.test. A")).rcode, 3);
}

TEST(MessageAnswer, IsTheSameOverTcp) {
  for (const auto& row : edns) {
    EXPECT_EQ(reply_text(row.query, table(), dns::Transport::tcp), row.reply) << row.name;
  }
}

}  // namespace
}  // namespace signpost::test
