#include "sidecar/history/replay.hpp"

#include <gtest/gtest.h>

#include "sidecar/history/entry_json.hpp"
#include "sidecar/history/history_reader.hpp"
#include "tests/unit/sidecar/history/example.hpp"

namespace signpost::history {
namespace {

/// Written and read again, as a file would have it.
std::vector<Entry> through_the_file(const std::vector<Entry>& entries) {
  std::vector<Entry> read;
  for (const Entry& entry : entries) {
    std::string line = to_line(entry);
    line.pop_back();
    auto parsed = parse_line(line);
    EXPECT_TRUE(parsed) << parsed.error();
    if (parsed) read.push_back(*std::move(parsed));
  }
  return read;
}

TEST(Verify, FindsEveryStepOfTheRealArbiterIdentical) {
  test::Group group = test::with_a_stale_claim();
  decision::Hold hold;
  hold.kind = decision::Hold::Kind::withdraw;
  hold.until = group.now() + std::chrono::seconds(2);
  group.event("start");
  group.hold(hold);
  group.pass(std::chrono::seconds(3));
  group.fail("n2");
  const Verification result = verify(through_the_file(group.entries));
  EXPECT_EQ(result.steps.size(), group.entries.size() - 1);
  EXPECT_EQ(result.groups, 1U);
  EXPECT_EQ(result.differing, 0U);
}

TEST(Verify, NamesWhatDiffers) {
  test::Group group = test::with_a_stale_claim();
  std::vector<Entry> entries = through_the_file(group.entries);
  entries[3].step->after.decision.reason = decision::Reason::blind;
  entries[3].step->after.decision.candidate = "n9";
  const Verification result = verify(entries);
  EXPECT_EQ(result.differing, 1U);
  const std::vector<std::string> differences{
      "decision.candidate: recorded \"n9\", now nothing",
      "decision.reason: recorded \"blind\", now \"single_active\""};
  EXPECT_EQ(result.steps[3].entry, 3U);
  EXPECT_EQ(result.steps[3].differences, differences);
}

TEST(Verify, NoticesAnotherInput) {
  test::Group group = test::with_a_stale_claim();
  std::vector<Entry> entries = through_the_file(group.entries);
  entries[0].policy->damping = std::chrono::hours(1);  // nothing was damped: no difference
  for (decision::NodeView& node : entries[3].step->view.nodes)
    node.says = decision::Says::not_active;
  EXPECT_EQ(verify(entries).differing, 1U);
}

// A change of the rules that would have decided a real failover otherwise must be meant.
TEST(Verify, DecidesARecordedFailoverAsItWas) {
  const auto history = read_history(SIGNPOST_VECTORS "/history/failover.jsonl", Rotated::leave_out);
  ASSERT_TRUE(history);
  EXPECT_TRUE(history->damaged.empty());
  const Verification result = verify(history->entries);
  EXPECT_EQ(result.steps.size(), 11U);
  for (const Replayed& step : result.steps)
    EXPECT_EQ(step.differences, std::vector<std::string>()) << history->entries[step.entry].seq;
}

TEST(Verify, TheRecordedFailoverIsWrittenAgainAsItIs) {
  std::ifstream file(SIGNPOST_VECTORS "/history/failover.jsonl");
  for (std::string line; std::getline(file, line);) {
    const auto entry = parse_line(line);
    ASSERT_TRUE(entry) << entry.error();
    EXPECT_EQ(to_line(*entry), line + "\n");
  }
}

}  // namespace
}  // namespace signpost::history
