#include "sidecar/status/status_json.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/unit/sidecar/status/example.hpp"

namespace signpost::status {
namespace {

// Keys and words are a contract with everything that reads the document: the golden file shows each
// change in review. SIGNPOST_REWRITE=1 writes it anew.
TEST(StatusJson, IsTheDocumentInTheGoldenFile) {
  std::string path = std::string(SIGNPOST_SOURCE_DIR) + "/tests/vectors/status/two_groups.json";
  std::string now = status_json(test::example_snapshot());
  if (std::getenv("SIGNPOST_REWRITE") != nullptr) std::ofstream(path) << now;
  std::ifstream file(path);
  std::stringstream golden;
  golden << file.rdbuf();
  EXPECT_EQ(now, golden.str());
}

TEST(StatusJson, ParsesAndNeverLacksAKey) {
  boost::json::value v = boost::json::parse(status_json(StatusSnapshot{}));
  for (const char* key :
       {"schema", "generated_at", "signpost", "status", "summary", "serve", "groups"}) {
    EXPECT_TRUE(v.as_object().contains(key)) << key;
  }
  boost::json::value full = boost::json::parse(status_json(test::example_snapshot()));
  const auto& groups = full.at("groups").as_array();
  for (const auto& [key, value] : groups[0].as_object())
    EXPECT_TRUE(groups[1].as_object().contains(key)) << key;
}

TEST(StatusJson, GivesOneGroupWhenAsked) {
  boost::json::value v = boost::json::parse(status_json(test::example_snapshot(), "orders"));
  ASSERT_EQ(v.at("groups").as_array().size(), 1U);
  EXPECT_EQ(v.at("groups").at(0).at("name").as_string(), "orders");
  EXPECT_EQ(v.at("status").as_string(), "fail");
  boost::json::value well = boost::json::parse(status_json(test::example_snapshot(), "weather"));
  EXPECT_EQ(well.at("status").as_string(), "pass");
}

TEST(StatusJson, TheWorstGroupDecides) {
  StatusSnapshot s = test::example_snapshot();
  EXPECT_EQ(health_of(s), Health::fail);
  s.groups.pop_back();
  EXPECT_EQ(health_of(s), Health::pass);
  s.state_error = "disk full";
  EXPECT_EQ(health_of(s), Health::warn);
  s.state_error.reset();
  s.last_reload = ReloadStatus{{}, ""};
  EXPECT_EQ(health_of(s), Health::pass);
  s.last_reload->error = "a.toml:3:1: ...";
  EXPECT_EQ(health_of(s), Health::warn);
}

TEST(StatusJson, TellsHowTheLastReloadEnded) {
  StatusSnapshot s = test::example_snapshot();
  const auto last_reload = [&] {
    return boost::json::parse(status_json(s)).at("signpost").at("config").at("last_reload");
  };
  EXPECT_TRUE(last_reload().is_null());
  s.last_reload = ReloadStatus{WallTime(std::chrono::milliseconds(7)), ""};
  EXPECT_EQ(boost::json::serialize(last_reload()),
            R"({"result":"ok","at":"1970-01-01T00:00:00.007Z","error":null})");
  s.last_reload->error = "no";
  EXPECT_EQ(boost::json::serialize(last_reload()),
            R"({"result":"refused","at":"1970-01-01T00:00:00.007Z","error":"no"})");
}

TEST(StatusJson, TimesAreRfc3339WithMilliseconds) {
  EXPECT_EQ(rfc3339(WallTime(std::chrono::milliseconds(1'700'000'000'007))),
            "2023-11-14T22:13:20.007Z");
}

}  // namespace
}  // namespace signpost::status
