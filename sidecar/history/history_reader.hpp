// Reading history files: entries in the order they were written, and the lines that are none. A
// line that a crash cut off is no reason to distrust the others.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sidecar/history/recorder.hpp"

namespace signpost::history {

struct DamagedLine {
  std::string file;
  std::uint64_t line = 0;  // from 1
  std::string what;
  /// The writer was stopped in the middle of it: nothing, or the next start, follows.
  bool is_cut_off = false;
};

struct History {
  std::vector<Entry> entries;
  std::vector<DamagedLine> damaged;  // the first damaged_max
  std::uint64_t damaged_more = 0;
  std::uint64_t older_left_out = 0;  // entries before the newest entries_max
};

inline constexpr std::size_t entries_max = 50'000;  // 200 MB in memory; 25 default files
inline constexpr std::size_t damaged_max = 100;     // more is no history

enum class Rotated { leave_out, include };

/// `path`, and the older files path.1, path.2, ... before it; the `newest` entries. The error says
/// in one line why it cannot be read.
boost::system::result<History, std::string> read_history(const std::filesystem::path& path,
                                                         Rotated rotated,
                                                         std::size_t newest = entries_max);

/// The entries in the last `octets` of the file, or of path.1 when that has none; nothing when
/// there is no file.
std::vector<Entry> read_tail(const std::filesystem::path& path, std::size_t octets);

/// The newest entry of the group with a step, at this time or before it.
std::optional<Entry> last_decision_before(const std::vector<Entry>& entries, std::string_view group,
                                          runtime::WallTime time);

/// path.1, path.2, ...
std::filesystem::path rotated_path(const std::filesystem::path& path, unsigned number);
inline constexpr unsigned rotated_max = 20;

}  // namespace signpost::history
