// Durations as people write them: a whole number and a unit, "500ms".
#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <string>
#include <string_view>

#include "sidecar/config/error_list.hpp"

namespace signpost::config {

template <class T>
using Parsed = boost::system::result<T, Complaint>;

/// Units: ms, s, m, h, d, w. Never negative, at most ten years.
Parsed<std::chrono::milliseconds> parse_duration(std::string_view text);

/// In the largest unit that takes no fraction: "400ms", "90s", "2m", "0s".
std::string duration_text(std::chrono::milliseconds duration);

/// For a number that stands where a duration should: both readings.
Complaint bare_number(std::string_view number);

}  // namespace signpost::config
