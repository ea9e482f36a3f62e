// Policy: everything about one group that decide() needs and that does not change while signpost
// runs.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace signpost::decision {

using Duration = std::chrono::steady_clock::duration;

/// What clients get: the active node's address, or something else while nobody is known to be
/// active. withdraw = NODATA, never NXDOMAIN; fallback = the addresses that the configuration
/// lists.
enum class Action { keep, withdraw, servfail, fallback };

/// "keep", "withdraw", "servfail", "fallback"
const char* to_word(Action action);

/// What to do once a situation has lasted for `after`.
struct Plan {
  Action action = Action::keep;
  Duration after{};
  bool operator==(const Plan&) const = default;
};

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

  Plan on_none;      // nobody claims, a majority of the nodes answers
  Plan on_conflict;  // several claim and nothing orders them
  Plan on_blind;     // nobody claims and no majority answers

  /// Claims are asked for confirmation by an AMQP open. Without a clear answer a claim counts after
  /// `confirm_within` all the same (an AMQP port that signpost cannot reach must not block a
  /// failover), unless `require_amqp`.
  bool ask_amqp = false;
  bool require_amqp = false;
  Duration confirm_within = std::chrono::seconds(1);
  bool operator==(const Policy&) const = default;
};

}  // namespace signpost::decision
