// One row per line of the truth table above decide(), and the rows that only look alike. Longer
// than most files, because the table is one thing and is read from top to bottom.
#include "sidecar/decision/active_node.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "tests/unit/sidecar/decision/scene.hpp"

namespace signpost::decision {
namespace {

struct Row {
  const char* name;
  std::function<Scene()> given;
  std::optional<std::string> active;
  Reason reason;
  bool alarm = false;
};

class TruthTable : public testing::TestWithParam<Row> {};

TEST_P(TruthTable, Decides) {
  Scene s = GetParam().given();
  Verdict v = decide(s.view, s.standing, s.hold, s.policy, s.now);
  EXPECT_EQ(v.published.node, GetParam().active);
  EXPECT_EQ(to_word(v.reason), to_word(GetParam().reason));
  EXPECT_EQ(v.alarm, GetParam().alarm);
}

// No row may depend on the order in which nodes are configured.
TEST_P(TruthTable, DecidesTheSameInEveryOrderOfTheNodes) {
  Scene s = GetParam().given();
  std::sort(s.view.nodes.begin(), s.view.nodes.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  do {
    Verdict v = decide(s.view, s.standing, s.hold, s.policy, s.now);
    EXPECT_EQ(v.published.node, GetParam().active);
    EXPECT_EQ(to_word(v.reason), to_word(GetParam().reason));
  } while (std::next_permutation(s.view.nodes.begin(), s.view.nodes.end(),
                                 [](const auto& a, const auto& b) { return a.name < b.name; }));
}

TEST(Decide, DampingKeepsTheStaleWait) {
  Scene s = Scene().claims(2, opened_at(1s));
  s.policy.damping = 70s;
  s.standing.stale_node = "n2";
  s.standing.stale_since = s.now - 31s;
  Verdict v = decide(s.view, s.standing, s.hold, s.policy, s.now);
  EXPECT_EQ(v.reason, Reason::damped);
  EXPECT_EQ(v.stale_since, s.now - 31s);
  EXPECT_TRUE(v.alarm);
}

Scene held(Hold::Kind kind, std::string node = "") {
  Scene s = Scene().claims(2, opened_at(200s));
  s.hold = Hold{kind, std::move(node), "maintenance", "ops", s.now + 1h, {}, {}};
  return s;
}

const Row rows[] = {
    {"NothingPublishedAndNotEveryNodeAsked",
     [] {
       Scene s = Scene().nothing_published().claims(2, opened_at(1s));
       s.view.all_asked = false;
       return s;
     },
     std::nullopt, Reason::starting},
    {"OneClaimP", [] { return Scene().claims(1, opened_at(100s)); }, "n1", Reason::single_active},
    {"OneClaimPWithAnEarlierTimeStillP", [] { return Scene().claims(1, opened_at(1s)); }, "n1",
     Reason::single_active},
    {"OneClaimPWhileNobodyElseAnswers",
     [] { return Scene().claims(1, opened_at(100s)).silent(2).silent(3); }, "n1",
     Reason::single_active},
    {"OneClaimNWhenNothingIsPublished",
     [] { return Scene().nothing_published().claims(2, opened_at(1s)); }, "n2",
     Reason::active_moved},
    {"OneClaimNLater", [] { return Scene().claims(2, opened_at(102001ms)); }, "n2",
     Reason::active_moved},
    {"OneClaimNLaterWhilePIsSilent",
     [] { return Scene().claims(2, opened_at(200s)).silent(1).silent(3); }, "n2",
     Reason::active_moved},
    {"OneClaimNExactlyTwoSecondsLaterIsUnordered",
     [] { return Scene().claims(2, opened_at(102s)); }, "n1", Reason::stale_claim, true},
    {"OneClaimNUnorderedNamedByAMajority",
     [] { return Scene().claims(2, opened_at(101s)).calls_master(3, 2); }, "n2",
     Reason::active_moved},
    {"OneClaimNEarlierIsNotFreedByAMajority",
     [] { return Scene().claims(2, opened_at(1s)).calls_master(3, 2).calls_master(1, 2); }, "n1",
     Reason::stale_claim, true},
    {"AViewThatCallsTwoNodesMasterIsNoVote",
     [] {
       Scene s = Scene().claims(2, opened_at(101s)).calls_master(3, 2);
       s.node(3).calls_master = {"n2", "n1"};
       return s;
     },
     "n1", Reason::stale_claim, true},
    {"TwoClaimsUnorderedAndOneViewNamesBoth",
     [] {
       Scene s = Scene().claims(1, opened_at(100s)).claims(2, opened_at(101s)).calls_master(3, 2);
       s.node(3).calls_master = {"n1", "n2"};
       return s;
     },
     "n1", Reason::conflict, true},
    {"AViewIsThreeSecondsOldWhateverMaxViewAge",
     [] {
       Scene s = Scene().claims(2, opened_at(101s)).calls_master(3, 2);
       s.policy.max_view_age = 1s;
       s.standing.seen_since = s.node(3).views_asked - 2s;
       return s;
     },
     "n1", Reason::stale_claim, true},
    {"OneClaimNWithoutTimeNamedByAMajority",
     [] { return Scene().claims(2, std::nullopt).calls_master(1, 2); }, "n2", Reason::active_moved},
    {"ItsOwnViewIsNoVote", [] { return Scene().claims(2, opened_at(101s)).calls_master(2, 2); },
     "n1", Reason::stale_claim, true},
    {"AViewFromAWaitingNodeIsNoVote",
     [] {
       Scene s = Scene().claims(2, opened_at(101s)).calls_master(3, 2);
       s.node(3).is_observer = false;
       return s;
     },
     "n1", Reason::stale_claim, true},
    {"AViewFromBeforePsTimeIsNoVote",
     [] {
       Scene s = Scene().claims(2, opened_at(101s)).calls_master(3, 2);
       s.standing.seen_since = s.node(3).views_asked - 3s;
       return s;
     },
     "n1", Reason::stale_claim, true},
    {"AViewFromJustAfterThatIsAVote",
     [] {
       Scene s = Scene().claims(2, opened_at(101s)).calls_master(3, 2);
       s.standing.seen_since = s.node(3).views_asked - 3001ms;
       return s;
     },
     "n2", Reason::active_moved},
    {"AnOldViewIsNoVote",
     [] {
       Scene s = Scene().claims(2, opened_at(101s)).calls_master(3, 2);
       s.node(3).views_asked = s.now - 3001ms;
       return s;
     },
     "n1", Reason::stale_claim, true},
    {"OneOfFiveVotesIsNoMajority",
     [] { return Scene(5).claims(2, opened_at(101s)).calls_master(3, 2); }, "n1",
     Reason::stale_claim, true},
    {"TwoOfFiveVotesAndItsOwnAreAMajority",
     [] { return Scene(5).claims(2, opened_at(101s)).calls_master(3, 2).calls_master(4, 2); }, "n2",
     Reason::active_moved},
    {"PairUnorderedAndTheOtherSaysNotActive", [] { return Scene(2).claims(2, opened_at(101s)); },
     "n2", Reason::active_moved},
    {"PairUnorderedAndTheOtherIsSilent",
     [] { return Scene(2).claims(2, opened_at(101s)).silent(1); }, "n1", Reason::stale_claim, true},
    {"PairEarlierAndTheOtherSaysNotActive", [] { return Scene(2).claims(2, opened_at(1s)); }, "n1",
     Reason::stale_claim, true},
    {"PairHasNoWitnesses", [] { return Scene(2).claims(2, opened_at(1s)).calls_master(1, 2); },
     "n1", Reason::stale_claim, true},
    {"OneClaimNEarlierIsHeldOff", [] { return Scene().claims(2, opened_at(1s)); }, "n1",
     Reason::stale_claim, true},
    {"OneClaimNEarlierWhilePSaysNothing", [] { return Scene().claims(2, opened_at(1s)).silent(1); },
     "n1", Reason::stale_claim, true},
    {"HeldOffForLessThanStaleHold",
     [] {
       Scene s = Scene().claims(2, opened_at(1s));
       s.standing.stale_node = "n2";
       s.standing.stale_since = s.now - 29999ms;
       return s;
     },
     "n1", Reason::stale_claim, true},
    {"HeldOffForStaleHold",
     [] {
       Scene s = Scene().claims(2, opened_at(1s));
       s.standing.stale_node = "n2";
       s.standing.stale_since = s.now - 30s;
       return s;
     },
     "n2", Reason::stale_claim, true},
    {"TheWaitOfAnotherNodeDoesNotCount",
     [] {
       Scene s = Scene().claims(2, opened_at(1s));
       s.standing.stale_node = "n3";
       s.standing.stale_since = s.now - 40s;
       return s;
     },
     "n1", Reason::stale_claim, true},
    {"OneClaimNNotYetConfirmed",
     [] {
       Scene s = Scene().claims(2, opened_at(200s));
       s.node(2).confirmation = Confirmation::pending;
       return s;
     },
     "n1", Reason::unconfirmed},
    {"OneClaimNDenied",
     [] {
       Scene s = Scene().claims(2, opened_at(200s));
       s.node(2).confirmation = Confirmation::denied;
       return s;
     },
     "n1", Reason::unconfirmed},
    {"PNeedsNoConfirmation",
     [] {
       Scene s = Scene().claims(1, opened_at(100s));
       s.node(1).confirmation = Confirmation::pending;
       return s;
     },
     "n1", Reason::single_active},
    {"TwoClaimsNLater",
     [] { return Scene().claims(1, opened_at(100s)).claims(2, opened_at(200s)); }, "n2",
     Reason::newest_of_several},
    {"TwoClaimsPLater", [] { return Scene().claims(1, opened_at(100s)).claims(2, opened_at(1s)); },
     "n1", Reason::newest_of_several},
    {"TwoClaimsUnorderedNamedByAMajority",
     [] {
       return Scene().claims(1, opened_at(100s)).claims(2, opened_at(101s)).calls_master(3, 2);
     },
     "n2", Reason::newest_of_several},
    {"TwoClaimsUnorderedPNamedByAMajority",
     [] {
       return Scene().claims(1, opened_at(100s)).claims(2, opened_at(101s)).calls_master(3, 1);
     },
     "n1", Reason::newest_of_several},
    {"TwoClaimsWithoutPTheNewerOlderThanP",
     [] { return Scene().claims(2, opened_at(50s)).claims(3, opened_at(1s)).silent(1); }, "n1",
     Reason::stale_claim, true},
    {"TwoClaimsTheNewerNotConfirmed",
     [] {
       Scene s = Scene().claims(1, opened_at(100s)).claims(2, opened_at(200s));
       s.node(2).confirmation = Confirmation::pending;
       return s;
     },
     "n1", Reason::unconfirmed},
    {"TwoClaimsUnorderedPAmongThem",
     [] { return Scene().claims(1, opened_at(100s)).claims(2, opened_at(101s)); }, "n1",
     Reason::conflict, true},
    {"TwoClaimsUnorderedPNotAmongThem",
     [] { return Scene().claims(2, opened_at(200s)).claims(3, opened_at(201s)); }, "n1",
     Reason::conflict, true},
    {"TwoClaimsUnorderedNothingPublished",
     [] {
       return Scene().nothing_published().claims(2, opened_at(200s)).claims(3, opened_at(201s));
     },
     std::nullopt, Reason::conflict, true},
    {"ThreeClaimsTheNewestWins",
     [] {
       return Scene()
           .claims(1, opened_at(100s))
           .claims(2, opened_at(200s))
           .claims(3, opened_at(300s));
     },
     "n3", Reason::newest_of_several},
    {"NoClaimAMajorityAnswers", [] { return Scene().silent(1); }, "n1", Reason::electing},
    {"NoClaimAMinorityAnswers", [] { return Scene().silent(1).silent(2); }, "n1", Reason::blind,
     true},
    {"NoClaimHalfOfFourAnswers", [] { return Scene(4).silent(1).silent(2); }, "n1", Reason::blind,
     true},
    {"NoClaimNothingPublished", [] { return Scene().nothing_published(); }, std::nullopt,
     Reason::electing},
    {"ChangeTooSoon",
     [] {
       Scene s = Scene().claims(2, opened_at(200s));
       s.policy.damping = 70s;
       return s;
     },
     "n1", Reason::damped},
    {"ChangeLateEnough",
     [] {
       Scene s = Scene().claims(2, opened_at(200s));
       s.policy.damping = 60s;
       return s;
     },
     "n2", Reason::active_moved},
    {"TheFirstNodeIsNotDamped",
     [] {
       Scene s = Scene().nothing_published().claims(2, opened_at(1s));
       s.standing.last_change = s.now;
       s.policy.damping = 70s;
       return s;
     },
     "n2", Reason::active_moved},
    {"Frozen", [] { return held(Hold::Kind::freeze); }, "n1", Reason::held},
    {"Pinned", [] { return held(Hold::Kind::pin, "n3"); }, "n3", Reason::held},
    {"Withdrawn", [] { return held(Hold::Kind::withdraw); }, "n1", Reason::held},
    {"AHoldThatRanOut",
     [] {
       Scene s = held(Hold::Kind::freeze);
       s.hold->until = s.now;
       return s;
     },
     "n2", Reason::active_moved},
};

INSTANTIATE_TEST_SUITE_P(Row, TruthTable, testing::ValuesIn(rows),
                         [](const auto& row) { return row.param.name; });

TEST(Decide, AWithdrawingHoldSaysSo) {
  Scene s = held(Hold::Kind::withdraw);
  EXPECT_EQ(decide(s.view, s.standing, s.hold, s.policy, s.now).published.action, Action::withdraw);
}

TEST(Decide, UnderAHoldTheTableGoesOn) {
  Scene s = held(Hold::Kind::freeze);
  Verdict v = decide(s.view, s.standing, s.hold, s.policy, s.now);
  EXPECT_EQ(v.active, "n2");
  EXPECT_EQ(v.table_reason, Reason::active_moved);
}

TEST(Decide, RemembersTheNewestTimeThatPClaimedWith) {
  Scene older = Scene().claims(1, opened_at(1s));
  EXPECT_EQ(decide(older.view, older.standing, older.hold, older.policy, older.now).opened,
            opened_at(100s));
  Scene newer = Scene().claims(1, opened_at(300s));
  EXPECT_EQ(decide(newer.view, newer.standing, newer.hold, newer.policy, newer.now).opened,
            opened_at(300s));
}

TEST(Decide, OneLostProbeDoesNotBeginTheWaitAnew) {
  Scene s = Scene().silent(2);
  s.node(2).last_claimed = s.now - 2s;
  s.standing.stale_node = "n2";
  s.standing.stale_since = s.now - 20s;
  EXPECT_EQ(decide(s.view, s.standing, s.hold, s.policy, s.now).stale_since, s.now - 20s);
  s.node(2).last_claimed = s.now - 3001ms;
  EXPECT_EQ(decide(s.view, s.standing, s.hold, s.policy, s.now).stale_since, std::nullopt);
  s.node(2).last_claimed = s.now - 2s;
  s.node(2).says = Says::not_active;
  EXPECT_EQ(decide(s.view, s.standing, s.hold, s.policy, s.now).stale_since, std::nullopt);
}

TEST(Decide, DampingForgetsTheWaitOfAnotherNode) {
  Scene s = Scene().claims(3, opened_at(200s));
  s.policy.damping = 70s;
  s.standing.stale_node = "n2";
  s.standing.stale_since = s.now - 31s;
  EXPECT_EQ(decide(s.view, s.standing, s.hold, s.policy, s.now).stale_since, std::nullopt);
}

TEST(Decide, AWithdrawalAndAPinAreWhatTheyAreOverAnythingElse) {
  Scene s;
  s.standing.published = {"n1", Action::fallback};
  s.hold = Hold{Hold::Kind::pin, "n3", "", "", s.now + 1h, {}, {}};
  EXPECT_EQ(decide(s.view, s.standing, s.hold, s.policy, s.now).published,
            (Publication{"n3", Action::keep}));
  s.hold->kind = Hold::Kind::withdraw;
  EXPECT_EQ(decide(s.view, s.standing, s.hold, s.policy, s.now).published,
            (Publication{"n1", Action::withdraw}));
  s.hold->kind = Hold::Kind::freeze;
  EXPECT_EQ(decide(s.view, s.standing, s.hold, s.policy, s.now).published,
            (Publication{"n1", Action::fallback}));
}

TEST(Decide, OrderNeedsMoreThanTwoSeconds) {
  EXPECT_EQ(order_of(opened_at(102001ms), opened_at(100s)), Order::later);
  EXPECT_EQ(order_of(opened_at(102s), opened_at(100s)), Order::unordered);
  EXPECT_EQ(order_of(opened_at(98s), opened_at(100s)), Order::unordered);
  EXPECT_EQ(order_of(opened_at(97999ms), opened_at(100s)), Order::earlier);
  EXPECT_EQ(order_of(std::nullopt, opened_at(100s)), Order::unordered);
  EXPECT_EQ(order_of(opened_at(100s), std::nullopt), Order::unordered);
}

}  // namespace
}  // namespace signpost::decision
