// What an HTTP status other than 200 means to a person who runs the broker, with the cure.
#pragma once

#include <string_view>

#include "probe/error.hpp"
#include "probe/target.hpp"

namespace signpost::probe {

/// What came instead of an answer; `reason` and `location` are the broker's own words.
struct HttpStatus {
  unsigned code = 0;
  std::string_view reason;
  std::string_view location;  // of a redirect, which is never followed
};

Failure refusal(const Target& target, const HttpStatus& status);

}  // namespace signpost::probe
