// Reading the configuration file, for every command that needs it: the Config, or errors on `err`
// and the exit code.
#pragma once

#include <boost/system/result.hpp>
#include <iosfwd>
#include <string>

#include "sidecar/cli/exit_codes.hpp"
#include "sidecar/config/config.hpp"
#include "sidecar/config/config_parser.hpp"

namespace signpost::cli {

struct LoadedConfig {
  config::Config config;
  std::string text;
  std::string sha256;  // of the text, in hex: tells which file a daemon runs with
};

struct ReadFailure {
  ExitCode exit_code = exit_no_input;
  std::string reason;  // one line, with the cure
};

/// At most document_octets_max and one more, so that the parser can say that it is too large.
boost::system::result<std::string, ReadFailure> read_config_file(const std::string& path);

boost::system::result<LoadedConfig, ExitCode> load_config(const std::string& path,
                                                          const config::Environment& environment,
                                                          std::ostream& err);

}  // namespace signpost::cli
