// Decisions + configuration -> what the zone should say. Pure.
//
// A group with an active node owns: <name> A/AAAA, <service>.<name> SRV, _signpost.<name> TXT (as
// configured). A group that was never seen active owns the same names as "not ready". A node
// without an address of one family gives NODATA for that type.
#pragma once

#include "dns/zone_snapshot.hpp"
#include "sidecar/agent/publisher.hpp"

namespace signpost::agent {

/// `config.serve` must be set. Groups in mode observe are left out.
dns::ZoneSnapshot desired_zone(const config::Config& config, const std::vector<Wanted>& wanted,
                               std::uint32_t serial);

/// "v=1 e=42 a=n1 o=1700000000000": generation, active node (octets outside [a-z0-9._-] as %xx),
/// lastOpenedTime in ms ("-" if unknown).
std::string token_text(const decision::Decision& decision);

}  // namespace signpost::agent
