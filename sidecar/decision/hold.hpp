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
  std::string who;
  probe::TimePoint until;
  bool operator==(const Hold&) const = default;
};

}  // namespace signpost::decision
