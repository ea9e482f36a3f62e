// A moment as an operator writes it.
#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <string_view>

#include "sidecar/runtime/clock.hpp"

namespace signpost::cli {

/// "2026-11-22T02:59:53Z" (also with a fraction, an offset, or a space for the T), "02:59" or
/// "02:59:53" of this day in UTC, "-10m" before now. The error says in one line what is accepted.
boost::system::result<runtime::WallTime, std::string> parse_when(std::string_view text,
                                                                 runtime::WallTime now);

}  // namespace signpost::cli
