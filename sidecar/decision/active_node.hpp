// decide(): which node is active. A pure function of what is seen, what is published, the hold, the
// policy and the time.
#pragma once

#include <optional>
#include <string>

#include "sidecar/decision/group_view.hpp"
#include "sidecar/decision/hold.hpp"
#include "sidecar/decision/policy.hpp"
#include "sidecar/decision/reason.hpp"

namespace signpost::decision {

/// What decide() must remember between two calls: the node that the table holds to be active, and
/// what is really published. They differ only under a hold; the table goes on underneath, so that a
/// release finds it up to date.
struct Standing {
  std::optional<std::string> active;     // P of the table
  std::optional<std::string> published;  // where clients are sent
  std::optional<WallTime> opened;        // the newest lastOpenedTime it claimed with
  TimePoint seen_since{};  // when this claim of it was first seen (start of this process for one
                           // from the state file)
  std::optional<TimePoint> last_change;  // for damping; nullopt = never in this process
  std::optional<TimePoint> stale_since;  // since when `stale_node`'s claim is held off
  std::string stale_node;
  bool operator==(const Standing&) const = default;
};

struct Verdict {
  std::optional<std::string> active;     // what the table says
  std::optional<std::string> published;  // what to publish: the same, but for a hold
  std::optional<WallTime> opened;
  Reason reason = Reason::starting;
  Reason table_reason = Reason::starting;  // the reason without the hold
  bool alarm = false;                      // a person should look
  bool withdrawn = false;                  // hold --withdraw
  std::string candidate;                   // another node whose claim was weighed; empty = none
  TimePoint evidence_started{};  // start of the oldest answer that this verdict rests on; zero when
                                 // it rests on none
  std::optional<TimePoint> stale_since;
  std::string stale_node;
  std::optional<TimePoint> deadline;  // when time alone would change the verdict
  bool operator==(const Verdict&) const = default;
};

Verdict decide(const GroupView& view, const Standing& standing, const std::optional<Hold>& hold,
               const Policy& policy, TimePoint now);

}  // namespace signpost::decision
