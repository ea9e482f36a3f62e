// An entry as one line of the history file, and back. A line stands alone: it carries its policy,
// so that one that was cut out of a file can be replayed.
#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <string_view>

#include "sidecar/history/recorder.hpp"

namespace signpost::history {

/// A step of three nodes takes 2 kB; a group of a hundred fits.
inline constexpr std::size_t line_octets_max = 64 << 10;

/// JSON in UTF-8, with its newline. A step that does not fit is left out, which `detail` says.
std::string to_line(const Entry& entry);

/// Without the newline. The error says in one line what is wrong and where in the line.
boost::system::result<Entry, std::string> parse_line(std::string_view line);

}  // namespace signpost::history
