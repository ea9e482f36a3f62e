// StatusSnapshot -> the JSON document of /api/v1/status.
#pragma once

#include <string>

#include "sidecar/status/status_snapshot.hpp"

namespace signpost::status {

/// `group`: only this one, and the verdict is about it alone ("" = all). Ends with a newline.
std::string status_json(StatusSnapshot s, const std::string& group = "");

}  // namespace signpost::status
