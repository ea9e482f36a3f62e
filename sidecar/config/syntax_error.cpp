#include "sidecar/config/syntax_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sidecar/config/syntax_situation.hpp"

namespace signpost::config {
namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::string_view spaces = " \t";

std::size_t start_of_line(std::string_view text, std::uint32_t number) {
  std::size_t begin = 0;
  for (std::uint32_t n = 1; n < number; ++n) {
    const std::size_t end = text.find('\n', begin);
    if (end == npos) return text.size();
    begin = end + 1;
  }
  return begin;
}

/// The last { of the line that has no } after it; outside quotes, as far as that can be told.
std::size_t open_brace(std::string_view line) {
  std::vector<std::size_t> open;
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (quote != 0) {
      if (line[i] == quote) quote = 0;
    } else if (line[i] == '"' || line[i] == '\'') {
      quote = line[i];
    } else if (line[i] == '{') {
      open.push_back(i);
    } else if (line[i] == '}' && !open.empty()) {
      open.pop_back();
    }
  }
  return open.empty() ? 0 : open.back();
}

/// The nearest line above that satisfies `is_it`, up to one that satisfies `is_end`; 0 = none.
template <class IsIt, class IsEnd>
std::uint32_t line_above(const Situation& s, IsIt is_it, IsEnd is_end) {
  std::string_view above = s.text.substr(0, s.line_start);
  for (std::uint32_t number = s.line_number; number > 1 && !above.empty();) {
    --number;
    above.remove_suffix(1);  // the line's own end
    const std::size_t begin = above.rfind('\n') + 1;
    const std::string_view line = trimmed(above.substr(begin));
    if (is_it(line)) return number;
    if (is_end(line)) return 0;
    above = above.substr(0, begin);
  }
  return 0;
}

// ---- the same thing twice

std::optional<ConfigError> twice_key(const Situation& s) {
  std::size_t end = std::min(s.at, s.line.size());
  const std::size_t equals = s.line.substr(0, end).rfind('=');
  end = equals == npos ? s.line.find_first_of(" \t=", end) : equals;
  end = std::min(end, s.line.size());
  while (end > 0 && spaces.find(s.line[end - 1]) != npos) --end;
  const std::size_t begin = s.line.substr(0, end).find_last_of(" \t,{") + 1;
  const std::string_view key = s.line.substr(begin, end - begin);
  if (key.empty()) return std::nullopt;
  const std::uint32_t first = line_above(
      s,
      [&](std::string_view line) {
        return line.starts_with(key) && trimmed(line.substr(key.size())).starts_with('=');
      },
      [](std::string_view line) { return line.starts_with('['); });
  return error_at(s, begin, end, fmt::format("{} is set twice in the same table", key),
                  first == 0 ? "again" : fmt::format("first on line {}", first),
                  "keep one of them");
}

std::optional<ConfigError> twice_table(const Situation& s) {
  const std::size_t begin = s.line.find('[');
  const std::size_t close = s.line.rfind(']');
  if (begin == npos || close == npos || close < begin) return std::nullopt;
  const std::string_view header = s.line.substr(begin, close + 1 - begin);
  std::string hint = "put its keys below the first one";
  if (header == "[group]" || header == "[broker]" || header == "[group.node]") {
    hint = fmt::format("there may be several: write [{}]", header);
  } else if (header.starts_with("[group.")) {
    hint += ", or begin the next [[group]] above it";
  }
  const std::uint32_t first = line_above(
      s, [&](std::string_view line) { return line.starts_with(header); },
      [](std::string_view) { return false; });
  return error_at(
      s, begin, close + 1, fmt::format("{} is there already", header),
      first == 0 ? "written in another form above" : fmt::format("first on line {}", first),
      std::move(hint));
}

std::optional<ConfigError> twice(const Situation& s) {
  if (!s.says("cannot redefine") && !s.says("cannot insert")) return std::nullopt;
  return s.construct == "table header" ? twice_table(s) : twice_key(s);
}

// ---- keys and lines

