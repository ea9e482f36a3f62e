#include "sidecar/cli/commands.hpp"

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>
#include <utility>
#include <variant>

#include "sidecar/agent/daemon.hpp"
#include "sidecar/agent/file_again.hpp"
#include "sidecar/cli/arguments.hpp"
#include "sidecar/cli/check_command.hpp"
#include "sidecar/cli/control_command.hpp"
#include "sidecar/cli/exit_codes.hpp"
#include "sidecar/cli/explain_command.hpp"
#include "sidecar/cli/help.hpp"
#include "sidecar/cli/history_command.hpp"
#include "sidecar/cli/load_config.hpp"
#include "sidecar/cli/replay_command.hpp"
#include "sidecar/cli/status_command.hpp"
#include "sidecar/cli/version_command.hpp"
#include "sidecar/config/environment.hpp"
#include "sidecar/runtime/logging.hpp"

namespace signpost::cli {
namespace {

config::Environment environment() {
  return config::system_environment([](const char* name) { return std::getenv(name); });
}

runtime::Severity severity(config::LogLevel level) {
  switch (level) {
    case config::LogLevel::debug:
      return runtime::Severity::debug;
    case config::LogLevel::info:
      return runtime::Severity::info;
    case config::LogLevel::warning:
      return runtime::Severity::warning;
    case config::LogLevel::error:
      return runtime::Severity::error;
  }
  return runtime::Severity::info;
}

runtime::LogStyle style(config::LogFormat format) {
  switch (format) {
    case config::LogFormat::automatic:
      return runtime::LogStyle::automatic;
    case config::LogFormat::text:
      return runtime::LogStyle::text;
    case config::LogFormat::logfmt:
      return runtime::LogStyle::logfmt;
  }
  return runtime::LogStyle::automatic;
}

runtime::WallTime wall_now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

void apply(const config::Log& log) {
  runtime::configure_logging(severity(log.level), style(log.format));
}

agent::FileAgain read_again(const std::string& path) {
  std::ostringstream errors;
  auto loaded = load_config(path, environment(), errors);
  if (loaded) return {std::move(loaded->config), std::move(loaded->sha256), ""};
  return {std::nullopt, "", errors.str()};
}

struct Execute {
  int operator()(const RunCommand& command) const {
    const auto loaded = load_config(command.config_path, environment(), std::cerr);
    if (!loaded) return loaded.error();
    apply(loaded->config.log);
    const agent::DaemonOptions options{program_version(),
                                       program_revision(),
                                       command.config_path,
                                       loaded->sha256,
                                       [&command] { return read_again(command.config_path); },
                                       apply};
    return agent::run_daemon(loaded->config, options);
  }
  int operator()(const CheckCommand& command) const {
    return check_command(command.config_path, environment(), std::cout, std::cerr);
  }
  int operator()(const StatusCommand& command) const {
    return status_command(command, std::cout, std::cerr);
  }
  int operator()(const ExplainCommand& command) const {
    return explain_command(command, environment(), wall_now(), std::cout, std::cerr);
  }
  int operator()(const ControlCommand& command) const {
    return control_command(command, environment(), std::cout, std::cerr);
  }
  int operator()(const HistoryCommand& command) const {
    return history_command(command, environment(), wall_now(), std::cout, std::cerr);
  }
  int operator()(const ReplayCommand& command) const {
    return replay_command(command, environment(), std::cout, std::cerr);
  }
  int operator()(const VersionCommand& command) const {
    std::cout << version_text(command.build);
    return exit_ok;
  }
  int operator()(const HelpCommand& command) const {
    std::cout << help_text(command.topic);
    return exit_ok;
  }
};

}  // namespace

int run_command(int argc, const char* const* argv) {
  const auto command = parse_arguments(argc, argv);
  if (!command) {
    std::cerr << "signpost: " << command.error().message << "\nsee: signpost help\n";
    return exit_usage;
  }
  return std::visit(Execute(), *command);
}

}  // namespace signpost::cli
