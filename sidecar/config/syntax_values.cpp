// Values without their quotes, quotes without their end.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <initializer_list>

#include "sidecar/config/secret_mask.hpp"
#include "sidecar/config/syntax_situation.hpp"

namespace signpost::config {
namespace {

constexpr auto npos = std::string_view::npos;

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view w) {
    return std::equal(w.begin(), w.end(), word.begin(), word.end(), [](char a, char b) {
      return a == std::tolower(static_cast<unsigned char>(b));
    });
  });
}

bool has_typographic_quote(std::string_view token) {
  constexpr std::array<std::string_view, 6> quotes{"\u201c", "\u201d", "\u201e",
                                                   "\u2018", "\u2019", "`"};
  return std::any_of(quotes.begin(), quotes.end(),
                     [&](std::string_view q) { return token.find(q) != npos; });
}

std::string quotes_hint(std::string_view token) {
  if (has_typographic_quote(token)) return "use plain quotes: \"...\"";
  if (is_one_of(token, {"true", "yes", "on"})) return "write true";
  if (is_one_of(token, {"false", "no", "off"})) return "write false";
  std::string bare(token);
  std::erase_if(bare, [](char c) { return c == '"' || c == '\''; });
  const auto digits = static_cast<std::size_t>(
      std::find_if(bare.begin(), bare.end(), [](unsigned char c) { return !std::isdigit(c); }) -
      bare.begin());
  const bool duration =
      digits > 0 && std::all_of(bare.begin() + static_cast<std::ptrdiff_t>(digits), bare.end(),
                                [](unsigned char c) { return std::isalpha(c); });
  return fmt::format("{} \"{}\"",
                     duration ? "a duration goes in quotes:" : "text goes in quotes:", bare);
}

}  // namespace

std::optional<ConfigError> bare_value(const Situation& s) {
  const bool value = is_one_of(s.construct, {"value", "boolean", "decimal integer",
                                             "floating-point", "time", "date", "local date-time"});
  if (!value || s.says("depth")) return std::nullopt;
  if (s.seen() == ';') {
    return error_at(s, s.at, s.at + 1, "; after a value", "", "a line ends without a semicolon");
  }
  std::size_t begin = s.line.substr(0, s.at).find_last_of(" \t=,[{") + 1;
  std::size_t end = std::min(s.line.find_first_of(" \t,]};#", begin), s.line.size());
  if (begin > 0 && s.line[begin - 1] == '[' && s.line.substr(end).starts_with("]:")) {
    --begin;  // "[::1]:53", not an array
    end = std::min(s.line.find_first_of(" \t,]};#", end + 1), s.line.size());
  }
  const std::string_view token = s.line.substr(begin, end - begin);
  if (token.starts_with('=') || token.starts_with('>') || s.seen() == '=') {
    return error_at(s, s.at, s.at + 1, "more than one = between key and value", "",
                    "write key = value");
  }
  if (trimmed(s.line.substr(end)).starts_with('=')) {
    return error_at(s, begin, end, "an array that began further up has no ]", "a key, not an entry",
                    "close it with ] before this line");
  }
  if (token.find_first_not_of("0123456789+-_") == npos) {
    return error_at(s, begin, end, std::string(s.complaint), "not a number as TOML has it",
                    "write plain digits, without a 0 in front");
  }
  const auto masked = secrets_in(s.line);
  if (std::any_of(masked.begin(), masked.end(),
                  [&](const MaskedRange& m) { return m.begin <= begin && begin < m.end; })) {
    return error_at(s, begin, end, "a value is not in quotes", "", "text goes in quotes: \"...\"");
  }
  return error_at(s, begin, end, fmt::format("{} is not in quotes", token), "", quotes_hint(token));
}

std::optional<ConfigError> broken_string(const Situation& s) {
  if (s.construct == "unicode scalar sequence" || s.says("escape sequence")) {
    const std::size_t backslash = s.line.substr(0, s.at).rfind('\\');
    const std::size_t begin = backslash == npos ? s.at : backslash;
    return error_at(s, begin, s.at + 1, "a backslash with a meaning that TOML does not know", "",
                    "write '...' in single quotes, or \\\\ for one backslash");
  }
  if (!s.construct.ends_with("string")) return std::nullopt;
  if (s.at < s.line.size()) {
    return error_at(s, s.at, s.at + 1, "a control character inside a string", "", "remove it");
  }
  std::size_t open = npos;
  for (std::size_t i = 0; i < s.line.size(); ++i) {
    if (open == npos) {
      if (s.line[i] == '"' || s.line[i] == '\'') open = i;
    } else if (s.line[i] == '\\' && s.line[open] == '"') {
      ++i;
    } else if (s.line[i] == s.line[open]) {
      open = npos;
    }
  }
  if (open == npos) {
    return error_at(s, s.at, s.at + 1, "the file ends inside a string", "",
                    "close it with the same quotes that opened it");
  }
  return error_at(s, open, s.line.size(), "a string without its closing quote", "opened here",
                  fmt::format("end it with {} on the same line", s.line[open]));
}

}  // namespace signpost::config
