// StatusSnapshot -> the JSON documents of /api/v1/status and /api/v1/explain.
#pragma once

#include <string>

#include "sidecar/status/status_snapshot.hpp"

namespace signpost::status {

/// `group`: only this one, and the verdict is about it alone ("" = all). Ends with a newline.
std::string status_json(StatusSnapshot s, const std::string& group = "");

/// The same explanations alone, each with the text that `signpost explain` prints.
std::string explain_document(const StatusSnapshot& s, const std::string& group = "");

}  // namespace signpost::status
