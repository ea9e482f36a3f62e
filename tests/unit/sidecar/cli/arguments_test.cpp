#include "sidecar/cli/arguments.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <vector>

#include "sidecar/cli/help.hpp"

namespace signpost::cli {
namespace {

boost::system::result<Command, UsageError> parse(std::initializer_list<const char*> words) {
  std::vector<const char*> argv{"signpost"};
  argv.insert(argv.end(), words);
  return parse_arguments(static_cast<int>(argv.size()), argv.data());
}

template <class T>
T parsed(std::initializer_list<const char*> words) {
  const auto command = parse(words);
  if (command && std::holds_alternative<T>(*command)) return std::get<T>(*command);
  ADD_FAILURE() << (command ? "another command" : command.error().message);
  return {};
}

std::string refusal(std::initializer_list<const char*> words) {
  const auto command = parse(words);
  return command ? "accepted" : command.error().message;
}

TEST(ParseArguments, TakesTheFileBeforeAndBehindTheCommand) {
  EXPECT_EQ(parsed<RunCommand>({"run"}).config_path, "/etc/signpost/signpost.toml");
  EXPECT_EQ(parsed<RunCommand>({"-c", "a.toml", "run"}).config_path, "a.toml");
  EXPECT_EQ(parsed<CheckCommand>({"check", "-c", "a.toml"}).config_path, "a.toml");
  EXPECT_EQ(parsed<CheckCommand>({"--config", "a.toml", "check"}).config_path, "a.toml");
  EXPECT_EQ(parsed<CheckCommand>({"--config=a.toml", "check"}).config_path, "a.toml");
  EXPECT_EQ(parsed<CheckCommand>({"-c", "run", "check"}).config_path, "run");
}

TEST(ParseArguments, UnderstandsStatus) {
  const auto plain = parsed<StatusCommand>({"status"});
  EXPECT_FALSE(plain.group || plain.url || plain.exit_code);
  EXPECT_EQ(plain.output, StatusOutput::table);
  const auto full = parsed<StatusCommand>(
      {"status", "orders", "-o", "json", "--url", "http://h:1", "--exit-code", "-c", "a.toml"});
  EXPECT_EQ(full.group, "orders");
  EXPECT_EQ(full.url, "http://h:1");
  EXPECT_EQ(full.output, StatusOutput::json);
  EXPECT_TRUE(full.exit_code);
  EXPECT_EQ(full.config_path, "a.toml");
}

TEST(ParseArguments, UnderstandsHelpAndVersionInEveryForm) {
  EXPECT_EQ(parsed<HelpCommand>({"help"}).topic, "");
  EXPECT_EQ(parsed<HelpCommand>({"-h"}).topic, "");
  EXPECT_EQ(parsed<HelpCommand>({"--help"}).topic, "");
  EXPECT_EQ(parsed<HelpCommand>({"help", "status"}).topic, "status");
  EXPECT_EQ(parsed<HelpCommand>({"status", "--help"}).topic, "status");
  EXPECT_FALSE(parsed<VersionCommand>({"version"}).build);
  EXPECT_FALSE(parsed<VersionCommand>({"--version"}).build);
  EXPECT_TRUE(parsed<VersionCommand>({"version", "--build"}).build);
}

TEST(ParseArguments, SaysInOneLineWhatIsWrong) {
  EXPECT_EQ(refusal({}), "no command; commands: run, check, status, version, help");
  EXPECT_EQ(refusal({"chekc"}), "there is no command \"chekc\"; did you mean \"check\"?");
  EXPECT_EQ(refusal({"-c", "a.toml", "stat"}),
            "there is no command \"stat\"; did you mean \"status\"?");
  EXPECT_EQ(refusal({"frobnicate"}),
            "there is no command \"frobnicate\"; commands: run, check, status, version, help");
  EXPECT_EQ(refusal({"help", "chekc"}), "there is no command \"chekc\"; did you mean \"check\"?");
  EXPECT_EQ(refusal({"-c"}), "--config needs a value");
  EXPECT_EQ(refusal({"run", "-c", ""}), "-c needs the name of a file");
  EXPECT_EQ(refusal({"status", "-o", "yaml"}), "-o takes \"table\" or \"json\", not \"yaml\"");
  EXPECT_EQ(refusal({"\x1b[31m"}).find('\x1b'), std::string::npos);
  for (const auto words : {std::initializer_list<const char*>{"run", "check"},
                           {"check", "a", "b"},
                           {"check", "--no"},
                           {"run", "--build"},
                           {"--exit-code"},
                           {"status", "a", "b"}}) {
    const std::string message = refusal(words);
    EXPECT_NE(message, "accepted");
    EXPECT_EQ(message.find('\n'), std::string::npos);
  }
}

TEST(HelpText, NamesEveryCommandAndIsNeverEmpty) {
  for (const char* command : {"run", "check", "status", "version", "help"}) {
    EXPECT_NE(help_text("").find(std::string("\n  ") + command), std::string::npos) << command;
    EXPECT_NE(help_text(command).find(command), std::string::npos);
    EXPECT_TRUE(help_text(command).ends_with('\n'));
  }
}

}  // namespace
}  // namespace signpost::cli
