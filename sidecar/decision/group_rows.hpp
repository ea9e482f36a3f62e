// From a broker's answer about all its virtualhosts to what it says about one node of one group. A
// report is indexed once and asked for each group: a broker may carry a thousand.
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

/// The report must outlive the index.
class VirtualhostIndex {
 public:
  explicit VirtualhostIndex(const probe::VirtualhostReport& report);
  [[nodiscard]] Said about(const Membership& who) const;

 private:
  std::vector<const probe::VirtualhostRow*> members_;  // rows of HA groups, by group
  std::vector<const probe::VirtualhostRow*> plain_;    // the others, by virtualhost
};

class RolesIndex {
 public:
  explicit RolesIndex(const probe::RolesReport& report);
  [[nodiscard]] Said about(const Membership& who) const;

 private:
  std::vector<const probe::NodeRow*> nodes_;  // of HA groups, by group
  std::vector<const probe::PeerRow*> peers_;  // by observer
};

}  // namespace signpost::decision
