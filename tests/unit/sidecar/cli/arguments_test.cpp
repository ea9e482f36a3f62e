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

constexpr const char* all_commands =
    "run, check, status, explain, history, replay, hold, release, reload, version, help";

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

TEST(ParseArguments, UnderstandsExplain) {
  const auto plain = parsed<ExplainCommand>({"explain"});
  EXPECT_FALSE(plain.group || plain.url || plain.at || plain.file);
  EXPECT_EQ(plain.output, StatusOutput::table);
  const auto now =
      parsed<ExplainCommand>({"explain", "orders", "-o", "json", "--url", "h:1", "-c", "a.toml"});
  EXPECT_EQ(now.group, "orders");
  EXPECT_EQ(now.url, "h:1");
  EXPECT_EQ(now.output, StatusOutput::json);
  EXPECT_EQ(now.config_path, "a.toml");
  const auto then = parsed<ExplainCommand>({"explain", "--at", "-10m", "--file", "h.jsonl"});
  EXPECT_EQ(then.at, "-10m");
  EXPECT_EQ(then.file, "h.jsonl");
  EXPECT_EQ(parsed<ExplainCommand>({"explain", "--at=-10m"}).at, "-10m");
  EXPECT_EQ(refusal({"explain", "--at", "-10m", "--url", "h:1"}),
            "--url asks a daemon, --at and --file read a history: choose one");
  EXPECT_EQ(refusal({"explain", "-o", "yaml"}), "-o takes \"json\", not \"yaml\"");
}

TEST(ParseArguments, UnderstandsHistory) {
  const auto plain = parsed<HistoryCommand>({"history"});
  EXPECT_FALSE(plain.file || plain.group || plain.since);
  EXPECT_EQ(plain.config_path, "/etc/signpost/signpost.toml");
  const auto full = parsed<HistoryCommand>(
      {"history", "h.jsonl", "--group", "orders", "--since", "24h", "-o", "json", "-c", "a.toml"});
  EXPECT_EQ(full.file, "h.jsonl");
  EXPECT_EQ(full.group, "orders");
  EXPECT_EQ(full.since, std::chrono::hours(24));
  EXPECT_EQ(full.output, StatusOutput::json);
  EXPECT_EQ(full.config_path, "a.toml");
  EXPECT_EQ(refusal({"history", "--since", "24"}),
            "--since: 24 has no unit; write \"24ms\" or \"24s\"");
}

