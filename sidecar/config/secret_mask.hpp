// Where a line of the file shows a secret that does not belong there: error messages quote lines,
// and end up in journals and tickets.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace signpost::config {

struct MaskedRange {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool operator==(const MaskedRange&) const = default;
};

/// The value of a key like `password` or `secret` (not `password_file`), and what stands between
/// "://" and "@" of a URL. Sorted, never empty ranges, not overlapping. Works on lines that are not
/// valid TOML as well.
std::vector<MaskedRange> secrets_in(std::string_view line);

}  // namespace signpost::config
