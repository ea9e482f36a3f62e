// Whole files: good ones parse, bad ones give exactly the text beside them.
// SIGNPOST_REWRITE=1 in the environment writes that text anew; read the difference before you
// commit it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "sidecar/config/config_parser.hpp"
#include "tests/unit/sidecar/config/test_environment.hpp"

namespace signpost::config {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<fs::path> vectors(const char* kind) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(fs::path(CONFIG_VECTORS) / kind)) {
    if (entry.path().extension() == ".toml") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::string errors_text(const std::string& name, const std::string& text) {
  const auto config = parse_config(text, test_environment());
  if (config) return "no errors\n";
  std::string all;
  for (const ConfigError& error : config.error()) {
    if (!all.empty()) all += '\n';
    all += format_error(name, text, error);
  }
  return all;
}

std::string test_name(const testing::TestParamInfo<fs::path>& info) { return info.param.stem(); }

class BadConfig : public testing::TestWithParam<fs::path> {};

TEST_P(BadConfig, GivesExactlyTheExpectedText) {
  const std::string got = errors_text(GetParam().filename(), read(GetParam()));
  fs::path expected = GetParam();
  expected.replace_extension(".expected");
  if (std::getenv("SIGNPOST_REWRITE") != nullptr) {
    std::ofstream(expected, std::ios::binary) << got;
  }
  EXPECT_EQ(got, read(expected)) << "SIGNPOST_REWRITE=1 accepts the new text";
}

TEST_P(BadConfig, HasAPlaceAndAHintForEachError) {
  const auto config = parse_config(read(GetParam()), test_environment());
  ASSERT_FALSE(config);
  for (const ConfigError& error : config.error()) {
    EXPECT_GE(error.line, 1U) << error.message;
    EXPECT_GE(error.column, 1U) << error.message;
    EXPECT_FALSE(error.hint.empty()) << error.message;
  }
}

INSTANTIATE_TEST_SUITE_P(Vectors, BadConfig, testing::ValuesIn(vectors("bad")), test_name);

class GoodConfig : public testing::TestWithParam<fs::path> {};

TEST_P(GoodConfig, HasNoErrors) {
  EXPECT_EQ(errors_text(GetParam().filename(), read(GetParam())), "no errors\n");
}

INSTANTIATE_TEST_SUITE_P(Vectors, GoodConfig, testing::ValuesIn(vectors("good")), test_name);

}  // namespace
}  // namespace signpost::config
