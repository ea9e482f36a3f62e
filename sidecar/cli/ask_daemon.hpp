// One question to a running daemon over HTTP, within one deadline.
#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <string>

#include "sidecar/cli/status_request.hpp"

namespace signpost::cli {

/// The body of a good answer. The reason of an error has one or more lines, the last without its
/// newline.
boost::system::result<std::string, RequestError> ask_daemon(const StatusRequest& request,
                                                            std::chrono::milliseconds patience);

/// For an answer that is none of ours.
RequestError not_a_signpost(const StatusRequest& request, const std::string& why);

}  // namespace signpost::cli
