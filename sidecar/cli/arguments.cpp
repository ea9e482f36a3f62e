#include "sidecar/cli/arguments.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "sidecar/cli/control_arguments.hpp"
#include "sidecar/config/duration.hpp"
#include "sidecar/config/known_keys.hpp"
#include "sidecar/config/safe_text.hpp"

namespace signpost::cli {
namespace {

constexpr std::array<std::string_view, 11> commands{"run",     "check",   "status", "explain",
                                                    "history", "replay",  "hold",   "release",
                                                    "reload",  "version", "help"};

bool is_command(std::string_view word) {
  return std::find(commands.begin(), commands.end(), word) != commands.end();
}

UsageError unknown_command(std::string_view word) {
  const std::string_view near = config::nearest(word, commands);
  const std::string what = fmt::format("there is no command {}", config::in_quotes(word));
  if (near.empty()) return {fmt::format("{}; commands: {}", what, fmt::join(commands, ", "))};
  return {fmt::format("{}; did you mean \"{}\"?", what, near)};
}

/// The first word that is neither an option nor the value of -c: CLI11 would only say that a
/// command is missing.
std::optional<std::string_view> command_word(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "-c" || word == "--config") {
      ++i;
    } else if (!word.starts_with('-')) {
      return word;
    }
  }
  return std::nullopt;
}

class Parser {
 public:
  Parser() {
    app_.set_help_flag();  // ours reads better than the generated one
    app_.fallthrough();    // -c may stand behind the command
    app_.require_subcommand(0, 1);
    app_.add_option("-c,--config", config_path_);
    app_.add_flag("-h,--help", help_);
    app_.add_flag("--version", version_);
    for (const std::string_view command : commands) {
      app_.add_subcommand(std::string(command))->set_help_flag();
    }
    CLI::App& status = *app_.get_subcommand("status");
    status.add_option("group", group_);
    status.add_option("-o,--output", output_);
    status.add_option("--url", url_);
    status.add_flag("--exit-code", exit_code_);
    CLI::App& explain = *app_.get_subcommand("explain");
    explain.add_option("group", group_);
    explain.add_option("-o,--output", output_);
    explain.add_option("--url", url_);
    explain.add_option("--at", at_);
    explain.add_option("--file", file_);
    add_control_options();
    CLI::App& history = *app_.get_subcommand("history");
    history.add_option("file", file_);
    history.add_option("--group", group_);
    history.add_option("--since", since_);
    history.add_option("-o,--output", output_);
    CLI::App& replay = *app_.get_subcommand("replay");
    replay.add_option("file", file_);
    replay.add_flag("--rotated", rotated_);
    replay.add_option("-o,--output", output_);
    app_.get_subcommand("version")->add_flag("--build", build_);
    app_.get_subcommand("help")->add_option("command", topic_);
  }

