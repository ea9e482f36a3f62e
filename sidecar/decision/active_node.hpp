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

/// What clients are told: the node's address, or what `action` says in its place. No node and
/// `keep`: nothing is known yet, so SERVFAIL.
struct Publication {
  std::optional<std::string> node;
  Action action = Action::keep;
  bool operator==(const Publication&) const = default;
};

/// What decide() must remember between two calls: what the table holds to be active, and what is
/// really published. They differ only under a hold, and after it until a claim is seen; the table
/// goes on underneath, so that a release finds it up to date.
struct Standing {
  std::optional<std::string> active;  // P of the table
  Action action = Action::keep;       // what the table's policies say instead of P's address
  Publication published;              // what clients are told
  std::optional<WallTime> opened;     // the newest lastOpenedTime that P claimed with
  TimePoint seen_since{};  // when this claim of it was first seen (start of this process for one
                           // from the state file)
  std::optional<TimePoint> last_change;  // for damping; nullopt = never in this process
  std::optional<TimePoint> stale_since;  // since when `stale_node`'s claim is held off
  std::string stale_node;
  std::optional<TimePoint> doubtful_since;  // since when no claim is accepted; for the policies
  bool operator==(const Standing&) const = default;
};

struct Verdict {
  std::optional<std::string> active;  // what the table says
  Action action = Action::keep;
  Publication published;  // what to publish: the same, but for a hold
  std::optional<WallTime> opened;
  Reason reason = Reason::starting;
  Reason table_reason = Reason::starting;  // the reason without the hold
  bool alarm = false;                      // a person should look
  std::string candidate;                   // another node whose claim was weighed; empty = none
  TimePoint evidence_started{};  // start of the oldest answer that this verdict rests on; zero when
                                 // it rests on none
  std::optional<TimePoint> stale_since;
  std::string stale_node;
  std::optional<TimePoint> doubtful_since;
  std::optional<TimePoint> deadline;  // when time alone would change the verdict
  bool operator==(const Verdict&) const = default;
};

/// How many replicas' views name this node, and it alone, so that they count for its claim now:
/// without that claim itself.
std::size_t votes_for(const std::string& node, const GroupView& view, const Standing& standing,
                      const Policy& policy, TimePoint now);

Verdict decide(const GroupView& view, const Standing& standing, const std::optional<Hold>& hold,
               const Policy& policy, TimePoint now);

}  // namespace signpost::decision
