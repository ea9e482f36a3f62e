#include "sidecar/decision/group_rows.hpp"

namespace signpost::decision {
namespace {

using probe::errc;

Failed wrong_node(Failed::Question question, const Membership& who, const std::string& found) {
  return {question,
          {errc::wrong_node,
           "this broker's node of group \"" + who.ha_group + "\" is called \"" + found +
               "\", the configuration says \"" + who.node +
               "\": the management URL belongs to another broker, or the node has another name"}};
}

}  // namespace

std::variant<VirtualhostSeen, RolesSeen, Failed> rows_of(const probe::VirtualhostReport& report,
                                                         const Membership& who) {
  const probe::VirtualhostRow* other = nullptr;
  const probe::VirtualhostRow* plain = nullptr;
  for (const probe::VirtualhostRow& row : report.rows) {
    if (row.group.empty()) {
      if (row.name == who.virtualhost) plain = &row;
    } else if (row.group == who.ha_group) {
      if (row.node == who.node) return VirtualhostSeen{row};
      other = &row;
    }
  }
  if (other != nullptr) return wrong_node(Failed::Question::virtualhosts, who, other->node);
  return plain != nullptr ? VirtualhostSeen{*plain} : VirtualhostSeen{};
}

std::variant<VirtualhostSeen, RolesSeen, Failed> rows_of(const probe::RolesReport& report,
                                                         const Membership& who) {
  RolesSeen seen;
  const probe::NodeRow* other = nullptr;
  for (const probe::NodeRow& row : report.nodes) {
    if (row.group != who.ha_group || row.group.empty()) continue;
    if (row.name == who.node)
      seen.own = row;
    else
      other = &row;
  }
  if (!seen.own && other != nullptr) return wrong_node(Failed::Question::roles, who, other->name);
  for (const probe::PeerRow& row : report.peers) {
    if (row.observer == who.node) seen.peers.push_back(row);
  }
  return seen;
}

}  // namespace signpost::decision
