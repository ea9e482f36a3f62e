#include "dns/message.hpp"

#include <gtest/gtest.h>

#include "tests/support/dns_query.hpp"

namespace signpost::test {
namespace {

dns::Query read(const Octets& octets) {
  dns::Query query;
  EXPECT_TRUE(dns::read_query(octets, query));
  return query;
}

TEST(Query, SaysWhatTheMessageSays) {
  const DnsQuery message =
      DnsQuery("Active.ha.test. AAAA").flags(0x0100).edns({.size = 4096, .flags = 0x8000});
  const dns::Query query = read(message);
  EXPECT_EQ(query.id, 0x1234);
  EXPECT_EQ(query.opcode, 0);
  EXPECT_TRUE(query.recursion_desired);
  EXPECT_FALSE(query.malformed);
  EXPECT_FALSE(query.trailing);
  EXPECT_EQ(Octets(query.qname.wire().begin(), query.qname.wire().end()),
            wire_name("active.ha.test."));
  EXPECT_EQ(query.qtype, 28);
  EXPECT_EQ(query.qclass, 1);
  EXPECT_EQ(query.question_size, 20U);
  EXPECT_TRUE(query.edns.present);
  EXPECT_EQ(query.edns.payload, 4096);
  EXPECT_TRUE(query.edns.dnssec_ok);
  EXPECT_FALSE(query.edns.cookie);
  EXPECT_FALSE(query.tsig.present);
}

TEST(Query, IsNotReadFromWhatMustNotBeAnswered) {
  dns::Query query;
  EXPECT_FALSE(dns::read_query({}, query));
  EXPECT_FALSE(dns::read_query(Octets(11), query));
  EXPECT_FALSE(dns::read_query(DnsQuery("ha.test. A").flags(0x8000).octets(), query));
}

TEST(Query, KeepsAReadableOptOfAMalformedMessage) {
  const dns::Query query = read(DnsQuery("ha.test. A").tsig().edns());
  EXPECT_TRUE(query.malformed);
  EXPECT_TRUE(query.edns.present);
}

TEST(Query, HasNoQuestionUnlessThereIsExactlyOne) {
  EXPECT_EQ(read(DnsQuery()).question_size, 0U);
  EXPECT_EQ(read(DnsQuery("ha.test. A").question("ha.test. A")).question_size, 0U);
  EXPECT_EQ(read(DnsQuery().count(4, 1).raw("00 0001")).question_size, 0U);
}

TEST(Query, TellsTheKeyOfATsigInLowerCase) {
  const DnsQuery message = DnsQuery("ha.test. A").tsig({.key = "Key.Example."});
  const dns::Query query = read(message);
  ASSERT_TRUE(query.tsig.present);
  EXPECT_EQ(Octets(query.tsig.key.wire().begin(), query.tsig.key.wire().end()),
            wire_name("key.example."));
  EXPECT_EQ(query.tsig.time_and_fudge.size(), 8U);
}

TEST(Query, ReadsNoFurtherThan4096Octets) {
  const Octets fits = DnsQuery("ha.test. A").raw(Octets(4096 - 25));
  ASSERT_EQ(fits.size(), 4096U);
  EXPECT_FALSE(read(fits).malformed);
  const Octets longer = DnsQuery("ha.test. A").raw(Octets(4097 - 25));
  EXPECT_TRUE(read(longer).malformed);
  EXPECT_EQ(read(longer).question_size, 0U);
}

}  // namespace
}  // namespace signpost::test
