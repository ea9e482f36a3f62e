// One row that fires and one that does not for each risk. A row changes a healthy group of three,
// in which there is no risk at all.
#include "sidecar/decision/forecast.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/named_case.hpp"

namespace signpost::decision {
namespace {

using namespace std::chrono_literals;
using probe::NodeRole;
using probe::State;

std::string name(std::size_t i) { return fmt::format("n{}", i + 1); }
std::string address(std::size_t i) { return fmt::format("10.0.0.{}:5000", i + 1); }

std::vector<std::string> addresses(std::size_t size) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < size; ++i) all.push_back(address(i));
  std::sort(all.begin(), all.end());  // as the reader of the reply does
  return all;
}

/// n1 is master, the others follow it, everybody hears everybody.
ForecastInput healthy(std::size_t size = 3) {
  ForecastInput group;
  for (std::size_t i = 0; i < size; ++i) {
    ForecastNode n;
    n.name = name(i);
    n.is_current = true;
    probe::NodeRow own{
        n.name,        "BDB_HA",      "weather", i == 0 ? NodeRole::master : NodeRole::replica,
        State::active, State::active, {},        address(i)};
    own.priority = 1;
    own.quorum_override = 0;
    own.designated_primary = false;
    own.permitted_nodes = addresses(size);
    n.own = own;
    for (std::size_t p = 0; p < size; ++p) {
      if (p == i) continue;
      n.peers.push_back({n.name,
                         name(p),
                         p == 0 ? NodeRole::master : NodeRole::replica,
                         State::active,
                         address(p),
                         {},
                         1});
    }
    n.lag = ReplicationLag{};
    n.clock = ClockBounds{-400ms, 500ms};
    group.nodes.push_back(n);
  }
  return group;
}

/// Node `i` is dead: silent, and heard by nobody.
void kill(ForecastInput& group, std::size_t i) {
  group.nodes[i].is_current = false;
  for (ForecastNode& n : group.nodes) {
    for (probe::PeerRow& peer : n.peers) {
      if (peer.name == name(i)) peer.role = NodeRole::unreachable;
    }
  }
}

/// Replicas without a master.
void wait(ForecastInput& group, std::size_t i) { group.nodes[i].own->role = NodeRole::waiting; }

void add_peer(ForecastInput& group, std::size_t i) {
  for (ForecastNode& n : group.nodes) {
    n.peers.push_back({n.name, name(i), NodeRole::replica, State::active, address(i), {}, 1});
  }
}

struct Case : test::NamedCase {
  std::size_t size;
  void (*change)(ForecastInput&);
  std::string risks;  // "severity id(node)", in order, with blanks between
  std::string said;   // a part of the first one's text
};

std::string summary(const std::vector<Risk>& risks) {
  std::string all;
  for (const Risk& r : risks) {
    all += fmt::format("{}{} {}({})", all.empty() ? "" : " ", to_word(r.severity), r.id, r.node);
  }
  return all;
}

class Forecast : public testing::TestWithParam<Case> {};

TEST_P(Forecast, NamesTheRisks) {
  ForecastInput group = healthy(GetParam().size);
  GetParam().change(group);
  const auto risks = forecast(group);
  EXPECT_EQ(summary(risks), GetParam().risks);
  if (!risks.empty()) {
    EXPECT_NE(risks[0].text.find(GetParam().said), std::string::npos) << risks[0].text;
    for (const Risk& risk : risks) EXPECT_FALSE(risk.cure.empty()) << risk.id;
  }
}

void nothing(ForecastInput&) {}

INSTANTIATE_TEST_SUITE_P(Healthy, Forecast,
                         testing::Values(Case{"GroupOfThree", 3, nothing, "", ""},
                                         Case{"GroupOfFive", 5, nothing, "", ""},
                                         Case{"OneNodeIsNoGroup", 1, nothing, "", ""},
                                         Case{"NoNodes", 0, nothing, "", ""},
                                         Case{"PlainBrokersHaveNoGroup", 3,
                                              [](auto& g) {
                                                for (auto& n : g.nodes) {
                                                  n.own.reset();
                                                  n.peers.clear();
                                                }
                                              },
                                              "", ""},
                                         Case{"UnknownSettingsAreNoRisk", 3,
                                              [](auto& g) {
                                                for (auto& n : g.nodes) {
                                                  n.own->priority.reset();
                                                  n.own->quorum_override.reset();
                                                  n.own->designated_primary.reset();
                                                  n.own->permitted_nodes.reset();
                                                  n.lag.reset();
                                                  n.clock.reset();
                                                }
                                              },
                                              "", ""}),
                         test::case_name);

