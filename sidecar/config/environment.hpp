// The file's surroundings: %d, %S and %t, and password files as they must be.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "sidecar/config/config_parser.hpp"
#include "sidecar/config/duration.hpp"

namespace signpost::config {

/// The real one. `variable` gives an environment variable or null; only main() reads them.
Environment system_environment(const std::function<const char*(const char* name)>& variable);

/// A file that only its owner, and perhaps its group, can read; regular, at most 64 kB. Otherwise
/// one line: the reason, and after "; " the cure.
FileText read_secret_file(const std::string& path);

/// Replaces %d, %S, %t and %% and wants an absolute path; "" stays "".
Parsed<std::string> expand_path(std::string_view text, const Environment& environment);

/// The text without one newline at its end. Empty, several lines or control characters are wrong:
/// HTTP cannot send them (RFC 7617 section 2).
Parsed<std::string> only_line(std::string_view text);

}  // namespace signpost::config
