// TOML text -> Config, or every error in it at once, sorted by line.
//
// Reads no clock, no environment and no network; files named by keys (passwords) are read through
// `Environment`, so that tests give their own.
#pragma once

#include <boost/system/result.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sidecar/config/config.hpp"
#include "sidecar/config/config_error.hpp"

namespace signpost::config {

/// A file's text, or one line that says why it could not be read and, after "; ", the cure.
struct FileText {
  std::string text;
  std::string error;  // empty = read
};

/// What %S, %t and %d mean and how a file is read.
struct Environment {
  std::string state_directory = "/var/lib/signpost";   // %S, from STATE_DIRECTORY
  std::string runtime_directory = "/run/signpost";     // %t, from RUNTIME_DIRECTORY
  std::string credentials_directory = "/run/secrets";  // %d, from CREDENTIALS_DIRECTORY
  std::function<FileText(const std::string& path)> read_file;
};

boost::system::result<Config, std::vector<ConfigError>> parse_config(
    std::string_view text, const Environment& environment);

/// [http] alone, for a client that wants to know where to ask: whatever else is in the file may be
/// wrong, and password files are not touched.
boost::system::result<Http, std::vector<ConfigError>> parse_http_settings(std::string_view text);

/// [control] alone, likewise.
boost::system::result<Control, std::vector<ConfigError>> parse_control_settings(
    std::string_view text, const Environment& environment);

/// [history] alone, in the same way, with the default file of this [state].
boost::system::result<History, std::vector<ConfigError>> parse_history_settings(
    std::string_view text, const Environment& environment);

}  // namespace signpost::config
