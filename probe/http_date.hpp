// The header Date of an answer: the sender's clock, to the second.
#pragma once

#include <optional>
#include <string_view>

#include "probe/observation.hpp"

namespace signpost::probe {

/// IMF-fixdate and nothing else (RFC 9110 section 5.6.7): "Sun, 06 Nov 1994 08:49:37 GMT". The day
/// must exist and have that name; years 1970 to 2199. A leap second has no place in WallTime.
std::optional<WallTime> parse_http_date(std::string_view text);

}  // namespace signpost::probe
