#include "sidecar/config/safe_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

namespace signpost::config {
namespace {

struct CodePoint {
  char32_t value = 0;
  std::size_t octets = 0;  // 0 = not UTF-8
};

struct Range {
  char32_t first;
  char32_t last;
};

// Takes no column of its own on a terminal.
constexpr std::array<Range, 5> combining{
    {{0x300, 0x36f}, {0x1ab0, 0x1aff}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}}};
// East Asian Width W and F (Unicode Standard Annex 11), in blocks; emoji included.
constexpr std::array<Range, 11> wide{{{0x1100, 0x115f},
                                      {0x2e80, 0x303e},
                                      {0x3041, 0xa4cf},
                                      {0xac00, 0xd7a3},
                                      {0xf900, 0xfaff},
                                      {0xfe30, 0xfe6f},
                                      {0xff00, 0xff60},
                                      {0xffe0, 0xffe6},
                                      {0x1f300, 0x1f64f},
                                      {0x1f900, 0x1f9ff},
                                      {0x20000, 0x3fffd}}};
// C1 controls, and what is invisible or turns the direction of the rest of the line (the trick of
// CVE-2021-42574).
constexpr std::array<Range, 7> hidden{{{0x80, 0x9f},
                                       {0xad, 0xad},
                                       {0x61c, 0x61c},
                                       {0x200b, 0x200f},
                                       {0x2028, 0x202e},
                                       {0x2060, 0x206f},
                                       {0xfeff, 0xfeff}}};

template <std::size_t n>
bool in(const std::array<Range, n>& ranges, char32_t c) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [c](const Range& r) { return r.first <= c && c <= r.last; });
}

CodePoint decode(std::string_view text) {
  const auto octet = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = octet(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return {};
  char32_t value = lead & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((octet(i) & 0xc0U) != 0x80U) return {};
    value = (value << 6U) | (octet(i) & 0x3fU);
  }
  const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  const bool surrogate = value >= 0xd800 && value <= 0xdfff;
  if (overlong || surrogate || value > 0x10ffff) return {};
  return {value, length};
}

}  // namespace

Glyph first_glyph(std::string_view text) {
  const CodePoint c = decode(text);
  const bool control = c.value < 0x20 || c.value == 0x7f;
  if (c.octets == 0 || control) {
    return {fmt::format("\\x{:02x}", static_cast<std::uint8_t>(text.front())), 1, 4};
  }
  if (in(hidden, c.value)) {
    return {fmt::format("\\u{:04x}", static_cast<std::uint32_t>(c.value)), c.octets, 6};
  }
  const std::size_t columns = in(combining, c.value) ? 0 : in(wide, c.value) ? 2 : 1;
  return {std::string(text.substr(0, c.octets)), c.octets, columns};
}

std::string safe_text(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  while (!text.empty()) {
    const Glyph glyph = first_glyph(text);
    shown += glyph.shown;
    text.remove_prefix(glyph.octets);
  }
  return shown;
}

std::size_t display_columns(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const Glyph glyph = first_glyph(text);
    columns += glyph.columns;
    text.remove_prefix(glyph.octets);
  }
  return columns;
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t shown_max = 60;  // a message stays one line
  std::string shown;
  std::string_view rest = text;
  while (!rest.empty() && text.size() - rest.size() < shown_max) {
    const Glyph glyph = first_glyph(rest);
    shown += glyph.shown;
    rest.remove_prefix(glyph.octets);
  }
  return fmt::format("\"{}{}\"", shown, rest.empty() ? "" : "...");
}

std::size_t invalid_utf8_at(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint c = decode(text.substr(at));
    if (c.octets == 0) return at;
    at += c.octets;
  }
  return std::string_view::npos;
}

}  // namespace signpost::config
