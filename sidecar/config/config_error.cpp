#include "sidecar/config/config_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "sidecar/config/safe_text.hpp"
#include "sidecar/config/secret_mask.hpp"

namespace signpost::config {
namespace {

constexpr std::size_t tab_stop = 4;
constexpr std::size_t columns_max = 140;  // shown whole up to here
// A longer line is cut around the underline, so that the two stay below each other on a terminal.
constexpr std::size_t columns_before_max = 60;
constexpr std::size_t columns_after_max = 100;

struct Piece {
  Glyph glyph;
  std::size_t at = 0;  // offset in the line
};

std::string_view line_of(std::string_view text, std::uint32_t number) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  std::size_t begin = 0;
  for (std::uint32_t line = 1; line < number; ++line) {
    const std::size_t end = text.find('\n', begin);
    if (end == std::string_view::npos) return {};
    begin = end + 1;
  }
  std::string_view line = text.substr(begin, text.find('\n', begin) - begin);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line == byte_order_mark ? std::string_view() : line;
}

std::vector<Piece> pieces_of(std::string_view line) {
  const std::vector<MaskedRange> masked = secrets_in(line);
  auto mask = masked.begin();
  std::vector<Piece> pieces;
  std::size_t column = 0;
  for (std::size_t at = 0; at < line.size();) {
    Glyph glyph;
    if (mask != masked.end() && mask->begin == at) {
      glyph = {"***", mask->end - mask->begin, 3};
      ++mask;
    } else if (line[at] == '\t') {
      const std::size_t width = tab_stop - column % tab_stop;
      glyph = {std::string(width, ' '), 1, width};
    } else {
      glyph = first_glyph(line.substr(at));
      if (at == 0 && line.starts_with("\xef\xbb\xbf")) glyph = {"", 3, 0};
    }
    column += glyph.columns;
    const std::size_t octets = glyph.octets;
    pieces.push_back({std::move(glyph), at});
    at += octets;
  }
  return pieces;
}

struct Excerpt {
  std::string line;
  std::size_t underline_at = 0;
  std::size_t underline_width = 1;
};

Excerpt excerpt(const std::vector<Piece>& pieces, std::size_t from, std::size_t to) {
  const auto begins_at = [&](std::size_t octet) {
    return std::find_if(pieces.begin(), pieces.end(),
                        [&](const Piece& p) { return p.at + p.glyph.octets > octet; });
  };
  const auto marked = begins_at(from);
  const auto marked_end =
      std::find_if(marked, pieces.end(), [&](const Piece& p) { return p.at >= to; });

  std::size_t all = 0;
  for (const Piece& piece : pieces) all += piece.glyph.columns;
  const bool whole = all <= columns_max;
  auto first = whole ? pieces.begin() : marked;
  for (std::size_t columns = 0; first != pieces.begin(); --first) {
    columns += std::prev(first)->glyph.columns;
    if (columns > columns_before_max) break;
  }
  Excerpt shown;
  if (first != pieces.begin()) shown.line = "...";
  for (auto p = first; p != marked; ++p) shown.line += p->glyph.shown;
  shown.underline_at = shown.line.empty() ? 0 : display_columns(shown.line);

  std::size_t columns = 0;
  std::size_t underlined = 0;
  auto p = marked;
  for (; p != pieces.end() && (whole || columns + p->glyph.columns <= columns_after_max); ++p) {
    columns += p->glyph.columns;
    if (p < marked_end) underlined += p->glyph.columns;
    shown.line += p->glyph.shown;
  }
  if (p != pieces.end()) shown.line += "...";
  shown.underline_width = std::max<std::size_t>(underlined, 1);
  return shown;
}

}  // namespace

std::string format_error(std::string_view path, std::string_view text, const ConfigError& error) {
  std::string out = safe_text(path);
  if (error.line != 0) out += fmt::format(":{}:{}", error.line, std::max(error.column, 1U));
  out += fmt::format(": {}\n", safe_text(error.message));
  const std::string_view line = error.line == 0 ? std::string_view() : line_of(text, error.line);
  if (!line.empty()) {
    const std::size_t from = std::max(error.column, 1U) - 1;
    const Excerpt shown = excerpt(pieces_of(line), from, from + std::max(error.width, 1U));
    const std::string underline(shown.underline_width, '^');
    out += fmt::format("{:>5} | {}\n      | {:{}}{}", error.line, shown.line, "",
                       shown.underline_at, underline);
    if (!error.note.empty()) out += fmt::format(" {}", safe_text(error.note));
    out += '\n';
  }
  if (!error.hint.empty()) out += fmt::format("hint: {}\n", safe_text(error.hint));
  return out;
}

}  // namespace signpost::config
