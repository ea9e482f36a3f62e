#include "sidecar/history/what_if.hpp"

#include <gtest/gtest.h>

#include "tests/unit/sidecar/history/example.hpp"

namespace signpost::history {
namespace {

using namespace std::chrono_literals;
using decision::Policy;
using decision::Reason;

WhatIf with(const std::vector<Entry>& entries, const Policy& policy) {
  return what_if(entries, [&](const std::string&) { return &policy; });
}

/// As the agent records: only what changes.
std::vector<Entry> changes(const std::vector<Entry>& entries) {
  std::vector<Entry> kept;
  for (const Entry& entry : entries) {
    const bool decided = entry.step->before.decision.active != entry.step->after.decision.active ||
                         entry.step->before.decision.reason != entry.step->after.decision.reason;
    if (kept.empty() || decided || !same_but_for_times(entry.step->view, kept.back().step->view))
      kept.push_back(entry);
  }
  return kept;
}

TEST(WhatIf, TheSamePolicyChangesNothing) {
  test::Group group = test::with_a_stale_claim();
  for (const auto& entries : {group.entries, changes(group.entries)}) {
    const WhatIf result = with(entries, test::Group::with_three_nodes());
    EXPECT_TRUE(result.divergences.empty()) << to_text(result.divergences[0].recorded.what)
                                            << to_text(result.divergences[0].replayed.what);
    EXPECT_EQ(result.steps, entries.size());
    EXPECT_EQ(result.groups, 1U);
    EXPECT_TRUE(result.notes.empty());
  }
}

TEST(WhatIf, AShorterStaleHoldMovesEarlier) {
  test::Group group = test::with_a_stale_claim();
  Policy policy = test::Group::with_three_nodes();
  policy.stale_hold = 5s;
  for (const auto& entries : {group.entries, changes(group.entries)}) {
    const WhatIf result = with(entries, policy);
    ASSERT_EQ(result.divergences.size(), 1U);
    const Divergence& d = result.divergences[0];
    EXPECT_EQ(d.group, "weather");
    EXPECT_EQ(to_text(d.recorded.what), "n1");
    EXPECT_EQ(to_text(d.replayed.what), "n2");
    EXPECT_EQ(d.recorded.reason, Reason::stale_claim);
    EXPECT_EQ(d.replayed.reason, Reason::stale_claim);
    // n2 claims alone from 1 s on: held off until 6 s here, until 31 s in the history.
    EXPECT_EQ(d.from, test::wall(6'000));
    EXPECT_EQ(d.until, test::wall(31'000));
  }
}

TEST(WhatIf, ALongerOneNeverMoves) {
  test::Group group = test::with_a_stale_claim();
  Policy policy = test::Group::with_three_nodes();
  policy.stale_hold = 1h;
  const WhatIf result = with(group.entries, policy);
  ASSERT_EQ(result.divergences.size(), 1U);
  EXPECT_EQ(to_text(result.divergences[0].recorded.what), "n2");
  EXPECT_EQ(to_text(result.divergences[0].replayed.what), "n1");
  EXPECT_FALSE(result.divergences[0].until);
}

TEST(WhatIf, AShorterMaxViewAgeGoesBlind) {
  test::Group group;
  for (const char* node : {"n1", "n2", "n3"}) group.answer(node, std::nullopt);
  group.answer("n1", 100'000);
  group.pass(2s);  // the answers are two seconds old now
  group.fail("n3");
  Policy policy = test::Group::with_three_nodes();
  policy.max_view_age = 1s;
  const WhatIf result = with(group.entries, policy);
  ASSERT_EQ(result.divergences.size(), 1U);
  EXPECT_EQ(result.divergences[0].recorded.reason, Reason::single_active);
  EXPECT_EQ(result.divergences[0].replayed.reason, Reason::blind);
}

TEST(WhatIf, APolicyWithholdsTheAddressBetweenTwoEntries) {
  test::Group group;
  group.answer("n1", 100'000);
  for (const char* node : {"n2", "n3"}) group.answer(node, std::nullopt);
  group.answer("n1", std::nullopt);  // electing, at 0 s
  group.pass(500ms);
  group.answer("n1", std::nullopt);
  std::vector<Entry> entries = changes(group.entries);
  Entry stop;
  stop.event = "stop";
  stop.mono = group.now() + 20s;
  entries.push_back(stop);
  Policy policy = test::Group::with_three_nodes();
  policy.on_none = {decision::Action::servfail, 10s};
  const WhatIf result = with(entries, policy);
  ASSERT_EQ(result.divergences.size(), 1U);
  EXPECT_EQ(to_text(result.divergences[0].recorded.what), "n1");
  EXPECT_EQ(to_text(result.divergences[0].replayed.what), "n1 withheld (servfail)");
  EXPECT_EQ(result.divergences[0].from, test::wall(10'000));
}

TEST(WhatIf, StartsAnewWithEachProcess) {
  test::Group first = test::with_a_stale_claim();
  std::vector<Entry> entries = first.entries;
  Entry start;
  start.event = "start";
  entries.push_back(start);
  test::Group second;
  second.answer("n3", 500'000);
  entries.insert(entries.end(), second.entries.begin(), second.entries.end());
  Policy policy = test::Group::with_three_nodes();
  policy.stale_hold = 1h;
  const WhatIf result = with(entries, policy);
  ASSERT_EQ(result.divergences.size(), 1U);
  EXPECT_TRUE(result.divergences[0].until);
}

TEST(WhatIf, SaysWhichGroupsItCannotFollow) {
  test::Group group = test::with_a_stale_claim();
  WhatIf result = what_if(group.entries, [](const std::string&) { return nullptr; });
  EXPECT_EQ(result.notes,
            std::vector<std::string>{"group \"weather\" is not in this configuration"});
  EXPECT_EQ(result.steps, 0U);
  Policy policy = test::Group::with_three_nodes();
  policy.nodes = {"n1", "n2", "n4"};
  result = with(group.entries, policy);
  EXPECT_EQ(result.notes,
            std::vector<std::string>{"group \"weather\" has other nodes in this configuration"});
}

TEST(WhatIf, SaysWhatTheHistoryDoesNotHold) {
  test::Group group = test::with_a_stale_claim();
  Policy policy = test::Group::with_three_nodes();
  policy.max_view_age = 10s;
  EXPECT_EQ(with(group.entries, policy).notes.size(), 1U);
  policy.max_view_age = 3s;
  policy.ask_amqp = true;
  EXPECT_NE(with(group.entries, policy).notes.at(0).find("AMQP"), std::string::npos);
}

TEST(WhatIf, EndsWhateverTheFileSays) {
  Entry entry = test::full_entry();
  entry.step->view = {};
  std::vector<Entry> entries(3, entry);
  entries[1].step->now = test::mono(1'000'000'000'000'000'000);
  Policy policy;
  policy.nodes = {};
  policy.stale_hold = policy.damping = 0s;
  EXPECT_EQ(with(entries, policy).steps, 3U);
}

}  // namespace
}  // namespace signpost::history
