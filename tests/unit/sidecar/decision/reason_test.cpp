#include "sidecar/decision/reason.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace signpost::decision {
namespace {

// What a page at night hangs on: nothing healthy is a doubt, and every other row is one.
TEST(Reason, IsADoubtUnlessAClaimIsAcceptedOrSomebodyHoldsIt) {
  struct Case {
    Reason reason;
    const char* word;
    bool doubt;
  };
  const Case cases[] = {{Reason::starting, "starting", false},
                        {Reason::single_active, "single_active", false},
                        {Reason::active_moved, "active_moved", false},
                        {Reason::newest_of_several, "newest_of_several", false},
                        {Reason::held, "held", false},
                        {Reason::stale_claim, "stale_claim", true},
                        {Reason::unconfirmed, "unconfirmed", true},
                        {Reason::conflict, "conflict", true},
                        {Reason::electing, "electing", true},
                        {Reason::blind, "blind", true},
                        {Reason::damped, "damped", true}};
  std::set<std::string> words;
  for (const Case& c : cases) {
    EXPECT_EQ(to_word(c.reason), std::string(c.word));
    EXPECT_EQ(is_doubt(c.reason), c.doubt) << c.word;
    words.insert(c.word);
  }
  EXPECT_EQ(words.size(), 11U);
}

}  // namespace
}  // namespace signpost::decision
