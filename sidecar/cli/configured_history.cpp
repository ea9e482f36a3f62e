#include "sidecar/cli/configured_history.hpp"

#include <fmt/format.h>

#include "sidecar/cli/load_config.hpp"
#include "sidecar/config/safe_text.hpp"

namespace signpost::cli {

boost::system::result<std::string, RequestError> configured_history(
    const std::string& config_path, const config::Environment& environment,
    const std::string& otherwise) {
  const auto text = read_config_file(config_path);
  if (!text) {
    const ReadFailure failure = text.error();
    return RequestError{failure.exit_code,
                        fmt::format("{}; or name the history: {}", failure.reason, otherwise)};
  }
  const auto history = config::parse_history_settings(*text, environment);
  const std::string path = config::safe_text(config_path);
  if (!history)
    return RequestError{exit_bad_config, fmt::format("{} has errors; see: signpost check", path)};
  if (history->file.empty())
    return RequestError{exit_no_input, fmt::format("the history is turned off in {}", path)};
  return history->file.string();
}

}  // namespace signpost::cli
