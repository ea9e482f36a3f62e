// What one step makes of a verdict: the generation, the change that made it grow, doubt, and what a
// restart takes up again.
#include "sidecar/decision/memory.hpp"

#include <gtest/gtest.h>

#include "sidecar/decision/arbiter.hpp"

namespace signpost::decision {
namespace {

using namespace std::chrono_literals;
using Change = Decision::Change;

const TimePoint t0{1000s};

std::optional<WallTime> opened_at(std::chrono::milliseconds t) {
  return WallTime(1'700'000'000'000ms + t);
}

// A group of three under one policy, stepped by hand. n1 is published, opened at 100 s.
struct Group {
  Policy policy;
  GroupView view;
  std::optional<Hold> hold;
  Memory memory;
  TimePoint now = t0;

  Group() {
    for (const char* name : {"n1", "n2", "n3"}) {
      policy.nodes.emplace_back(name);
      NodeView node;
      node.name = name;
      node.says = Says::not_active;
      view.nodes.push_back(node);
    }
    memory.generation_floor = 1000;
    only(1, opened_at(100s));
    step(0s);
    step(1ms);
  }
  Group& nobody() {
    for (NodeView& node : view.nodes) node.says = Says::not_active;
    return *this;
  }
  Group& also(int i, std::optional<WallTime> opened) {
    NodeView& node = view.nodes[static_cast<std::size_t>(i - 1)];
    node.says = Says::active;
    node.opened = opened;
    node.answer_started = now;
    return *this;
  }
  Group& only(int i, std::optional<WallTime> opened) { return nobody().also(i, opened); }
  Group& held(Hold::Kind kind, std::string node = "") {
    hold = Hold{kind, std::move(node), "test", "ops", now + 1h, {}, {}};
    return *this;
  }
  Group& step(Duration after) {
    now += after;
    memory = settle(memory, view, hold, policy, now);
    return *this;
  }
  [[nodiscard]] const Decision& decision() const { return memory.decision; }
};

struct ChangeCase {
  const char* name;
  void (*act)(Group&);
  Change change;
  bool grows = true;
};
class Changes : public testing::TestWithParam<ChangeCase> {};
TEST_P(Changes, SayWhatMadeTheGenerationGrow) {
  Group g;
  std::uint64_t before = g.decision().generation;
  GetParam().act(g);
  EXPECT_STREQ(to_word(g.decision().change), to_word(GetParam().change));
  EXPECT_EQ(g.decision().generation, before + (GetParam().grows ? 1 : 0));
}
INSTANTIATE_TEST_SUITE_P(
    Row, Changes,
    testing::Values(
        ChangeCase{"Nothing", [](Group& g) { g.step(1s); }, Change::none, false},
        ChangeCase{"Doubt", [](Group& g) { g.nobody().step(1s); }, Change::none, false},
        ChangeCase{"AnotherNode", [](Group& g) { g.only(2, opened_at(200s)).step(1s); },
                   Change::moved},
        ChangeCase{"ALaterTime", [](Group& g) { g.only(1, opened_at(101s)).step(1s); },
                   Change::reactivated},
        ChangeCase{"AnEarlierTimeOfTheSameNode",
                   [](Group& g) { g.only(1, opened_at(1s)).step(1s); }, Change::none, false},
        ChangeCase{"ALostTime", [](Group& g) { g.only(1, std::nullopt).step(1s); }, Change::none,
                   false},
        ChangeCase{"BackAfterDoubt",
                   [](Group& g) { g.nobody().step(1s).only(1, opened_at(100s)).step(1s); },
                   Change::reconfirmed},
        ChangeCase{"NewestOfTwoAfterDoubt",
                   [](Group& g) {
                     g.nobody().step(1s);
                     g.only(1, opened_at(100s)).also(2, opened_at(1s)).step(1s);
                   },
                   Change::reconfirmed},
        ChangeCase{"Withheld",
                   [](Group& g) {
                     g.policy.on_none = {Action::servfail, {}};
                     g.nobody().step(1s);
                   },
                   Change::withheld},
        ChangeCase{"Pinned", [](Group& g) { g.held(Hold::Kind::pin, "n3").step(1s); },
                   Change::moved},
        ChangeCase{"PinnedToItself", [](Group& g) { g.held(Hold::Kind::pin, "n1").step(1s); },
                   Change::none, false},
        ChangeCase{"Frozen", [](Group& g) { g.held(Hold::Kind::freeze).step(1s); }, Change::none,
                   false},
        ChangeCase{"Withdrawn", [](Group& g) { g.held(Hold::Kind::withdraw).step(1s); },
                   Change::withheld}),
    [](const auto& row) { return row.param.name; });

TEST(Memory, EveryChangeHasAWord) {
  EXPECT_STREQ(to_word(Change::none), "none");
  EXPECT_STREQ(to_word(Change::moved), "moved");
  EXPECT_STREQ(to_word(Change::reactivated), "reactivated");
  EXPECT_STREQ(to_word(Change::reconfirmed), "reconfirmed");
  EXPECT_STREQ(to_word(Change::withheld), "withheld");
  EXPECT_STREQ(to_word(Change::restored), "restored");
}

TEST(Memory, TheFirstGenerationIsAboveTheFloor) { EXPECT_EQ(Group().decision().generation, 1001U); }

TEST(Memory, AMoveNamesTheNodeBefore) {
  Group g;
  g.only(3, opened_at(200s)).step(1s);
  EXPECT_EQ(g.decision().previous, "n1");
  EXPECT_EQ(g.decision().active_since, g.now);
}

TEST(Memory, AWithheldAddressIsRestoredByTheSameNode) {
  Group g;
  g.policy.on_none = {Action::withdraw, 5s};
  g.nobody().step(1s).step(5s);
  EXPECT_EQ(g.decision().action, Action::withdraw);
  g.only(1, opened_at(100s)).step(1s);
  EXPECT_EQ(g.decision().action, Action::keep);
  EXPECT_EQ(g.decision().change, Change::restored);
  g.step(1s);
  EXPECT_EQ(g.decision().change, Change::none);
}

TEST(Memory, DoubtIsConfirmedOnce) {
  Group g;
  g.nobody().step(1s).step(1s).only(1, opened_at(100s)).step(1s);
  EXPECT_EQ(g.decision().change, Change::reconfirmed);
  g.step(1s);
  EXPECT_EQ(g.decision().change, Change::none);
}

TEST(Memory, AMoveAfterAStaleWaitNeedsNoConfirmation) {
  Group g;
  g.only(2, opened_at(1s)).step(1s).step(30s);
  EXPECT_EQ(g.decision().change, Change::moved);
  g.step(1s);
  EXPECT_EQ(g.decision().change, Change::none);
}

TEST(Memory, WhatTheTableDoesUnderAHoldConfirmsNothing) {
  Group g;
  g.held(Hold::Kind::freeze).nobody().step(1s);
  std::uint64_t before = g.decision().generation;
  g.only(2, opened_at(200s)).step(1s).step(1s);
  g.only(2, opened_at(300s)).step(1s);
  EXPECT_EQ(g.decision().generation, before);
  EXPECT_EQ(g.decision().would_be, (Publication{"n2", Action::keep}));
}

TEST(Memory, TheTableBackAtTheFrozenNodeIsAConfirmation) {
  Group g;
  g.held(Hold::Kind::freeze).only(2, opened_at(200s)).step(1s).step(1s);
  g.only(1, opened_at(300s)).step(1s);
  EXPECT_EQ(g.decision().change, Change::reconfirmed);
  g.step(1s);
  EXPECT_EQ(g.decision().change, Change::none);
}

TEST(Memory, AReleaseIntoDoubtWaitsForTheNextClaim) {
  Group g;
  g.held(Hold::Kind::pin, "n3").step(1s);
  g.nobody().step(1s);
  g.hold.reset();
  g.step(1s);
  EXPECT_EQ(g.decision().change, Change::none);
  EXPECT_EQ(g.decision().active, "n3");
  EXPECT_EQ(g.decision().would_be, (Publication{"n1", Action::keep}));
  g.only(1, opened_at(100s)).step(1s);
  EXPECT_EQ(g.decision().change, Change::moved);
  EXPECT_EQ(g.decision().active, "n1");
}

TEST(Memory, AHoldThatHasRunOutIsNone) {
  Group g;
  g.held(Hold::Kind::pin, "n3").step(1h);
  EXPECT_EQ(g.decision().active, "n1");
  EXPECT_EQ(g.decision().would_be, std::nullopt);
}

TEST(Memory, UnderAPinTheTimeOfAnotherNodeIsNotTold) {
  Group g;
  g.held(Hold::Kind::pin, "n3").step(1s);
  EXPECT_EQ(g.decision().opened, std::nullopt);
}

TEST(Memory, DampingCountsFromTheLastMove) {
  Group g;
  g.policy.damping = 60s;
  g.only(2, opened_at(200s)).step(10s);
  EXPECT_EQ(g.decision().reason, Reason::damped);
  EXPECT_EQ(g.memory.deadline, t0 + 60s);
}

TEST(Memory, TheSameStepTakenAgainEndsTheSame) {
  Group g;
  Memory before = g.memory;
  g.only(2, opened_at(200s)).step(1s);
  EXPECT_EQ(settle(before, g.view, g.hold, g.policy, g.now), g.memory);
}

}  // namespace
}  // namespace signpost::decision
