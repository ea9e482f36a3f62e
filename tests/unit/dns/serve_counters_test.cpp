#include "dns/serve_counters.hpp"

#include <gtest/gtest.h>

namespace signpost::test {
namespace {

TEST(ServeCounters, AreSummedOverThreads) {
  dns::ServeCounters first, second;
  first.queries = 3;
  first.answers = 2;
  first.dropped = 1;
  first.rcodes[3] = 2;
  second.queries = 10;
  second.truncated = 4;
  second.trailing = 5;
  second.send_errors = 6;
  second.receive_errors = 7;
  second.rcodes[3] = 1;
  dns::ServeCounts sum = first.sum();
  sum += second.sum();
  EXPECT_EQ(sum.queries, 13U);
  EXPECT_EQ(sum.answers, 2U);
  EXPECT_EQ(sum.dropped, 1U);
  EXPECT_EQ(sum.truncated, 4U);
  EXPECT_EQ(sum.trailing, 5U);
  EXPECT_EQ(sum.send_errors, 6U);
  EXPECT_EQ(sum.receive_errors, 7U);
  EXPECT_EQ(sum.rcodes[3], 3U);
}

TEST(ServeCounters, HaveACacheLineOfTheirOwn) {
  EXPECT_EQ(alignof(dns::ServeCounters), 64U);
  EXPECT_EQ(sizeof(dns::ServeCounters) % 64, 0U);
}

}  // namespace
}  // namespace signpost::test
