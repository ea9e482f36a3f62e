// Each situation in which a group can be, explained: the text is in
// tests/vectors/explain/every_situation.txt, where it is read like prose. SIGNPOST_REWRITE=1 writes
// it anew.
#include "sidecar/decision/explanation.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "sidecar/decision/explain_text.hpp"
#include "tests/unit/sidecar/decision/situations.hpp"

namespace signpost::decision {
namespace {

using namespace std::chrono_literals;

Explanation explained(const test::Situation& s) {
  return explain(s.step.after, s.step.view, s.policy, s.step.hold, s.step.now);
}

std::string prose(const test::Situation& s) {
  Explanation e = explained(s);
  std::string out = std::string("## ") + s.name + "\n" + explain_text("orders", e);
  // The evidence and the checks have tests of their own: here they would hide the sentences.
  std::stringstream lines(out);
  std::string kept;
  bool skip = false;
  for (std::string line; std::getline(lines, line);) {
    if (line[0] != ' ') skip = line.starts_with("evidence") || line.starts_with("checks");
    if (!skip) kept += line + "\n";
  }
  return kept + "\n";
}

TEST(Explanation, SaysOfEverySituationWhatTheVectorsSay) {
  std::string path =
      std::string(SIGNPOST_SOURCE_DIR) + "/tests/vectors/explain/every_situation.txt";
  std::string now;
  for (const test::Situation& s : test::situations()) now += prose(s);
  if (std::getenv("SIGNPOST_REWRITE") != nullptr) std::ofstream(path) << now;
  std::ifstream file(path);
  std::stringstream golden;
  golden << file.rdbuf();
  EXPECT_EQ(now, golden.str());
}

TEST(Explanation, TheSituationsAreEveryReasonWithEveryActionAndEveryHold) {
  std::set<std::string> seen;
  for (const test::Situation& s : test::situations()) {
    const Decision& d = s.step.after.decision;
    std::string hold = s.step.hold ? std::string(" ") + to_word(s.step.hold->kind) : "";
    seen.insert(std::string(to_word(d.reason)) + hold + " " + to_word(d.action));
  }
  std::set<std::string> expected{"starting keep", "single_active keep", "active_moved keep",
                                 "newest_of_several keep", "held withdraw withdraw",
                                 // A pin always gives an address.
                                 "held pin keep"};
  for (const char* action : {"keep", "withdraw", "servfail", "fallback"}) {
    for (const char* doubt :
         {"stale_claim", "unconfirmed", "conflict", "electing", "blind", "damped", "held freeze"})
      expected.insert(std::string(doubt) + " " + action);
  }
  EXPECT_EQ(seen, expected);
}

// The promise of `in`: at that time, and not before it, clients are told something else.
TEST(Explanation, WhatNeedsNothingButTimeHappensAtThatTime) {
  int promises = 0;
  for (const test::Situation& s : test::situations()) {
    for (const Explanation::Need& need : explained(s).needs) {
      if (!need.in || need.text.find("changes nothing") != std::string::npos) continue;
      ++promises;
      auto published_at = [&](TimePoint when) {
        Memory m = s.step.after;
        GroupView view = s.step.view;
        for (NodeView& v : view.nodes) v.answer_started = when;
        for (NodeView& v : view.nodes) {
          if (v.confirmed_at && when >= *v.confirmed_at) v.confirmation = Confirmation::confirmed;
        }
        return settle(m, view, s.step.hold, s.policy, when).standing.published;
      };
      Publication before = s.step.after.standing.published;
      if (*need.in > Duration{}) {
        EXPECT_EQ(published_at(s.step.now + *need.in - 1ms), before) << s.name << ": " << need.text;
      }
      EXPECT_NE(published_at(s.step.now + *need.in), before) << s.name << ": " << need.text;
    }
  }
  EXPECT_GT(promises, 8);
}

// And what a node must do for it: the need, fulfilled, changes what clients are told.
TEST(Explanation, WhatANodeMustDoIsEnough) {
  int promises = 0;
  for (const test::Situation& s : test::situations()) {
    Explanation e = explained(s);
    for (const Explanation::Need& need : e.needs) {
      std::optional<Publication> then = test::fulfilled(s, need);
      if (!then) continue;
      ++promises;
      EXPECT_NE(*then, s.step.after.standing.published) << s.name << ": " << need.text;
    }
  }
  EXPECT_GT(promises, 60);
}

TEST(Explanation, IsTheSameFromAStepThatWasWrittenDown) {
  for (const test::Situation& s : test::situations()) {
    Memory again = settle(s.step.before, s.step.view, s.step.hold, s.policy, s.step.now);
    EXPECT_EQ(explain(again, s.step.view, s.policy, s.step.hold, s.step.now), explained(s))
        << s.name;
  }
}

TEST(Explanation, HasNoAgesInItsReason) {
  for (const test::Situation& s : test::situations()) {
    EXPECT_EQ(because(s.step.after, s.step.view, s.policy, s.step.hold), explained(s).because);
  }
}

TEST(Explanation, GivesTheEvidenceOfEachNode) {
  test::Situation s = test::stale_among_witnesses();
  Explanation e = explained(s);
  ASSERT_EQ(e.evidence.size(), 3U);
  EXPECT_EQ(e.evidence[0].detail, "no answer that counts");
  EXPECT_FALSE(e.evidence[0].age);
  EXPECT_EQ(e.evidence[1].detail, "claims to be active, opened 2023-11-14T22:15:00Z");
  EXPECT_EQ(e.evidence[1].age, 100ms);
  EXPECT_EQ(e.evidence[2].detail, "says that it is not active; calls n2 MASTER");
  EXPECT_EQ(e.evidence[2].calls_master, std::vector<std::string>{"n2"});
  EXPECT_EQ(e.evidence[2].views_age, 500ms);
}

TEST(Explanation, IsOneTextFromTopToBottom) {
  test::Situation s = test::stale_among_witnesses();
  Explanation e = explained(s);
  e.evidence[0].note = "UNREACHABLE: connection refused (147 probes in a row)";
  EXPECT_EQ(explain_text("orders", e),
            R"(orders -> n1 (generation 41)
reason    stale_claim for 0 s
because   n2 claims to be active, but nothing shows that it came after n1, so it may be an old master that was paused: the record stays on n1
rule      sole_claim_old: exactly one node claims, and nothing shows that it came after the active one
evidence  n1  no answer that counts; UNREACHABLE: connection refused (147 probes in a row)
          n2  claims to be active, opened 2023-11-14T22:15:00Z; asked 0.1 s ago
          n3  says that it is not active; calls n2 MASTER; asked 0.1 s ago
checks    ok  fresh_views         2 of 3 nodes answered in the last 3 s, not n1
          ok  exactly_one_active  n2
          no  order               n2 was opened within 2 s of n1, or at an unknown time
          no  majority            1 of 3 nodes name n2 (2 are a majority); views that may be from before the time of n1 do not count
           -  confirmed           AMQP is not asked
           -  damping             off
          ok  hold                none
          ok  policy              nothing is withheld
runner-up n2: nothing shows that it came after n1
needs     one of these:
          - n2 to be the only one to claim for 30 s more
          - a majority (2 of 3) to call n2 MASTER, in views from after the time of n1
          - a claim opened more than 2 s after n1
)");
}

// The view may be newer than the step: a node that the decision speaks of has left the group.
TEST(Explanation, SpeaksOfNodesThatAreGone) {
  for (const test::Situation& s : test::situations()) {
    for (std::size_t gone = 0; gone < s.step.view.nodes.size(); ++gone) {
      GroupView view = s.step.view;
      view.nodes.erase(view.nodes.begin() + static_cast<std::ptrdiff_t>(gone));
      Explanation e = explain(s.step.after, view, s.policy, s.step.hold, s.step.now);
      EXPECT_EQ(e.evidence.size(), view.nodes.size()) << s.name;
      EXPECT_EQ(e.active, s.step.after.decision.active) << s.name;
      EXPECT_FALSE(e.because.empty()) << s.name;
      EXPECT_FALSE(explain_text("orders", e).empty()) << s.name;
    }
  }
}

// A hold that is gone already, and a record without what the table would say.
TEST(Explanation, SpeaksOfAHoldOfWhichNothingIsKnown) {
  int held = 0;
  for (const test::Situation& s : test::situations()) {
    if (!s.step.hold) continue;
    ++held;
    Explanation e = explain(s.step.after, s.step.view, s.policy, std::nullopt, s.step.now);
    EXPECT_TRUE(e.because.starts_with("an operator's hold is in force: ")) << e.because;
    ASSERT_EQ(e.needs.size(), 1U);
    EXPECT_EQ(e.needs[0].text, "the hold to be released or to run out");
    Memory memory = s.step.after;
    memory.decision.would_be.reset();
    e = explain(memory, s.step.view, s.policy, s.step.hold, s.step.now);
    EXPECT_TRUE(e.because.ends_with("without the hold: the same")) << e.because;
  }
  EXPECT_GT(held, 7);
}

TEST(Explanation, IsWholeWithoutNeeds) {
  Explanation e = explained(test::stale_among_witnesses());
  e.needs.clear();
  std::string last = next_change_needs(e);
  EXPECT_FALSE(last.empty());
  EXPECT_TRUE(explain_text("orders", e).ends_with("\nneeds     " + last + "\n"))
      << explain_text("orders", e);
}

// Nothing may look wrong where nothing is.
TEST(Explanation, NoCheckFailsInAHealthyGroup) {
  for (const test::Situation& s : test::situations()) {
    if (s.step.after.decision.reason != Reason::single_active || s.policy.damping > 0s) continue;
    for (const Explanation::Check& check : explained(s).checks)
      EXPECT_NE(check.passed, false) << s.name << ": " << check.word << ": " << check.detail;
  }
}

TEST(SpanText, TakesTwoUnits) {
  struct Case {
    std::chrono::microseconds span;
    const char* text;
  };
  const Case cases[] = {{0ms, "0 s"},
                        {100us, "1 ms"},
                        {49ms, "49 ms"},
                        {400ms, "0.4 s"},
                        {9940ms, "9.9 s"},
                        {9960ms, "10 s"},
                        {12'400ms, "12 s"},
                        {119s, "119 s"},
                        {125s, "2 min 5 s"},
                        {10min + 5s, "10 min"},
                        {119min, "119 min"},
                        {2h, "2 h"},
                        {3h + 20min, "3 h 20 min"},
                        {48h, "2 d"},
                        {52h + 10min, "2 d 4 h"}};
  for (const Case& c : cases) EXPECT_EQ(span_text(c.span), c.text);
}

}  // namespace
}  // namespace signpost::decision
