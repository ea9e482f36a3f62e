// An explanation as text: the one renderer for log, status and command line.
#pragma once

#include <string>
#include <vector>

#include "sidecar/decision/explanation.hpp"

namespace signpost::decision {

/// All of it, for a terminal; the first line says where `group` leads. Ends with a newline.
std::string explain_text(const std::string& group, const Explanation& explanation);

/// "n2 to claim, ...; or ...", in one line.
std::string next_change_needs(const Explanation& explanation);

/// What a question for the name gets: "n1", "NODATA", "SERVFAIL", "the fallback addresses".
std::string answer_text(const Publication& publication);

/// "n1, n2 and n3"
std::string list_text(const std::vector<std::string>& names);
/// "7 ms", "0.4 s", "12 s", "5 min", "3 h 20 min", "2 d 4 h"
std::string span_text(Duration span);
/// "2026-11-22T06:00:00Z", with milliseconds if there are any
std::string time_text(WallTime time);

}  // namespace signpost::decision
