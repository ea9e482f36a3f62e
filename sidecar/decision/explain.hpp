// Why this node, and what the next change needs: sentences for log, status and command line, made
// of the same data as the decision.
#pragma once

#include <string>

#include "sidecar/decision/arbiter.hpp"

namespace signpost::decision {

/// "n2 is the only node whose virtualhost is active (3 of 3 nodes answer)"
std::string because(const Decision& decision, const GroupView& view);

/// "another node to claim, opened more than 2 s after n2 or named MASTER by a majority"
std::string next_change_needs(const Decision& decision, const GroupView& view,
                              const Policy& policy);

/// For a broker that answers but has neither a virtualhost nor a node of the group.
std::string no_such_group(const std::string& ha_group);

/// A node's role for people: MASTER, REPLICA, WAITING, DETACHED, NONE in Broker-J's own words;
/// ACTIVE for an active node outside HA; RECOVERING (becoming master: a virtualhost that is not
/// open yet), DEMOTING (still MASTER, virtualhost closed), ERRORED; UNREACHABLE (the probe failed),
/// UNKNOWN (never asked).
std::string role_word(const NodeEvidence& evidence);

}  // namespace signpost::decision
