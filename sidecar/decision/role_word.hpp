// What one node's evidence comes to in a word, for people.
#pragma once

#include <string>

#include "sidecar/decision/node_evidence.hpp"

namespace signpost::decision {

/// A node's role: MASTER, REPLICA, WAITING, DETACHED, NONE in Broker-J's own words; ACTIVE for an
/// active node outside HA; RECOVERING (becoming master: a virtualhost that is not open yet),
/// STOPPED (an operator stopped the virtualhost), DEMOTING (still MASTER, virtualhost closed),
/// ERRORED; UNREACHABLE (the probe failed), UNKNOWN
/// (never asked).
std::string role_word(const NodeEvidence& evidence);

/// For a broker that answers but has neither a virtualhost nor a node of the group.
std::string no_such_group(const std::string& ha_group);

/// "UNREACHABLE: connection refused (147 probes in a row)", "MASTER", "UNKNOWN: never asked"
std::string probe_note(const NodeEvidence& evidence);

}  // namespace signpost::decision
