// deploy/signpost.example.toml says what is true: it parses, shows every key, and its defaults are
// the defaults.
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

#include "sidecar/config/document.hpp"
#include "sidecar/config/known_keys.hpp"
#include "tests/unit/sidecar/config/test_environment.hpp"

namespace signpost::config {
namespace {

std::string example() {
  std::ifstream file(EXAMPLE_FILE, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

bool is_commented_setting(std::string_view line) {
  if (line.size() < 2 || line[0] != '#' || line[1] < 'a' || line[1] > 'z') return false;
  const std::string_view key = line.substr(1, line.find_first_of(" =") - 1);
  return line.substr(1 + key.size()).starts_with(" = ");
}

/// "#key = value" -> "key = value".
std::string with_defaults(const std::string& text) {
  std::stringstream lines(text);
  std::string all;
  for (std::string line; std::getline(lines, line);) {
    all += is_commented_setting(line) ? line.substr(1) : line;
    all += '\n';
  }
  return all;
}

void add_keys(const Value& value, const std::string& table,
              std::set<std::pair<std::string, std::string>>& keys) {
  for (const Value& item : value.items) add_keys(item, table, keys);
  for (const Member& member : value.members) {
    if (table == "serve.ns_address") continue;  // its keys are names
    keys.emplace(table, member.key);
    const std::string inner = table.empty() ? member.key : table + "." + member.key;
    add_keys(member.value, inner, keys);
  }
}

std::string errors_of(const std::string& text) {
  const auto config = parse_config(text, test_environment());
  if (config) return "";
  std::string all;
  for (const ConfigError& error : config.error()) all += format_error("example", text, error);
  return all;
}

TEST(ExampleFile, Parses) { EXPECT_EQ(errors_of(example()), ""); }

TEST(ExampleFile, ParsesWithEveryDefaultWritten) {
  EXPECT_EQ(errors_of(with_defaults(example())), "");
}

TEST(ExampleFile, ShowsTheDefaultsThatAreTrue) {
  const auto without = parse_config(example(), test_environment());
  const auto with = parse_config(with_defaults(example()), test_environment());
  ASSERT_TRUE(without && with);
  EXPECT_EQ(without->brokers, with->brokers);
  EXPECT_EQ(without->groups, with->groups);
  EXPECT_EQ(without->discover, with->discover);
  EXPECT_EQ(without->serve, with->serve);
  EXPECT_EQ(without->http, with->http);
  EXPECT_EQ(without->log, with->log);
  EXPECT_EQ(without->resolver_servers, with->resolver_servers);
  EXPECT_EQ(without->state_directory, with->state_directory);
  EXPECT_EQ(without->history, with->history);
}

TEST(ExampleFile, ShowsEveryKnownKeyAndNoOther) {
  const auto document = parse_document(with_defaults(example()));
  ASSERT_TRUE(document);
  std::set<std::pair<std::string, std::string>> shown;
  add_keys(*document, "", shown);
  std::set<std::pair<std::string, std::string>> known;
  for (const KnownKey& key : known_keys()) known.emplace(key.table, key.key);
  EXPECT_EQ(shown, known);
}

TEST(ExampleFile, HasACommentAboveEachKeyOrItsFirstOccurrence) {
  std::stringstream lines(example());
  std::set<std::string> explained;
  bool after_comment = false;
  for (std::string line; std::getline(lines, line);) {
    const bool setting = is_commented_setting(line);
    const std::string_view bare = std::string_view(line).substr(setting ? 1 : 0);
    if (!setting && line.starts_with("#")) {
      after_comment = true;
    } else if (bare.find(" = ") != std::string_view::npos) {
      const std::string key(bare.substr(0, bare.find(' ')));
      if (after_comment) explained.insert(key);
      EXPECT_TRUE(explained.contains(key)) << line;
      after_comment = false;
    } else {
      after_comment = false;
    }
  }
}

}  // namespace
}  // namespace signpost::config
