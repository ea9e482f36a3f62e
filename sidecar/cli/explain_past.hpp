// What the history says about a moment.
#pragma once

#include <boost/system/result.hpp>
#include <optional>
#include <string>
#include <vector>

#include "sidecar/cli/status_request.hpp"
#include "sidecar/history/history_reader.hpp"

namespace signpost::cli {

struct ExplainedPast {
  std::string text;
  std::string json;  // {"schema":"signpost-explain-v1","at":...,"groups":[...]}
};

/// Of one group, or of each that the history knows. The error says in one line what is missing.
boost::system::result<ExplainedPast, RequestError> explain_past(
    const std::vector<history::Entry>& entries, const std::optional<std::string>& group,
    runtime::WallTime at);

}  // namespace signpost::cli
