// One thing wrong with a configuration file, with everything needed to mend it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace signpost::config {

struct ConfigError {
  std::uint32_t line = 0;    // 1-based; 0 = the file as a whole
  std::uint32_t column = 0;  // 1-based, in octets
  std::uint32_t width = 1;   // octets to underline
  std::string message;       // what is wrong, with the key's full path and the value
  std::string note;          // beside the underline, short; may be empty
  std::string hint;          // what to write instead; may be empty
  bool operator==(const ConfigError&) const = default;
};

/// As a compiler would print it: "path:line:column: message", the line itself, an underline with
/// the note, the hint.
std::string format_error(std::string_view path, std::string_view text, const ConfigError& error);

}  // namespace signpost::config
