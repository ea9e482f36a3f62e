// What `signpost help [COMMAND]` prints.
#pragma once

#include <string>

namespace signpost::cli {

/// `topic`: a command, or "" for the overview.
std::string help_text(const std::string& topic);

}  // namespace signpost::cli
