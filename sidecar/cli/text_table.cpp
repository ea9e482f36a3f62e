#include "sidecar/cli/text_table.hpp"

#include <algorithm>
#include <cstddef>

#include "sidecar/config/safe_text.hpp"

namespace signpost::cli {

std::string text_table(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths(rows.empty() ? 0 : rows.front().size());
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], config::display_columns(row[i]));
    }
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i) {
      line += config::safe_text(row[i]);
      line.append(widths[i] - config::display_columns(row[i]) + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

}  // namespace signpost::cli