INSTANTIATE_TEST_SUITE_P(
    Majority, Forecast,
    testing::Values(
        Case{"TwoOfThree", 3, [](auto& g) { kill(g, 2); }, "warn one_failure_from_standstill()",
             "2 of 3 members hear each other (n1 and n2): one failure from standstill"},
        Case{"FourOfFiveIsFine", 5, [](auto& g) { kill(g, 4); }, "", ""},
        Case{"ThreeOfFour", 4, [](auto& g) { kill(g, 3); }, "warn one_failure_from_standstill()",
             "3 of 4"},
        Case{"OneOfThree", 3,
             [](auto& g) {
               kill(g, 1);
               kill(g, 2);
             },
             "warn no_majority()", "until 1 more can be heard"},
        Case{"AGroupOfTwoIsAlwaysThere", 2, nothing, "info one_failure_from_standstill()",
             "a group of two"},
        Case{"AGroupOfTwoWithAPrimaryIsNot", 2,
             [](auto& g) { g.nodes[0].own->designated_primary = true; }, "", ""},
        Case{"ThePrimaryAloneIs", 2,
             [](auto& g) {
               g.nodes[0].own->designated_primary = true;
               kill(g, 1);
             },
             "warn one_failure_from_standstill()", "1 of 2"},
        Case{"BothHalvesOfACutDoNotAddUp", 4,
             [](auto& g) {
               for (auto& n : g.nodes) {
                 for (auto& peer : n.peers) {
                   const bool same_side = (n.name < "n3") == (peer.name < "n3");
                   if (!same_side) peer.role = NodeRole::unreachable;
                 }
               }
             },
             "warn no_majority()", "2 of 4"},
        Case{"ASilentPrimaryOfTwoDoesNotHelpTheOther", 2,
             [](auto& g) {
               g.nodes[1].own->designated_primary = true;
               kill(g, 1);
             },
             "warn no_majority()", ""},
        Case{"SilentToUsAloneIsFine", 3, [](auto& g) { g.nodes[2].is_current = false; }, "", ""},
        Case{"OnePingInVainIsFine", 3,
             [](auto& g) { g.nodes[0].peers[1].role = NodeRole::unreachable; }, "", ""},
        Case{"ThreeThatWaitForAnElectionAreFine", 3,
             [](auto& g) {
               for (std::size_t i = 0; i < 3; ++i) wait(g, i);
             },
             "", ""},
        Case{"TwoThatWaitForAnElection", 3,
             [](auto& g) {
               kill(g, 0);
               wait(g, 1);
               wait(g, 2);
             },
             "warn one_failure_from_standstill()", "2 of 3"},
        Case{"OfThoseThatWaitOneIsErroredOneSilentAndOneUnknown", 5,
             [](auto& g) {
               for (std::size_t i = 0; i < 5; ++i) wait(g, i);
               g.nodes[2].own.reset();
               g.nodes[3].is_current = false;
               g.nodes[4].own->state = State::errored;
             },
             "warn no_majority() warn not_electable(n5)", "2 of 5"},
        Case{"ADeadMemberCounts", 3,
             [](auto& g) {
               add_peer(g, 3);
               for (auto& n : g.nodes) n.own->permitted_nodes = addresses(4);
               kill(g, 2);
             },
             "warn one_failure_from_standstill() warn unwatched_member(n4)", "3 of 4"},
        Case{"OneConfiguredTooManyDoesNot", 3,
             [](auto& g) {
               ForecastNode n;
               n.name = "n4";
               g.nodes.push_back(n);
             },
             "", ""},
        Case{"SilenceMeansNothingBeforeAllWereAsked", 3,
             [](auto& g) {
               g.all_asked = false;
               kill(g, 1);
               kill(g, 2);
             },
             "", ""},
        Case{"NobodyAnswersIsSaidElsewhere", 3,
             [](auto& g) {
               for (std::size_t i = 0; i < 3; ++i) kill(g, i);
             },
             "", ""}),
    test::case_name);

