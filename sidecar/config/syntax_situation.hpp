// Where and why the TOML parser stopped, and the rules that say it better. Private to
// syntax_error.cpp and syntax_values.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sidecar/config/config_error.hpp"

namespace signpost::config {

/// The parser stopped at line.substr(at), while it was reading `construct`.
struct Situation {
  std::string_view text;
  std::size_t line_start = 0;
  std::string_view line;
  std::uint32_t line_number = 1;
  std::size_t at = 0;
  std::string_view construct;  // "key-value pair", "string", ...
  std::string_view complaint;  // "expected '=', saw 'x'"

  [[nodiscard]] char seen() const { return at < line.size() ? line[at] : '\n'; }
  [[nodiscard]] bool says(std::string_view words) const {
    return complaint.find(words) != std::string_view::npos;
  }
};

ConfigError error_at(const Situation& s, std::size_t begin, std::size_t end, std::string message,
                     std::string note, std::string hint);

/// The text without spaces, tabs and a carriage return around it.
std::string_view trimmed(std::string_view s);

std::optional<ConfigError> bare_value(const Situation& s);
std::optional<ConfigError> broken_string(const Situation& s);

}  // namespace signpost::config