TEST(ParseArguments, UnderstandsReplay) {
  const auto plain = parsed<ReplayCommand>({"replay", "h.jsonl"});
  EXPECT_EQ(plain.file, "h.jsonl");
  EXPECT_FALSE(plain.config_path || plain.rotated);
  const auto full =
      parsed<ReplayCommand>({"replay", "h.jsonl", "--config", "a.toml", "--rotated", "-o", "json"});
  EXPECT_EQ(full.config_path, "a.toml");
  EXPECT_TRUE(full.rotated);
  EXPECT_EQ(full.output, StatusOutput::json);
  EXPECT_EQ(parsed<ReplayCommand>({"-c", "a.toml", "replay", "h.jsonl"}).config_path, "a.toml");
  EXPECT_EQ(refusal({"replay"}), "replay needs the name of a history file");
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

TEST(ParseArguments, UnderstandsTheThreeKindsOfHold) {
  using decision::Hold;
  using namespace std::chrono_literals;
  const auto freeze = parsed<ControlCommand>(
      {"hold", "orders", "--freeze", "--for", "30m", "--reason", "JE upgrade", "-c", "a.toml"});
  EXPECT_EQ(freeze.config_path, "a.toml");
  EXPECT_FALSE(freeze.socket);
  EXPECT_EQ(std::get<control::HoldRequest>(freeze.request),
            (control::HoldRequest{"orders", Hold::Kind::freeze, "", "JE upgrade", 30min}));
  const auto pin = parsed<ControlCommand>(
      {"hold", "--pin=b", "--for=1s", "--reason=x", "orders", "--socket", "/run/s"});
  EXPECT_EQ(pin.socket, "/run/s");
  EXPECT_EQ(std::get<control::HoldRequest>(pin.request),
            (control::HoldRequest{"orders", Hold::Kind::pin, "b", "x", 1s}));
  const auto withdraw =
      parsed<ControlCommand>({"hold", "orders", "--withdraw", "--for", "30d", "--reason", "-"});
  EXPECT_EQ(std::get<control::HoldRequest>(withdraw.request),
            (control::HoldRequest{"orders", Hold::Kind::withdraw, "", "-", 720h}));
}

TEST(ParseArguments, UnderstandsReleaseAndReload) {
  EXPECT_EQ(
      std::get<control::ReleaseRequest>(parsed<ControlCommand>({"release", "orders"}).request),
      (control::ReleaseRequest{"orders", ""}));
  const auto release =
      parsed<ControlCommand>({"release", "orders", "--reason", "done", "--socket", "/run/s"});
  EXPECT_EQ(release.socket, "/run/s");
  EXPECT_EQ(std::get<control::ReleaseRequest>(release.request),
            (control::ReleaseRequest{"orders", "done"}));
  EXPECT_TRUE(std::holds_alternative<control::ReloadRequest>(
      parsed<ControlCommand>({"reload", "-c", "a.toml"}).request));
}

TEST(ParseArguments, SaysWhatAHoldLacks) {
  struct Case {
    std::vector<const char*> words;
    const char* message;
  };
  const char* const one_of = "hold takes one of --freeze, --pin NODE, --withdraw";
  const char* const seconds = "--for takes whole seconds, from \"1s\" to \"30d\", not ";
  const Case cases[] = {
      {{}, "hold needs the name of a group"},
      {{"--freeze", "--for", "1h", "--reason", "x"}, "hold needs the name of a group"},
      {{"\x1b[31m", "--freeze"}, "hold needs the name of a group"},
      {{"orders"}, one_of},
      {{"orders", "--for", "1h", "--reason", "x"}, one_of},
      {{"orders", "--freeze", "--withdraw", "--for", "1h", "--reason", "x"}, one_of},
      {{"orders", "--freeze", "--pin", "b"}, one_of},
      {{"orders", "--pin", ""}, "--pin needs the name of a node"},
      {{"orders", "--pin"}, "--pin needs a value"},
      {{"orders", "--freeze"}, "hold needs --for DURATION: a hold ends by itself"},
      {{"orders", "--freeze", "--for", "60"}, "--for: 60 has no unit; write \"60ms\" or \"60s\""},
      {{"orders", "--freeze", "--for", "1hour"},
       "--for: \"1hour\" is not a duration; write \"1h\""},
      {{"orders", "--freeze", "--for", "-1h"}, "--for: \"-1h\" is not a duration"},
      {{"orders", "--freeze", "--for", "0s"}, seconds},
      {{"orders", "--freeze", "--for", "1500ms"}, seconds},
      {{"orders", "--freeze", "--for", "31d"}, seconds},
      {{"orders", "--freeze", "--for", "1h"},
       "hold needs --reason TEXT, for whoever finds the hold at night"},
      {{"orders", "--freeze", "--for", "1h", "--reason", " "}, "--reason is empty"},
      {{"orders", "--freeze", "--for", "1h", "--reason", "a\nb"},
       "--reason has control characters, or is no UTF-8"}};
  for (const Case& c : cases) {
    std::vector<const char*> argv{"signpost", "hold"};
    argv.insert(argv.end(), c.words.begin(), c.words.end());
    const auto command = parse_arguments(static_cast<int>(argv.size()), argv.data());
    ASSERT_FALSE(command) << c.message;
    EXPECT_EQ(command.error().message.find(c.message), 0U) << command.error().message;
  }
  EXPECT_EQ(refusal({"release"}), "release needs the name of a group");
  EXPECT_EQ(refusal({"release", "orders", "--reason", "\t"}),
            "--reason has control characters, or is no UTF-8");
  EXPECT_EQ(refusal({"reload", "--socket", ""}), "--socket needs a path");
}

TEST(ParseArguments, SaysInOneLineWhatIsWrong) {
  EXPECT_EQ(refusal({}), std::string("no command; commands: ") + all_commands);
  EXPECT_EQ(refusal({"chekc"}), "there is no command \"chekc\"; did you mean \"check\"?");
  EXPECT_EQ(refusal({"-c", "a.toml", "stat"}),
            "there is no command \"stat\"; did you mean \"status\"?");
  EXPECT_EQ(refusal({"frobnicate"}),
            std::string("there is no command \"frobnicate\"; commands: ") + all_commands);
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
                           {"status", "a", "b"},
                           {"hold", "a", "b", "--freeze", "--for", "1h", "--reason", "x"},
                           {"release", "a", "--freeze"},
                           {"reload", "a"}}) {
    const std::string message = refusal(words);
    EXPECT_NE(message, "accepted");
    EXPECT_EQ(message.find('\n'), std::string::npos);
  }
}

TEST(HelpText, NamesEveryCommandAndIsNeverEmpty) {
  for (const char* command : {"run", "check", "status", "explain", "history", "replay", "hold",
                              "release", "reload", "version", "help"}) {
    EXPECT_NE(help_text("").find(std::string("\n  ") + command), std::string::npos) << command;
    EXPECT_NE(help_text(command).find(command), std::string::npos);
    EXPECT_TRUE(help_text(command).ends_with('\n'));
  }
}

}  // namespace
}  // namespace signpost::cli