INSTANTIATE_TEST_SUITE_P(
    Settings, Forecast,
    testing::Values(
        Case{"QuorumOverride", 3, [](auto& g) { g.nodes[1].own->quorum_override = 2; },
             "warn quorum_override(n2)", "n2 has quorumOverride 2: it counts"},
        Case{"QuorumOverrideOfANodeThatWasCutOff", 3,
             [](auto& g) {
               g.nodes[2].own->quorum_override = 1;
               kill(g, 2);
             },
             "warn one_failure_from_standstill() warn quorum_override(n3)", "2 of 3"},
        Case{"QuorumOverrideOfALonelyMaster", 3,
             [](auto& g) {
               g.nodes[0].own->quorum_override = 1;
               kill(g, 1);
               kill(g, 2);
             },
             "warn one_failure_from_standstill() warn quorum_override(n1)", "for 1 are needed"},
        Case{"TwoPrimariesOfTwo", 2,
             [](auto& g) {
               for (auto& n : g.nodes) n.own->designated_primary = true;
             },
             "warn two_designated_primaries()", "n1 and n2 are designatedPrimary: each goes on"},
        Case{"TwoPrimariesOfThreeHaveNoEffectYet", 3,
             [](auto& g) {
               g.nodes[0].own->designated_primary = true;
               g.nodes[2].own->designated_primary = true;
             },
             "info two_designated_primaries()", "n1 and n3"},
        Case{"OnePrimary", 3, [](auto& g) { g.nodes[0].own->designated_primary = true; }, "", ""},
        Case{"AllPriorityZero", 3,
             [](auto& g) {
               for (auto& n : g.nodes) n.own->priority = 0;
             },
             "warn all_priority_zero()", "nobody is ever elected"},
        Case{"AllOthersPriorityZero", 3,
             [](auto& g) {
               g.nodes[1].own->priority = 0;
               g.nodes[2].own->priority = 0;
             },
             "warn no_successor()", "if n1 fails nobody takes over"},
        Case{"TheOnlyOtherInContactHasPriorityZero", 3,
             [](auto& g) {
               g.nodes[1].own->priority = 0;
               kill(g, 2);
             },
             "warn one_failure_from_standstill() warn no_successor()", "2 of 3"},
        Case{"OnePriorityZeroMayBeMeant", 3, [](auto& g) { g.nodes[1].own->priority = 0; },
             "info not_electable(n2)", "n2 has priority 0"},
        Case{"TheMastersOwnPriorityZero", 3, [](auto& g) { g.nodes[0].own->priority = 0; },
             "info not_electable(n1)", "never becomes active"}),
    test::case_name);

INSTANTIATE_TEST_SUITE_P(
    PermittedNodes, Forecast,
    testing::Values(
        Case{"AMemberIsNotPermitted", 3,
             [](auto& g) {
               for (auto& n : g.nodes) n.own->permitted_nodes = addresses(2);
             },
             "warn permitted_nodes_mismatch(n3)",
             "n3 at 10.0.0.3:5000 is a member, but no permitted node of n1, n2 and n3"},
        Case{"APeerThatIsNotConfiguredIsNotPermitted", 3, [](auto& g) { add_peer(g, 3); },
             "warn permitted_nodes_mismatch(n4) warn unwatched_member(n4)", "n4 at 10.0.0.4:5000"},
        Case{"OnlyOneNodePermitsOthers", 3,
             [](auto& g) { g.nodes[2].own->permitted_nodes = addresses(4); },
             "warn permitted_nodes_mismatch(n3) info permitted_nodes_mismatch()",
             "n3 permits other nodes than n1"},
        Case{"ASpareIsPermitted", 3,
             [](auto& g) {
               for (auto& n : g.nodes) n.own->permitted_nodes = addresses(4);
             },
             "info permitted_nodes_mismatch()", "no member: 10.0.0.4:5000"},
        Case{"AnybodyIsPermitted", 3,
             [](auto& g) {
               for (auto& n : g.nodes) n.own->permitted_nodes.emplace();
             },
             "", ""},
        Case{"OneNodePermitsAnybody", 3, [](auto& g) { g.nodes[1].own->permitted_nodes.emplace(); },
             "warn permitted_nodes_mismatch(n2)", "n2 permits other nodes than n1"}),
    test::case_name);

