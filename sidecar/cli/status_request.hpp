// Where a daemon is asked for its status: from --url, or from [http] listen of the configuration.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "sidecar/cli/arguments.hpp"
#include "sidecar/cli/exit_codes.hpp"

namespace signpost::cli {

struct StatusRequest {
  std::string host;  // name or IP literal, no brackets
  std::uint16_t port = 8653;
  std::string target;  // path and query
  /// Why the default address is asked and not the configured one; empty = it is the configured one.
  std::string doubt;
};

struct RequestError {
  ExitCode exit_code = exit_usage;
  std::string reason;
};

/// `path` of the HTTP API, about one group or all.
boost::system::result<StatusRequest, RequestError> api_request(
    const std::optional<std::string>& url, const std::string& config_path, const std::string& path,
    const std::optional<std::string>& group);

boost::system::result<StatusRequest, RequestError> status_request(const StatusCommand& command);

/// Everything but unreserved characters as %XX (RFC 3986 section 2.1).
std::string percent_encoded(const std::string& text);

}  // namespace signpost::cli
