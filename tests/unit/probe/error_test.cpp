#include "probe/error.hpp"

#include <gtest/gtest.h>

#include <set>
#include <stdexcept>
#include <string>

#include "probe/observation.hpp"

namespace signpost::probe {
namespace {

TEST(ProbeError, HasADistinctWordForEveryCode) {
  std::set<std::string> words;
  for (int code = 1; code <= static_cast<int>(errc::wrong_node); ++code) {
    words.insert(to_text(static_cast<errc>(code)));
  }
  EXPECT_EQ(words.size(), static_cast<std::size_t>(errc::wrong_node));
  EXPECT_FALSE(words.contains("unknown"));
  EXPECT_STREQ(to_text(errc::connect_refused), "connect_refused");
}

TEST(ProbeError, ThrowsALogicErrorThatSaysWhatWasNotChecked) {
  const Result<int> result = Failure{errc::forbidden, "http://h:1: 403"};
  try {
    (void)result.value();
    FAIL() << "nothing thrown";
  } catch (const std::logic_error& e) {
    EXPECT_STREQ(e.what(), "unchecked failure of a probe: forbidden: http://h:1: 403");
  }
}

TEST(Observation, SpellsStatesAsTheBrokerDoes) {
  EXPECT_STREQ(to_text(State::uninitialized), "UNINITIALIZED");
  EXPECT_STREQ(to_text(State::active), "ACTIVE");
  EXPECT_STREQ(to_text(State::other), "OTHER");
}

TEST(Observation, SpellsRolesAsTheBrokerDoes) {
  EXPECT_STREQ(to_text(NodeRole::none), "NONE");
  EXPECT_STREQ(to_text(NodeRole::unreachable), "UNREACHABLE");
  EXPECT_STREQ(to_text(NodeRole::other), "OTHER");
}

TEST(Observation, ClaimsActiveByTypeAndStateAlone) {
  VirtualhostRow row;
  row.role = NodeRole::waiting;
  row.type = "BDB_HA";
  row.state = State::active;
  EXPECT_TRUE(row.claims_active());
  row.state = State::unavailable;
  row.role = NodeRole::master;
  EXPECT_FALSE(row.claims_active());
  row.state = State::active;
  row.type = "BDB_HA_REPLICA";
  EXPECT_FALSE(row.claims_active());
}

}  // namespace
}  // namespace signpost::probe
