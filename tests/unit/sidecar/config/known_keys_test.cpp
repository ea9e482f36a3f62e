#include "sidecar/config/known_keys.hpp"

#include <gtest/gtest.h>

namespace signpost::config {
namespace {

TEST(EditDistance, CountsSlipsOfTheFinger) {
  EXPECT_EQ(edit_distance("timeout", "timeout"), 0U);
  EXPECT_EQ(edit_distance("Time-Out", "time_out"), 0U);
  EXPECT_EQ(edit_distance("timout", "timeout"), 1U);
  EXPECT_EQ(edit_distance("tiemout", "timeout"), 1U);  // two neighbours swapped
  EXPECT_EQ(edit_distance("timeouts", "timeout"), 1U);
  EXPECT_EQ(edit_distance("tameout", "timeout"), 1U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance(std::string(1000, 'a'), "a"), 1000U);
}

TEST(Nearest, IsSilentWhenNothingIsNear) {
  constexpr std::string_view words[] = {"serve", "observe"};
  EXPECT_EQ(nearest("serv", words), "serve");
  EXPECT_EQ(nearest("observed", words), "observe");
  EXPECT_EQ(nearest("obs", words), "observe");
  EXPECT_EQ(nearest("publish", words), "");
  EXPECT_EQ(nearest("", words), "");
}

TEST(UnknownKey, SaysWhereTheKeyBelongs) {
  struct Case {
    const char* table;
    const char* key;
    const char* hint;
  };
  const Case cases[] = {
      {"group.probe", "intervall", "did you mean \"interval\"?"},
      {"group", "max_view_age", "max_view_age belongs to [group.decide]"},
      {"group", "interval", "interval belongs to [group.probe] or [[broker]]"},
      {"serve", "negative_ttl", "negative_ttl belongs to [serve.soa]"},
      {"", "zone", "zone belongs to [serve]"},
      {"serve", "type",
       "did you mean \"types\"? types belongs to [group.record] or "
       "[discover.record]"},
      {"group.record.srv", "weight", "an entry of srv in [group.record] has: service, port"},
      {"discover", "max_view_age", "max_view_age belongs to [discover.decide]"},
      {"discover.record.srv", "weight", "an entry of srv in [discover.record] has: service, port"},
      {"log", "colour", "[log] has: level, format"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(unknown_key(c.table, c.key, c.key).hint, c.hint) << c.table << " " << c.key;
  }
}

TEST(UnknownKey, NeverInvitesAPassword) {
  for (const char* key : {"password", "Password", "passwort"}) {
    const Complaint complaint = unknown_key("broker", key, key);
    EXPECT_NE(complaint.hint.find("password_file"), std::string::npos) << key;
    EXPECT_NE(complaint.message.find("never"), std::string::npos) << key;
  }
}

}  // namespace
}  // namespace signpost::config
