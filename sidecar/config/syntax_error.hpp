// What a TOML parser says about a mistake, in the words of someone who writes this file once a
// year: the mistake itself underlined, and what to write instead.
#pragma once

#include <string_view>

#include "sidecar/config/config_error.hpp"
#include "sidecar/config/sources.hpp"

namespace signpost::config {

/// `place` and `description` as toml++ 3.3 gives them. An unknown description is passed on as it
/// is.
ConfigError explain_syntax_error(std::string_view text, Span place, std::string_view description);

}  // namespace signpost::config
