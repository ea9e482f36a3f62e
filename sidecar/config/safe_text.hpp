// Foreign text on a terminal or in a journal: nothing in it may move the cursor, change a colour,
// end the line or turn the reading direction.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace signpost::config {

/// The first character of a text as it is shown.
struct Glyph {
  std::string shown;       // itself, "\x1b" for a control octet, "\u202e" for an invisible one
  std::size_t octets = 1;  // of the source text
  std::size_t columns =
      1;  // on a terminal: 0 for combining marks, 2 for East Asian wide characters
};

/// `text` must not be empty. An octet that is no UTF-8 stands for itself as \xNN.
Glyph first_glyph(std::string_view text);

/// Idempotent: what it made stays as it is.
std::string safe_text(std::string_view text);

/// Columns that `text` takes once it went through safe_text.
std::size_t display_columns(std::string_view text);

/// In double quotes, safe, cut after 60 octets: a value inside a message.
std::string in_quotes(std::string_view text);

/// Offset of the first octet that is no UTF-8 (RFC 3629), or npos.
std::size_t invalid_utf8_at(std::string_view text);

}  // namespace signpost::config