std::optional<ConfigError> broken_pair(const Situation& s) {
  if (s.construct != "key-value pair") return std::nullopt;
  const std::size_t equals = s.line.substr(0, s.at).rfind('=');
  if (s.says("expected value") || (s.says("end-of-file") && equals != npos)) {
    return error_at(s, s.at, s.at + 1, "no value after =", "", "remove the key to get its default");
  }
  if (s.says("expected a comment")) {
    const char c = s.seen();
    if (c == ';' || c == ',') {
      return error_at(s, s.at, s.at + 1, fmt::format("{} after a value", c), "",
                      "a line ends without it; several values go in brackets: [\"a\", \"b\"]");
    }
    return error_at(s, s.at, s.line.size(), "something follows the value", "not expected here",
                    "one setting a line; several values go in brackets: [\"a\", \"b\"]");
  }
  if (!s.says("expected '='") && !s.says("end-of-file")) return std::nullopt;
  if (s.seen() == ':') {
    const bool header = trimmed(s.line.substr(s.at + 1)).empty();
    return error_at(
        s, s.at, s.at + 1, ": after a key", "",
        header ? fmt::format("TOML has a header here: [{}]", trimmed(s.line.substr(0, s.at)))
               : "TOML has = here: key = value");
  }
  const bool odd = s.at > 0 && s.at < s.line.size() && spaces.find(s.line[s.at - 1]) == npos;
  if (odd && s.seen() != '"' && s.seen() != '}') {
    return error_at(s, s.at, s.at + 1, "a character that a key cannot have", "",
                    "keys have letters, digits, _ and - only");
  }
  return error_at(s, s.at, s.at + 1, "no = after the key", "", "write key = value");
}

std::optional<ConfigError> broken_list(const Situation& s) {
  const bool table = s.construct == "inline table";
  if (!table && s.construct != "array") return std::nullopt;
  if (s.says("dangling comma")) {
    return error_at(s, s.at, s.at + 1, "a comma before }", "", "remove the last comma of { ... }");
  }
  if (s.says("expected comma")) {
    return error_at(s, s.at, s.at + 1, "no comma between two entries", "",
                    "put a comma before this one");
  }
  if (table && s.at >= s.line.size()) {
    return error_at(s, open_brace(s.line), s.line.size(),
                    "{ ... } must end on the line it began on", "",
                    "put it on one line, or write a table with its own [header]");
  }
  if (s.says("end-of-file")) {
    return error_at(s, s.at, s.at + 1, "the file ends inside an array", "", "close it with ]");
  }
  return std::nullopt;
}

std::optional<ConfigError> broken_structure(const Situation& s) {
  if (s.construct == "table header" && (s.says("expected ']'") || s.says("end-of-file"))) {
    return error_at(s, s.at, s.at + 1, "a table header without its closing bracket", "",
                    s.line.find("[[") != npos ? "write [[name]]" : "write [name]");
  }
  if (s.construct == "table header" && s.says("expected a comment")) {
    return error_at(s, s.at, s.line.size(), "something follows a table header", "",
                    "keys stand on lines of their own below it");
  }
  if (s.construct != "root table") return std::nullopt;
  switch (s.seen()) {
    case '/':
    case ';':
      return error_at(s, s.at, s.at + 1, "this is no comment", "", "a comment begins with #");
    case '{':
      return error_at(s, s.at, s.at + 1, "this is JSON", "",
                      "signpost's file is TOML: key = value");
    case '=':
      return error_at(s, s.at, s.at + 1, "no key before =", "", "write key = value");
    default:
      return error_at(s, s.at, s.at + 1, "a line must begin with a key, a [table] or a # comment",
                      "", "keys have letters, digits, _ and - only");
  }
}

}  // namespace

ConfigError error_at(const Situation& s, std::size_t begin, std::size_t end, std::string message,
                     std::string note, std::string hint) {
  return {s.line_number,
          static_cast<std::uint32_t>(begin) + 1,
          static_cast<std::uint32_t>(std::max(end, begin + 1) - begin),
          "not valid TOML: " + std::move(message),
          std::move(note),
          std::move(hint)};
}

std::string_view trimmed(std::string_view s) {
  const std::size_t begin = s.find_first_not_of(spaces);
  if (begin == npos) return {};
  return s.substr(begin, s.find_last_not_of(" \t\r") + 1 - begin);
}

ConfigError explain_syntax_error(std::string_view text, Span place, std::string_view description) {
  constexpr std::string_view lead = "Error while parsing ";
  Situation s;
  s.text = text;
  s.line_start = start_of_line(text, place.line);
  s.line = text.substr(s.line_start, text.find('\n', s.line_start) - s.line_start);
  if (s.line.ends_with('\r')) s.line.remove_suffix(1);
  s.line_number = place.line;
  s.at = std::min<std::size_t>(place.column - 1, s.line.size());
  s.complaint = description;
  if (description.starts_with(lead)) {
    const std::size_t colon = description.find(": ", lead.size());
    if (colon != npos) {
      s.construct = description.substr(lead.size(), colon - lead.size());
      s.complaint = description.substr(colon + 2);
    }
  }
  for (const auto rule :
       {twice, bare_value, broken_string, broken_pair, broken_list, broken_structure}) {
    if (auto error = rule(s)) return *std::move(error);
  }
  return error_at(s, s.at, s.at + 1,
                  s.construct.empty() ? std::string(s.complaint)
                                      : fmt::format("{}: {}", s.construct, s.complaint),
                  "", "see https://toml.io for the format");
}

}  // namespace signpost::config
