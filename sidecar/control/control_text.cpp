#include "sidecar/control/control_text.hpp"

#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <cstdint>
#include <utility>

namespace signpost::control {
namespace {

namespace json = boost::json;

constexpr std::size_t depth_max = 2;  // an object of plain values, and one level to say no to

bool continues(char octet) { return (static_cast<unsigned char>(octet) & 0xC0U) == 0x80; }

/// The code point that begins at text[0], with its length; length 0 = this is no UTF-8 (RFC 3629).
std::pair<char32_t, std::size_t> first_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return {0, 0};
  char32_t point = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if (!continues(text[i])) return {0, 0};
    point = point << 6U | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
  if (point < least[length] || point > 0x10FFFF || surrogate) return {0, 0};
  return {point, length};
}

bool belongs_in_a_line(char32_t point) {
  const bool control = point < 0x20 || (point >= 0x7F && point < 0xA0);
  const bool line_or_direction = (point >= 0x2028 && point <= 0x202E) || point == 0x200E ||
                                 point == 0x200F || (point >= 0x2066 && point <= 0x2069);
  return !control && !line_or_direction;
}

}  // namespace

boost::system::result<json::object, NoObject> parse_object(std::string_view line,
                                                           std::size_t octets_max) {
  if (line.size() > octets_max) {
    return NoObject{fmt::format("longer than {} octets", octets_max)};
  }
  json::parse_options options;
  options.max_depth = depth_max;
  boost::system::error_code ec;
  json::value value = json::parse(line, ec, {}, options);
  if (ec) return NoObject{fmt::format("no JSON ({})", ec.message())};
  if (!value.is_object()) return NoObject{"no JSON object"};
  return std::move(value.get_object());
}

std::optional<std::size_t> shown_characters(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count) {
    const auto [point, length] = first_character(text);
    if (length == 0 || !belongs_in_a_line(point)) return std::nullopt;
    text.remove_prefix(length);
  }
  return count;
}

std::string span_text(std::chrono::seconds span) {
  struct Unit {
    const char* name;
    std::int64_t seconds;
  };
  constexpr Unit units[] = {{"d", 86'400}, {"h", 3'600}, {"m", 60}, {"s", 1}};
  std::string text;
  std::int64_t left = span.count();
  for (const Unit& unit : units) {
    if (left >= unit.seconds) text += fmt::format("{}{}", left / unit.seconds, unit.name);
    left %= unit.seconds;
  }
  return text.empty() ? "0s" : text;
}

std::string_view cut(std::string_view text, std::size_t octets_max) {
  if (text.size() <= octets_max) return text;
  std::size_t size = octets_max;
  while (size > 0 && continues(text[size])) --size;
  return text.substr(0, size);
}

}  // namespace signpost::control
