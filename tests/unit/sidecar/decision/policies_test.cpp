// What clients get in the place of an address that nobody confirms, and when it comes back.
#include <gtest/gtest.h>

#include "tests/unit/sidecar/decision/scene.hpp"

namespace signpost::decision {
namespace {

// What the policies make of a doubt that has lasted for ten seconds.
struct PolicyRow {
  const char* name;
  void (*given)(Scene&);
  Action action;
  std::optional<Duration> due_in = std::nullopt;  // deadline
};
class Policies : public testing::TestWithParam<PolicyRow> {};
TEST_P(Policies, WithholdAnAddress) {
  Scene s;
  s.standing.doubtful_since = s.now - 10s;
  GetParam().given(s);
  Verdict v = decide(s.view, s.standing, s.hold, s.policy, s.now);
  EXPECT_STREQ(to_word(v.action), to_word(GetParam().action));
  EXPECT_EQ(v.published.action, v.action);
  if (GetParam().due_in) {
    EXPECT_EQ(v.deadline, s.now + *GetParam().due_in);
  }
}
const PolicyRow policy_rows[] = {
    {"KeepIsTheDefault", [](Scene&) {}, Action::keep},
    {"OnNoneUnderElecting",
     [](Scene& s) {
       s.policy.on_none = {Action::withdraw, 10s};
     },
     Action::withdraw},
    {"OnNoneNotYet",
     [](Scene& s) {
       s.policy.on_none = {Action::withdraw, 11s};
     },
     Action::keep, 1s},
    {"OnNoneNotUnderBlind",
     [](Scene& s) {
       s.silent(1).silent(2);
       s.policy.on_none = {Action::withdraw, 0s};
     },
     Action::keep},
    {"OnBlindUnderBlind",
     [](Scene& s) {
       s.silent(1).silent(2);
       s.policy.on_blind = {Action::servfail, 10s};
     },
     Action::servfail},
    {"OnBlindNotUnderElecting",
     [](Scene& s) {
       s.policy.on_blind = {Action::servfail, 0s};
     },
     Action::keep},
    {"OnConflictUnderConflict",
     [](Scene& s) {
       s.claims(1, opened_at(100s)).claims(2, opened_at(101s));
       s.policy.on_conflict = {Action::fallback, 10s};
     },
     Action::fallback},
    {"OnConflictNotUnderElecting",
     [](Scene& s) {
       s.policy.on_conflict = {Action::fallback, 0s};
     },
     Action::keep},
    {"ClaimOfPGivesItBack",
     [](Scene& s) {
       s.standing.action = Action::withdraw;
       s.claims(1, opened_at(100s));
     },
     Action::keep},
    {"ClaimOfNGivesItBack",
     [](Scene& s) {
       s.standing.action = Action::withdraw;
       s.claims(2, opened_at(200s));
     },
     Action::keep},
    {"NewestOfSeveralGivesItBack",
     [](Scene& s) {
       s.standing.action = Action::withdraw;
       s.claims(1, opened_at(100s)).claims(2, opened_at(1s));
     },
     Action::keep},
    {"StaleClaimDoesNot",
     [](Scene& s) {
       s.standing.action = Action::withdraw;
       s.claims(2, opened_at(1s));
     },
     Action::withdraw},
    {"UnconfirmedClaimDoesNot",
     [](Scene& s) {
       s.standing.action = Action::withdraw;
       s.claims(2, opened_at(200s)).node(2).confirmation = Confirmation::pending;
     },
     Action::withdraw},
    {"DampedClaimDoesNot",
     [](Scene& s) {
       s.standing.action = Action::withdraw;
       s.policy.damping = 70s;
       s.claims(2, opened_at(200s));
     },
     Action::withdraw},
    {"KeepDoesNot", [](Scene& s) { s.standing.action = Action::withdraw; }, Action::withdraw},
    {"AnotherPlanReplacesIt",
     [](Scene& s) {
       s.standing.action = Action::withdraw;
       s.policy.on_none = {Action::fallback, 10s};
     },
     Action::fallback},
    {"StartingHasNoPlan",
     [](Scene& s) {
       s.nothing_published();
       s.view.all_asked = false;
       s.policy.on_none = s.policy.on_blind = {Action::fallback, 0s};
     },
     Action::keep},
    {"NotBeforeEveryNodeWasAsked",
     [](Scene& s) {
       s.silent(1);
       s.view.all_asked = false;
       s.policy.on_none = s.policy.on_blind = {Action::withdraw, 0s};
     },
     Action::keep},
    {"NobodyKnownHasOne",
     [](Scene& s) {
       s.nothing_published();
       s.policy.on_none = {Action::fallback, 0s};
     },
     Action::fallback},
    {"DeadlineIsTheEarlierOfTwo",
     [](Scene& s) {
       s.hold = Hold{Hold::Kind::freeze, "", "", "", s.now + 2s, {}, {}};
       s.policy.on_none = {Action::withdraw, 15s};
     },
     Action::keep, 2s}};
INSTANTIATE_TEST_SUITE_P(Row, Policies, testing::ValuesIn(policy_rows),
                         [](const auto& row) { return row.param.name; });

TEST(Decide, DoubtBeginsWithTheFirstClaimThatIsNotAccepted) {
  Scene s = Scene().claims(2, opened_at(1s));
  EXPECT_EQ(decide(s.view, s.standing, s.hold, s.policy, s.now).doubtful_since, s.now);
  s = Scene().claims(1, opened_at(100s));
  s.standing.doubtful_since = s.now - 1s;
  EXPECT_EQ(decide(s.view, s.standing, s.hold, s.policy, s.now).doubtful_since, std::nullopt);
}

TEST(Words, OfReasonsActionsAndHolds) {
  const std::pair<Reason, std::string_view> reasons[] = {
      {Reason::starting, "starting"},
      {Reason::single_active, "single_active"},
      {Reason::active_moved, "active_moved"},
      {Reason::stale_claim, "stale_claim"},
      {Reason::unconfirmed, "unconfirmed"},
      {Reason::newest_of_several, "newest_of_several"},
      {Reason::conflict, "conflict"},
      {Reason::electing, "electing"},
      {Reason::blind, "blind"},
      {Reason::damped, "damped"},
      {Reason::held, "held"}};
  for (auto [reason, word] : reasons) EXPECT_EQ(to_word(reason), word);
  EXPECT_STREQ(to_word(Action::keep), "keep");
  EXPECT_STREQ(to_word(Action::withdraw), "withdraw");
  EXPECT_STREQ(to_word(Action::servfail), "servfail");
  EXPECT_STREQ(to_word(Action::fallback), "fallback");
  EXPECT_STREQ(to_word(Hold::Kind::freeze), "freeze");
  EXPECT_STREQ(to_word(Hold::Kind::pin), "pin");
  EXPECT_STREQ(to_word(Hold::Kind::withdraw), "withdraw");
}

}  // namespace
}  // namespace signpost::decision
