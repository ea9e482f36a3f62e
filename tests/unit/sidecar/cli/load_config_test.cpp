#include "sidecar/cli/load_config.hpp"

#include <sstream>

#include "tests/unit/sidecar/cli/temporary_directory.hpp"

namespace signpost::cli {
namespace {

config::Environment environment() {
  config::Environment environment;
  environment.read_file = [](const std::string&) { return config::FileText{"secret\n", ""}; };
  return environment;
}

constexpr const char* good = R"(version = 1
[[group]]
name = "orders"
node = [{ name = "n1", address = "10.0.0.11" }]
record = { name = "orders.mq.example.com." }
publish = { mode = "observe" }
)";

class LoadConfig : public InTemporaryDirectory {};

TEST_F(LoadConfig, GivesTheConfigAndTheSumOfItsText) {
  std::ostringstream err;
  const auto loaded = load_config(write("a.toml", good), environment(), err);
  ASSERT_TRUE(loaded) << err.str();
  EXPECT_EQ(loaded->config.groups[0].name, "orders");
  EXPECT_EQ(loaded->text, good);
  EXPECT_EQ(loaded->sha256.size(), 64U);
  EXPECT_EQ(loaded->sha256.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(err.str(), "");
}

TEST_F(LoadConfig, PrintsEveryErrorAndTheirNumber) {
  std::ostringstream err;
  const std::string path = write("a.toml", "version = 1\nx = 1\n[[group]]\nname = 5\n");
  const auto loaded = load_config(path, environment(), err);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error(), exit_bad_config);
  EXPECT_NE(err.str().find(path + ":2:1: x is not a key"), std::string::npos) << err.str();
  EXPECT_NE(err.str().find(path + ":4:8: "), std::string::npos);
  EXPECT_TRUE(err.str().ends_with("5 errors in " + path + "\n")) << err.str();
}

TEST_F(LoadConfig, PrintsFiftyErrorsAtMost) {
  std::string many = good;
  for (int i = 0; i < 60; ++i) many = "k" + std::to_string(i) + " = 1\n" + many;
  std::ostringstream err;
  const std::string path = write("a.toml", many);
  ASSERT_FALSE(load_config(path, environment(), err));
  EXPECT_TRUE(err.str().ends_with("10 more are not shown\n60 errors in " + path + "\n"));
}

TEST_F(LoadConfig, TellsAMissingFileFromAnUnreadableOne) {
  std::ostringstream err;
  EXPECT_EQ(load_config(directory_ / "missing.toml", environment(), err).error(), exit_no_input);
  EXPECT_NE(err.str().find("does not exist; name another file with -c"), std::string::npos);
  EXPECT_EQ(load_config(directory_, environment(), err).error(), exit_no_input);
  EXPECT_EQ(load_config(write("file", "") + "/x", environment(), err).error(), exit_no_input);
  const std::string closed = write("closed.toml", good);
  std::filesystem::permissions(closed, std::filesystem::perms::none);
  if (std::ifstream(closed)) return;  // root reads everything
  EXPECT_EQ(load_config(closed, environment(), err).error(), exit_not_permitted);
}

}  // namespace
}  // namespace signpost::cli
