// From a broker's answer about all its virtualhosts to what it says about one node of one group.
#pragma once

#include "sidecar/decision/node_evidence.hpp"

namespace signpost::decision {

/// Who is meant. In an HA group the broker's node must have the configured name: an address given
/// for one broker and a management URL of another would publish the wrong machine. Outside HA (a
/// plain active/passive pair) nodes are told apart by their brokers alone.
struct Membership {
  std::string ha_group;
  std::string virtualhost;
  std::string node;
  bool operator==(const Membership&) const = default;
};

std::variant<VirtualhostSeen, RolesSeen, Failed> rows_of(const probe::VirtualhostReport& report,
                                                         const Membership& who);
std::variant<VirtualhostSeen, RolesSeen, Failed> rows_of(const probe::RolesReport& report,
                                                         const Membership& who);

}  // namespace signpost::decision