  boost::system::result<Command, UsageError> parse(int argc, const char* const* argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ArgumentMismatch& e) {
      const std::string_view what = e.what();  // "--config: 1 required TEXT missing"
      return UsageError{fmt::format("{} needs a value", what.substr(0, what.find(':')))};
    } catch (const CLI::ParseError& e) {
      return UsageError{config::safe_text(e.what())};
    }
    return command();
  }

 private:
  void add_control_options() {
    CLI::App& hold = *app_.get_subcommand("hold");
    hold.add_option("group", hold_.group);
    hold.add_flag("--freeze", hold_.freeze);
    hold.add_option("--pin", hold_.pin);
    hold.add_flag("--withdraw", hold_.withdraw);
    hold.add_option("--for", hold_.duration);
    hold.add_option("--reason", hold_.reason);
    CLI::App& release = *app_.get_subcommand("release");
    release.add_option("group", hold_.group);
    release.add_option("--reason", hold_.reason);
    for (CLI::App* command : {&hold, &release, app_.get_subcommand("reload")}) {
      command->add_option("--socket", socket_);
    }
  }

  bool chosen(const char* name) { return app_.got_subcommand(name); }

  boost::system::result<Command, UsageError> command() {
    if (config_path_.empty()) return UsageError{"-c needs the name of a file"};
    if (help_) {
      const auto chosen_commands = app_.get_subcommands();
      return Command(HelpCommand{chosen_commands.empty() ? "" : chosen_commands[0]->get_name()});
    }
    if (version_ || chosen("version")) return Command(VersionCommand{build_});
    if (chosen("help")) return help();
    if (chosen("run")) return Command(RunCommand{config_path_});
    if (chosen("check")) return Command(CheckCommand{config_path_});
    if (chosen("status")) return status();
    if (chosen("explain")) return explain();
    if (chosen("hold")) return control(hold_request(hold_));
    if (chosen("release")) return control(release_request(hold_.group, hold_.reason));
    if (chosen("reload")) return control(Checked<control::ReloadRequest>(control::ReloadRequest{}));
    if (chosen("history")) return history();
    if (chosen("replay")) return replay();
    return UsageError{fmt::format("no command; commands: {}", fmt::join(commands, ", "))};
  }

  boost::system::result<Command, UsageError> help() {
    if (!topic_.empty() && !is_command(topic_)) return unknown_command(topic_);
    return Command(HelpCommand{topic_});
  }

  boost::system::result<Command, UsageError> status() {
    StatusCommand status{config_path_, std::nullopt, std::nullopt, StatusOutput::table, exit_code_};
    if (!group_.empty()) status.group = group_;
    if (!url_.empty()) status.url = url_;
    if (const auto wrong = read_output(status.output)) return *wrong;
    return Command(std::move(status));
  }

  boost::system::result<Command, UsageError> explain() {
    ExplainCommand explain;
    explain.config_path = config_path_;
    if (!group_.empty()) explain.group = group_;
    if (!url_.empty()) explain.url = url_;
    if (!at_.empty()) explain.at = at_;
    if (!file_.empty()) explain.file = file_;
    if (explain.url && (explain.at || explain.file))
      return UsageError{"--url asks a daemon, --at and --file read a history: choose one"};
    if (output_ == "json") {
      explain.output = StatusOutput::json;
    } else if (output_ != "table") {
      return UsageError{fmt::format("-o takes \"json\", not {}", config::in_quotes(output_))};
    }
    return Command(std::move(explain));
  }

  template <class T>
  using Checked = boost::system::result<T, UsageError>;

  template <class T>
  boost::system::result<Command, UsageError> control(const Checked<T>& request) {
    if (!request) return request.error();
    if (socket_ && socket_->empty()) return UsageError{"--socket needs a path"};
    return Command(ControlCommand{config_path_, socket_, *request});
  }

  boost::system::result<Command, UsageError> history() {
    HistoryCommand history{config_path_, std::nullopt, std::nullopt, std::nullopt, {}};
    if (!file_.empty()) history.file = file_;
    if (!group_.empty()) history.group = group_;
    if (!since_.empty()) {
      const auto since = config::parse_duration(since_);
      if (!since)
        return UsageError{
            fmt::format("--since: {}; {}", since.error().message, since.error().hint)};
      history.since = *since;
    }
    if (const auto wrong = read_output(history.output)) return *wrong;
    return Command(std::move(history));
  }

  boost::system::result<Command, UsageError> replay() {
    if (file_.empty()) return UsageError{"replay needs the name of a history file"};
    ReplayCommand replay{file_, rotated_, std::nullopt, {}};
    if (app_.count("--config") > 0) replay.config_path = config_path_;
    if (const auto wrong = read_output(replay.output)) return *wrong;
    return Command(std::move(replay));
  }

  std::optional<UsageError> read_output(StatusOutput& output) const {
    output = output_ == "json" ? StatusOutput::json : StatusOutput::table;
    if (output_ == "json" || output_ == "table") return std::nullopt;
    return UsageError{
        fmt::format("-o takes \"table\" or \"json\", not {}", config::in_quotes(output_))};
  }

  CLI::App app_;
  std::string config_path_ = default_config_path;
  std::string group_, url_, topic_, file_, since_, at_;
  HoldWords hold_;
  std::optional<std::string> socket_;
  std::string output_ = "table";
  bool help_ = false, version_ = false, build_ = false, exit_code_ = false, rotated_ = false;
};

}  // namespace

boost::system::result<Command, UsageError> parse_arguments(int argc, const char* const* argv) {
  const auto word = command_word(argc, argv);
  if (word && !is_command(*word)) return unknown_command(*word);
  return Parser().parse(argc, argv);
}

}  // namespace signpost::cli
