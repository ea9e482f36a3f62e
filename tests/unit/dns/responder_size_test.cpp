// How large a reply may be, and what goes first when it is larger.
#include "tests/unit/dns/responder_case.hpp"

namespace signpost::test {
namespace {

std::string addresses(const std::string& owner, int count) {
  std::string text = owner + " 5 A 198.51.100.1";
  for (int i = 2; i <= count; ++i) text += " | 198.51.100." + std::to_string(i);
  return text;
}

const dns::AnswerTable& table() {
  static const auto compiled_table = [] {
    auto zone = small_zone();
    zone.rrsets.push_back(rrset(addresses("fits512.ha.test.", 29)));   // 33 + 29 * 16 = 497
    zone.rrsets.push_back(rrset(addresses("fits1232.ha.test.", 74)));  // 34 + 74 * 16 + 11 = 1229
    zone.rrsets.push_back(rrset(addresses("many.ha.test.", 200)));     // 3230
    zone.rrsets.push_back(rrset("_s.ha.test. 5 SRV 0 0 5672 fits512.ha.test."));
    zone.not_ready = {{name("later.ha.test."), std::string(100, 'r')}};
    return compiled(zone);
  }();
  return *compiled_table;
}

struct Row {
  const char* name;
  Octets query;
  dns::Transport transport;
  std::uint16_t payload_max;
  std::size_t size;
  bool truncated;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

constexpr auto udp = dns::Transport::udp;
constexpr auto tcp = dns::Transport::tcp;

DnsQuery ask(std::string_view question, std::uint16_t size) {
  return DnsQuery(question).edns({.size = size});
}

const Row rows[] = {
    {"FitsWithoutEdns", DnsQuery("fits512.ha.test. A"), udp, 1232, 497, false},
    {"OptCountsToo", ask("fits512.ha.test. A", 512), udp, 1232, 508, false},
    {"TooLargeWithoutEdns", DnsQuery("fits1232.ha.test. A"), udp, 1232, 34, true},
    {"FitsTheClient", ask("fits1232.ha.test. A", 1232), udp, 1232, 1229, false},
    {"OneTooLargeForTheClient", ask("fits1232.ha.test. A", 1228), udp, 1232, 45, true},
    {"ClientSizeBelow512CountsAs512", ask("fits512.ha.test. A", 100), udp, 1232, 508, false},
    {"ClientSize0CountsAs512", ask("fits512.ha.test. A", 0), udp, 1232, 508, false},
    {"OwnLimitHolds", ask("many.ha.test. A", 65535), udp, 1232, 41, true},
    {"OwnLimitOf4096", ask("many.ha.test. A", 4096), udp, 4096, 3241, false},
    {"OwnLimitBelow512CountsAs512", ask("fits512.ha.test. A", 4096), udp, 100, 508, false},
    {"TcpHasRoomForAll", DnsQuery("many.ha.test. A"), tcp, 1232, 3230, false},
    {"TcpIgnoresTheClientSize", ask("many.ha.test. A", 512), tcp, 1232, 3241, false},
    // 12 + 16 question + 12 + 23 SRV; with 29 * 16 + 8 octets of addresses it would be 538.
    {"AdditionalRecordsGoBeforeTruncation", DnsQuery("_s.ha.test. SRV"), udp, 1232, 63, false},
};

class ReplySize : public testing::TestWithParam<Row> {};

TEST_P(ReplySize, IsAsLimited) {
  const Row& row = GetParam();
  std::vector<std::uint8_t> out(65535);
  const dns::Reply reply = dns::respond(row.query, table(), row.transport, row.payload_max, out);
  EXPECT_EQ(reply.size, row.size) << dns_text({out.data(), reply.size});
  EXPECT_EQ(reply.truncated, row.truncated);
  EXPECT_EQ((out[2] & 0x02) != 0, row.truncated);
}

INSTANTIATE_TEST_SUITE_P(Limits, ReplySize, testing::ValuesIn(rows),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(ReplySize, LeavesOnlyTheOptInATruncatedReply) {
  EXPECT_EQ(reply_text(ask("many.ha.test. A", 4096), table()),
            "NOERROR qr aa tc\nquestion many.ha.test. IN A\nedns version 0 size 1232\n");
}

TEST(ReplySize, GivesAdditionalRecordsWhereThereIsRoom) {
  const std::string text = reply_text(ask("_s.ha.test. SRV", 1232), table());
  EXPECT_NE(text.find("additional fits512.ha.test. 5 IN A 198.51.100.29\n"), std::string::npos);
}

TEST(ReplySize, WritesNothingIntoABufferBelowTheMinimum) {
  std::array<std::uint8_t, 511> out{};
  const dns::Reply reply =
      dns::respond(DnsQuery("fits512.ha.test. A").octets(), table(), udp, 1232, out);
  EXPECT_EQ(reply.size, 0U);
}

// Two names of 255 octets and the question's leave no room for the TSIG in 512: the client is told
// to come back over TCP, where it gets the reason.
TEST(ReplySize, TruncatesWhereTheTsigDoesNotFit) {
  const std::string longest = std::string(63, 'x') + "." + std::string(63, 'y') + "." +
                              std::string(63, 'z') + "." + std::string(61, 'w') + ".";
  const DnsQuery query =
      DnsQuery(longest + " A").tsig({.key = longest, .algorithm = longest, .mac = 0});
  EXPECT_EQ(reply_text(query, table()), "NOTAUTH qr tc\nquestion " + longest + " IN A\n");
  EXPECT_EQ(reply_text(query, table(), tcp), "NOTAUTH qr\nquestion " + longest + " IN A\ntsig " +
                                                 longest + " " + longest +
                                                 " mac 0 id 4660 error 17\n");
}

TEST(ReplySize, HoldsTheLargestRRsetThatTheCheckLetsPass) {
  auto zone = small_zone();
  dns::RRset largest{name("big.ha.test."), dns::RRType::txt, 5, {}};
  // 65535 less header, longest question and OPT, in records of 12 + 256 octets.
  while ((largest.rdata.size() + 1) * 268 <= 65535U - 12 - 259 - 11) {
    largest.rdata.push_back(dns::txt_rdata(std::string(255, 't')));
  }
  zone.rrsets.push_back(largest);
  ASSERT_FALSE(dns::check(zone));
  std::vector<std::uint8_t> out(65535);
  const dns::Reply reply =
      dns::respond(DnsQuery("big.ha.test. TXT").edns().octets(), *compiled(zone), tcp, 1232, out);
  EXPECT_FALSE(reply.truncated);
  EXPECT_EQ(reply.size, 12 + 17 + 243 * 268 + 11U);
}

}  // namespace
}  // namespace signpost::test
