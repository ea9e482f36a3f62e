// Policy: everything about one group that decide() needs and that does not change while signpost
// runs.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace signpost::decision {

using Duration = std::chrono::steady_clock::duration;

struct Policy {
  std::vector<std::string> nodes;  // names of the configured virtualhost nodes
  /// An observation (a claim, a "not active", a peer's view) counts only while it started at most
  /// this long ago; and a peer's view names an activation only if it was asked more than this after
  /// the published one was first seen, for it can be that old.
  Duration max_view_age = std::chrono::seconds(3);
  /// How long an older, unordered or unwitnessed sole claim is held off: longer than a resumed
  /// master lives (22 s with default timeouts).
  Duration stale_hold = std::chrono::seconds(30);
  /// Least time between two changes; zero = none.
  Duration damping{};
  bool operator==(const Policy&) const = default;
};

}  // namespace signpost::decision
