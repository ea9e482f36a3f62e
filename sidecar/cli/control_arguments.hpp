// The words of `signpost hold` and `signpost release` -> requests, or one line that says what is
// wrong with them.
#pragma once

#include <boost/system/result.hpp>
#include <optional>
#include <string>

#include "sidecar/cli/arguments.hpp"
#include "sidecar/control/control_request.hpp"

namespace signpost::cli {

/// As they were given; empty = not given.
struct HoldWords {
  std::string group;
  bool freeze = false;
  std::optional<std::string> pin;
  bool withdraw = false;
  std::string duration;  // --for
  std::string reason;
};

boost::system::result<control::HoldRequest, UsageError> hold_request(const HoldWords& words);

boost::system::result<control::ReleaseRequest, UsageError> release_request(
    const std::string& group, const std::string& reason);

}  // namespace signpost::cli
