#include "sidecar/config/environment.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

namespace signpost::config {
namespace {

namespace fs = std::filesystem;

class SecretFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = fs::temp_directory_path() / "signpost-secret-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override { fs::remove_all(directory_); }

  std::string write(const std::string& text, mode_t mode) {
    const fs::path path = directory_ / "password";
    fs::remove(path);
    std::ofstream(path, std::ios::binary) << text;
    EXPECT_EQ(::chmod(path.c_str(), mode), 0);
    return path;
  }
  static std::string reason(const std::string& path) {
    const auto text = read_secret_file(path);
    return text.error.empty() ? "read" : text.error.substr(0, text.error.find(path));
  }

  fs::path directory_;
};

TEST_F(SecretFile, IsReadWhenOnlyOwnerAndGroupCanReadIt) {
  for (const mode_t mode : {0400, 0600, 0640, 0440}) {
    const auto text = read_secret_file(write("correct horse\n", mode));
    EXPECT_EQ(text.error, "");
    EXPECT_EQ(text.text, "correct horse\n");
  }
}

TEST_F(SecretFile, IsRefusedWhenOthersCanReadOrWriteIt) {
  EXPECT_EQ(reason(write("x", 0644)), "can be read by other users (mode 0644); chmod 0640 ");
  EXPECT_EQ(reason(write("x", 0604)), "can be read by other users (mode 0604); chmod 0600 ");
  EXPECT_EQ(reason(write("x", 0660)), "can be written by other users (mode 0660); chmod 0640 ");
  EXPECT_EQ(reason(write("x", 0602)), "can be written by other users (mode 0602); chmod 0600 ");
  EXPECT_EQ(reason(write("x", 0777)), "can be read by other users (mode 0777); chmod 0640 ");
}

TEST_F(SecretFile, IsRefusedWhenItIsTooLargeOrNoFile) {
  EXPECT_EQ(reason(write(std::string(64 << 10, 'x'), 0600)), "read");
  EXPECT_EQ(reason(write(std::string((64 << 10) + 1, 'x'), 0600)),
            "is larger than 64 kB; a password file holds one line");
  EXPECT_EQ(reason(directory_), "is not a regular file; name the file itself");
  EXPECT_EQ(reason(directory_ / "missing"),
            "does not exist; create it with the password alone in it, mode 0600");
}

TEST_F(SecretFile, DoesNotWaitForTheWriterOfAPipe) {
  const fs::path pipe = directory_ / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(reason(pipe), "is not a regular file; name the file itself");
}

TEST(OnlyLine, DropsOneNewlineAndRefusesTheRest) {
  EXPECT_EQ(*only_line("x"), "x");
  EXPECT_EQ(*only_line("x\n"), "x");
  EXPECT_EQ(*only_line("x\r\n"), "x");
  EXPECT_EQ(*only_line(" x "), " x ");
  EXPECT_EQ(*only_line("\xc3\xa4"), "\xc3\xa4");
  for (const std::string_view text :
       {std::string_view(""), std::string_view("\n"), std::string_view("x\n\n"),
        std::string_view("x\ny"), std::string_view("x\r"), std::string_view("x\0y", 3)}) {
    EXPECT_FALSE(only_line(text));
  }
}

TEST(ExpandPath, KnowsTheSpecifiersOfSystemd) {
  const Environment environment{"/s", "/t", "/d", {}};
  EXPECT_EQ(*expand_path("%d/password", environment), "/d/password");
  EXPECT_EQ(*expand_path("%S", environment), "/s");
  EXPECT_EQ(*expand_path("%t/x%%y", environment), "/t/x%y");
  EXPECT_EQ(*expand_path("", environment), "");
  for (const char* text : {"%", "%x", "/a/%", "relative", "./x", "%%S", "/a\nb"}) {
    EXPECT_FALSE(expand_path(text, environment)) << text;
  }
}

TEST(SystemEnvironment, TakesWhatSystemdGives) {
  const std::map<std::string, const char*> variables{
      {"STATE_DIRECTORY", "/var/lib/a:/var/lib/b"},
      {"CREDENTIALS_DIRECTORY", "/run/credentials/x"},
      {"RUNTIME_DIRECTORY", ""}};
  const Environment environment = system_environment([&](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second;
  });
  EXPECT_EQ(environment.state_directory, "/var/lib/a");
  EXPECT_EQ(environment.credentials_directory, "/run/credentials/x");
  EXPECT_EQ(environment.runtime_directory, "/run/signpost");
}

}  // namespace
}  // namespace signpost::config
