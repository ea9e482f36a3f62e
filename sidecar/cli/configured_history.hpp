// Where the history of a configuration is.
#pragma once

#include <boost/system/result.hpp>
#include <string>

#include "sidecar/cli/status_request.hpp"
#include "sidecar/config/config_parser.hpp"

namespace signpost::cli {

/// `otherwise`: how else this command can be told, for when the configuration cannot be read.
boost::system::result<std::string, RequestError> configured_history(
    const std::string& config_path, const config::Environment& environment,
    const std::string& otherwise);

}  // namespace signpost::cli
