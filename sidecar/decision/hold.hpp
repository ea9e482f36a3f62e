// Hold: an operator's order that overrules the table until it is released or runs out.
#pragma once

#include <string>

#include "probe/observation.hpp"

namespace signpost::decision {

struct Hold {
  enum class Kind { freeze, pin, withdraw };
  Kind kind = Kind::freeze;
  std::string node;  // pin only
  std::string reason;
  std::string who;  // the user's name, or its number
  probe::TimePoint until{};
  // The same for people and for the state file.
  probe::WallTime since{};
  probe::WallTime until_wall{};
  bool operator==(const Hold&) const = default;
};

/// "freeze", "pin", "withdraw"
const char* to_word(Hold::Kind kind);

}  // namespace signpost::decision
