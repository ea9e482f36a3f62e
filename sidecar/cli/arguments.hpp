// Arguments: argv -> what is to be done, or one line that says what is wrong with it.
//
//   signpost [-c FILE] run | check | status [GROUP] | explain [GROUP] | history [FILE] |
//                      replay FILE | hold GROUP ... | release GROUP | reload | version |
//                      help [COMMAND]
#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <variant>

#include "sidecar/control/control_request.hpp"

namespace signpost::cli {

inline constexpr const char* default_config_path = "/etc/signpost/signpost.toml";

struct RunCommand {
  std::string config_path;
};
struct CheckCommand {
  std::string config_path;
};
enum class StatusOutput { table, json };
struct StatusCommand {
  std::string config_path;  // where [http] listen is, unless `url` is given
  std::optional<std::string> group;
  std::optional<std::string> url;
  StatusOutput output = StatusOutput::table;
  bool exit_code = false;  // 1 when the status is "fail"
};
struct ExplainCommand {
  std::string config_path;  // where [http] listen and [history] file are
  std::optional<std::string> group;
  std::optional<std::string> url;
  std::optional<std::string> at;    // a past moment: the history is asked and not the daemon
  std::optional<std::string> file;  // that history
  StatusOutput output = StatusOutput::table;
};
/// hold, release, reload.
struct ControlCommand {
  std::string config_path;            // where [control] socket is, unless `socket` is given
  std::optional<std::string> socket;  // a path
  control::Request request;
};
struct HistoryCommand {
  std::string config_path;  // where the history is, unless `file` is given
  std::optional<std::string> file;
  std::optional<std::string> group;
  std::optional<std::chrono::milliseconds> since;  // not older than this
  StatusOutput output = StatusOutput::table;
};
struct ReplayCommand {
  std::string file;
  bool rotated = false;                    // the older files beside it as well
  std::optional<std::string> config_path;  // whose policies are tried on what was seen
  StatusOutput output = StatusOutput::table;
};
struct VersionCommand {
  bool build = false;  // compiler and libraries as well
};
struct HelpCommand {
  std::string topic;  // a command, or "" for the overview
};
using Command =
    std::variant<RunCommand, CheckCommand, StatusCommand, ExplainCommand, HistoryCommand,
                 ReplayCommand, ControlCommand, VersionCommand, HelpCommand>;

struct UsageError {
  std::string message;  // one line
};

boost::system::result<Command, UsageError> parse_arguments(int argc, const char* const* argv);

}  // namespace signpost::cli
