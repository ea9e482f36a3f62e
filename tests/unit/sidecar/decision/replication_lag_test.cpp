#include "sidecar/decision/replication_lag.hpp"

#include <gtest/gtest.h>

#include "tests/support/named_case.hpp"

namespace signpost::decision {
namespace {

using namespace std::chrono_literals;
using probe::TimePoint;

/// A master that makes 100 transactions a second and is asked each second, up to second 30.
TransactionHistory busy_master() {
  TransactionHistory master;
  for (int s = 0; s <= 30; ++s) master.note(1000 + s * 100, TimePoint(s * 1s));
  return master;
}

struct Case : test::NamedCase {
  std::int64_t replica;
  std::chrono::milliseconds asked;
  std::optional<ReplicationLag> expected;
};

class ReplicationLagOf : public testing::TestWithParam<Case> {};

TEST_P(ReplicationLagOf, IsWhatTheMasterHadThen) {
  EXPECT_EQ(replication_lag(busy_master(), GetParam().replica, TimePoint(GetParam().asked)),
            GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ReplicationLagOf,
    testing::Values(Case{"LevelWithTheMaster", 4000, 30s, ReplicationLag{0, 0}},
                    Case{"AskedAfterTheMaster", 4070, 30'700ms, ReplicationLag{0, 0}},
                    Case{"AskedBeforeTheMaster", 3950, 29'500ms, ReplicationLag{0, 0}},
                    Case{"TwoSecondsBehindIsNotOverdue", 3800, 30s, ReplicationLag{200, 0}},
                    Case{"TenSecondsBehindIsNotOverdue", 3000, 30s, ReplicationLag{1000, 0}},
                    Case{"ElevenSecondsBehindIs", 2900, 30s, ReplicationLag{1100, 100}},
                    Case{"StuckForEver", 1, 30s, ReplicationLag{3999, 2999}},
                    Case{"NothingIsOverdueBeforeTheMasterWasAskedForLong", 1, 5s,
                         ReplicationLag{1499, 0}},
                    Case{"BeforeAnythingIsKnownOfTheMaster", 1, -1s, std::nullopt}),
    test::case_name);

TEST(TransactionHistory, ForgetsAfterARollback) {
  TransactionHistory history = busy_master();
  history.note(500, TimePoint(31s));
  EXPECT_EQ(history.reached_by(TimePoint(31s)), 500);
  EXPECT_FALSE(history.reached_by(TimePoint(30s)));
}

TEST(TransactionHistory, CoversTheTimeHoweverOftenTheNodeIsAsked) {
  TransactionHistory history;
  for (int i = 0; i <= 2000; ++i) history.note(i, TimePoint(i * 10ms));
  EXPECT_EQ(history.reached_by(TimePoint(20s)), 2000);
  const auto before = history.reached_by(TimePoint(7s));
  ASSERT_TRUE(before);
  EXPECT_GT(*before, 600);
  EXPECT_LE(*before, 700);
}

TEST(TransactionHistory, AnswersFromTheLastSampleWhenTheNodeIsAskedSeldom) {
  TransactionHistory history;
  history.note(10, TimePoint(0s));
  history.note(20, TimePoint(60s));
  EXPECT_EQ(history.reached_by(TimePoint(59s)), 10);
}

}  // namespace
}  // namespace signpost::decision