INSTANTIATE_TEST_SUITE_P(
    Nodes, Forecast,
    testing::Values(Case{"Errored", 5,
                         [](auto& g) {
                           kill(g, 4);
                           g.nodes[4].is_current = true;
                           g.nodes[4].own->state = State::errored;
                           g.nodes[4].own->role = NodeRole::detached;
                         },
                         "warn not_electable(n5)", "n5 is ERRORED"},
                    Case{"Stopped", 5,
                         [](auto& g) {
                           kill(g, 4);
                           g.nodes[4].is_current = true;
                           g.nodes[4].own->state = State::stopped;
                           g.nodes[4].own->role = NodeRole::detached;
                         },
                         "warn not_electable(n5)", "n5 is STOPPED"},
                    Case{"Detached", 5,
                         [](auto& g) {
                           kill(g, 4);
                           g.nodes[4].is_current = true;
                           g.nodes[4].own->role = NodeRole::detached;
                         },
                         "warn not_electable(n5)", "n5 is DETACHED"},
                    Case{"Quiesced", 5,
                         [](auto& g) {
                           kill(g, 4);
                           g.nodes[4].is_current = true;
                           g.nodes[4].own->role = NodeRole::detached;
                           g.nodes[4].own->state = State::quiesced;
                         },
                         "warn not_electable(n5)", "n5 has state QUIESCED"},
                    Case{"NotJoined", 5,
                         [](auto& g) {
                           kill(g, 4);
                           g.nodes[4].is_current = true;
                           wait(g, 4);
                         },
                         "warn not_electable(n5)", "n5 is WAITING although n1 is master"},
                    Case{"WasErroredWhenLastHeard", 5,
                         [](auto& g) {
                           kill(g, 4);
                           g.nodes[4].own->state = State::errored;
                         },
                         "", ""},
                    Case{"Unwatched", 3,
                         [](auto& g) {
                           add_peer(g, 3);
                           for (auto& n : g.nodes) n.own->permitted_nodes = addresses(4);
                         },
                         "warn unwatched_member(n4)", "the record cannot follow"},
                    Case{"LagOverdue", 3,
                         [](auto& g) {
                           g.nodes[2].lag = ReplicationLag{900, 1};
                         },
                         "warn replica_lag(n3)",
                         "n3 is more than 10 s behind its master (900 transactions)"},
                    Case{"LagNotOverdue", 3,
                         [](auto& g) {
                           g.nodes[2].lag = ReplicationLag{100'000, 0};
                         },
                         "", ""}),
    test::case_name);

INSTANTIATE_TEST_SUITE_P(
    Clocks, Forecast,
    testing::Values(Case{"ProvenToDiffer", 3,
                         [](auto& g) {
                           g.nodes[2].clock = ClockBounds{1501ms, 2500ms};
                         },
                         "warn clock_difference()", "n3's clock is at least 1.0 s ahead of n1's"},
                    Case{"TheWorstPair", 3,
                         [](auto& g) {
                           g.nodes[1].clock = ClockBounds{-9000ms, -8000ms};
                           g.nodes[2].clock = ClockBounds{4s, 5s};
                         },
                         "warn clock_difference()", "n3's clock is at least 12.0 s ahead of n2's"},
                    Case{"OneSecondIsNotMore", 3,
                         [](auto& g) {
                           g.nodes[2].clock = ClockBounds{1500ms, 2500ms};
                         },
                         "", ""},
                    Case{"MayDifferIsNotProven", 3,
                         [](auto& g) {
                           g.nodes[2].clock = ClockBounds{0ms, 60s};
                         },
                         "", ""},
                    Case{"PlainBrokersHaveClocksToo", 2,
                         [](auto& g) {
                           for (auto& n : g.nodes) {
                             n.own.reset();
                             n.peers.clear();
                           }
                           g.nodes[0].clock = ClockBounds{5s, 6s};
                         },
                         "warn clock_difference()", "n1's clock"}),
    test::case_name);

TEST(Forecast, SaysWhenASettingIsFromAnEarlierAnswer) {
  ForecastInput group = healthy();
  group.nodes[2].own->quorum_override = 1;
  group.nodes[2].is_current = false;
  EXPECT_NE(forecast(group).at(0).text.find("quorumOverride 1 (by its last answer)"),
            std::string::npos);
}

TEST(Forecast, NamesAtMostAsManyNodesAsSomebodyReads) {
  ForecastInput group = healthy(40);
  for (std::size_t i = 1; i < 40; ++i) group.nodes[i].own->state = State::errored;
  const auto risks = forecast(group);
  EXPECT_EQ(risks.size(), 32U);
  for (const Risk& risk : risks) EXPECT_EQ(risk.id, "not_electable") << risk.text;
}

TEST(Forecast, StaysReadableWhateverABrokerSays) {
  ForecastInput group = healthy(9);
  for (auto& n : group.nodes) {
    n.own->quorum_override = std::numeric_limits<std::int64_t>::max();
    for (int i = 0; i < 100'000; ++i)
      n.peers.push_back(
          {n.name, fmt::format("x{}", i), NodeRole::replica, State::active, "", {}, 1});
  }
  const auto risks = forecast(group);
  EXPECT_LE(risks.size(), 32u);
  for (const Risk& risk : risks) EXPECT_LT(risk.text.size(), 500u) << risk.text;
}

}  // namespace
}  // namespace signpost::decision
