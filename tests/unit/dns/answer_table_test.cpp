#include "dns/answer_table.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/support/dns_query.hpp"
#include "tests/support/dns_zone.hpp"

namespace signpost::test {
namespace {

TEST(AnswerTable, KnowsItsGenerationAndSerial) {
  const auto table = compiled(small_zone(), 42);
  EXPECT_EQ(table->generation(), 42U);
  EXPECT_EQ(table->serial(), 7U);
}

TEST(AnswerTable, OutlivesTheSnapshot) {
  auto zone = small_zone();
  const auto table = compiled(zone);
  zone = {};
  const auto answer = table->find(wire_name("ns1.ha.test."), 1);
  EXPECT_EQ(Octets(answer.body.begin(), answer.body.end()),
            hex("c00c 0001 0001 00000e10 0004 c0000201"));
}

TEST(AnswerTable, TellsWhereTheApexIsForNegativeAnswers) {
  const auto table = compiled(small_zone());
  const auto missing = table->find(wire_name("no.ha.test."), 1);
  EXPECT_EQ(missing.rcode, 3);
  EXPECT_EQ(missing.apex_offset, 12 + 3);
  const auto nodata = table->find(wire_name("ha.test."), 1);
  EXPECT_EQ(nodata.rcode, 0);
  EXPECT_EQ(nodata.apex_offset, 12);
  EXPECT_EQ(table->find(wire_name("ns1.ha.test."), 1).apex_offset, 0);
}

TEST(AnswerTable, MarksWhatMayBeLeftOut) {
  const auto answer = compiled(small_zone())->find(wire_name("ha.test."), 2);
  EXPECT_EQ(answer.additional_count, 1);
  EXPECT_EQ(answer.required, 18);  // one NS, its target compressed to four octets and a pointer
  EXPECT_EQ(answer.body.size(), 18U + 20U);
}

TEST(AnswerTable, CapsTheTtlAt31Bits) {
  auto zone = small_zone();
  zone.rrsets[1].ttl = 0xFFFFFFFF;
  const auto table = compiled(zone);
  const auto answer = table->find(wire_name("ns1.ha.test."), 1);
  EXPECT_EQ(Octets(answer.body.begin() + 6, answer.body.begin() + 10), hex("7fffffff"));
}

TEST(AnswerTable, ThrowsForAnAnswerThatTheCheckWouldHaveRefused) {
  auto zone = small_zone();
  zone.rrsets.push_back({name("big.ha.test."), dns::RRType::txt, 5, {}});
  zone.rrsets.back().rdata.assign(300, dns::txt_rdata(std::string(255, 't')));
  EXPECT_THROW(dns::AnswerTable::compile(zone, 1), std::length_error);
}

}  // namespace
}  // namespace signpost::test
