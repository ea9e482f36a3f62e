// A script that is not understood, or that is not kept, must fail: with its line, and for the right
// reason.
#include "tests/scenario/script.hpp"

#include <gtest/gtest.h>

#include "tests/scenario/player.hpp"
#include "tests/support/named_case.hpp"

namespace signpost::scenario {
namespace {

const std::string head = "# A situation.\n# Source: nowhere.\n";

struct BadScript : test::NamedCase {
  const char* text;
  std::size_t line;
  const char* message;
};
class ABadScript : public testing::TestWithParam<BadScript> {};
TEST_P(ABadScript, FailsWithItsLine) {
  try {
    read_script(head + GetParam().text);
    FAIL() << "it was understood";
  } catch (const ScriptError& e) {
    EXPECT_EQ(e.line, GetParam().line) << e.what();
    EXPECT_NE(std::string(e.what()).find(GetParam().message), std::string::npos) << e.what();
  }
}
INSTANTIATE_TEST_SUITE_P(
    Row, ABadScript,
    testing::Values(
        BadScript{{"NoGroup"}, "0s expect nobody\n", 3, "must come first"},
        BadScript{{"NoExpectation"}, "group n1\n0s n1 is ACTIVE\n", 1, "ends with"},
        BadScript{{"UnknownNode"}, "group n1\n0s n9 is ACTIVE\n", 4, "no node of this script"},
        BadScript{{"UnknownState"}, "group n1\n0s n1 is AWAKE\n", 4, "is no state"},
        BadScript{{"UnknownVerb"}, "group n1\n0s n1 becomes ACTIVE\n", 4, "\"call\" should be"},
        BadScript{{"UnknownPolicy"}, "group n1\npolicy on_rain keep\n", 4, "there is no policy"},
        BadScript{{"UnknownAction"}, "group n1\npolicy on_none jump\n", 4, "is none of keep"},
        BadScript{{"UnknownReason"}, "group n1\n0s expect n1, sleepy\n", 4, "nothing that can be"},
        BadScript{{"UnknownChange"}, "group n1\n0s expect change fled\n", 4, "is no change"},
        BadScript{{"EmptyChange"}, "group n1\n0s expect change\n", 4, "which change"},
        BadScript{{"WouldBeWhat"}, "group n1\n0s expect would be n9\n", 4, "would be what"},
        BadScript{{"TableWhat"}, "group n1\n0s expect table n1\n", 4, "is no reason"},
        BadScript{{"ByWhat"}, "group n1\n0s expect by n1\n", 4, "is no reason"},
        BadScript{{"CandidateWhat"}, "group n1\n0s expect candidate x\n", 4, "no node"},
        BadScript{{"NoUnit"}, "group n1\npolicy damping 10\n", 4, "is no time"},
        BadScript{{"NoNumber"}, "group n1\n0s expect generation many\n", 4, "is no number"},
        BadScript{{"NoQuote"}, "group n1\n0s expect because nothing\n", 4, "double quotes"},
        BadScript{{"OpenQuote"}, "group n1\n0s expect because \"no\n", 4, "is not closed"},
        BadScript{{"TimeGoesBack"}, "group n1\n5s n1 is ACTIVE\n4s n1 is ACTIVE\n", 5, "go back"},
        BadScript{{"AnswerBeforeTheQuestion"},
                  "group n1\n5s n1 says ACTIVE asked at 6s\n",
                  4,
                  "cannot be asked after"},
        BadScript{{"TooManyWords"}, "group n1\n0s operator releases n1\n", 4, "more than"},
        BadScript{{"TooFewWords"}, "group n1\n0s operator pins\n", 4, "the line ends"},
        BadScript{{"UnknownOrder"}, "group n1\n0s operator sings\n", 4, "\"pins\" should be"},
        BadScript{
            {"HeaderInTheMiddle"}, "group n1\n0s n1 is ACTIVE\npolicy ask_amqp\n", 5, "no node"}),
    test::case_name);

TEST(Script, NeedsToTellTheSituationAndItsSource) {
  EXPECT_THROW(read_script("group n1\n0s expect nobody\n"), ScriptError);
  EXPECT_THROW(read_script("# A situation.\ngroup n1\n0s expect nobody\n"), ScriptError);
}

struct BrokenPromise : test::NamedCase {
  const char* expectation;
  const char* message;
};
class ABrokenPromise : public testing::TestWithParam<BrokenPromise> {};
TEST_P(ABrokenPromise, IsAMistake) {
  std::string text =
      head + "group n1 n2\n0s n1 is ACTIVE opened -1h\n n2 is REPLICA\n1s expect n1\n";
  EXPECT_TRUE(play(read_script(text)).mistakes.empty());
  Outcome outcome = play(read_script(text + GetParam().expectation + "\n"));
  ASSERT_FALSE(outcome.mistakes.empty());
  EXPECT_EQ(outcome.mistakes.front().line, 7U);
  EXPECT_NE(outcome.mistakes.front().what.find(GetParam().message), std::string::npos)
      << outcome.mistakes.front().what;
}
INSTANTIATE_TEST_SUITE_P(
    Row, ABrokenPromise,
    testing::Values(BrokenPromise{{"Node"}, "expect n2", "the active node should be n2"},
                    BrokenPromise{{"Nobody"}, "expect nobody", "should be nobody"},
                    BrokenPromise{{"Action"}, "expect n1 withdraw", "what clients are told"},
                    BrokenPromise{{"Reason"}, "expect blind", "the reason should be blind"},
                    BrokenPromise{{"Alarm"}, "expect single_active, alarm", "the alarm"},
                    BrokenPromise{{"Candidate"}, "expect candidate n2", "the candidate"},
                    BrokenPromise{{"WouldBe"}, "expect would be n1", "under the hold"},
                    BrokenPromise{{"Table"}, "expect table blind", "the table's reason"},
                    BrokenPromise{{"Change"}, "expect no change", "the change should be none"},
                    BrokenPromise{{"By"}, "expect by blind", "reason of the newest change"},
                    BrokenPromise{{"Generation"}, "expect generation 7", "the generation"},
                    BrokenPromise{{"Opened"}, "expect opened 5s", "opened should be 5000ms"},
                    BrokenPromise{{"From"}, "expect from n2", "the node before"},
                    BrokenPromise{{"AnswerOf"}, "expect answer of 1s", "the answer behind it"},
                    BrokenPromise{{"Because"}, "expect because \"rain\"", "because should contain"},
                    BrokenPromise{{"Next"}, "expect next \"rain\"", "what is next should contain"},
                    BrokenPromise{{"Role"}, "expect role n2 MASTER", "n2's role should be MASTER"},
                    BrokenPromise{{"Throughout"}, "2s throughout expect n2", "the active node"}),
    test::case_name);

}  // namespace
}  // namespace signpost::scenario
