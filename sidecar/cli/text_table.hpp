// Columns of text on a terminal.
#pragma once

#include <string>
#include <vector>

namespace signpost::cli {

using Row = std::vector<std::string>;

/// Two spaces between columns, none at the end of a line. Cells are made safe for a terminal and
/// measured in its columns. All rows have as many cells as the first.
std::string text_table(const std::vector<Row>& rows);

}  // namespace signpost::cli
