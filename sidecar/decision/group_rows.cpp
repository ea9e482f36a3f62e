#include "sidecar/decision/group_rows.hpp"

#include <algorithm>
#include <span>

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

// Stable: rows of one group keep the report's order.
template <class Row>
void sort_by(std::vector<const Row*>& rows, std::string Row::*key) {
  std::stable_sort(rows.begin(), rows.end(),
                   [key](const Row* a, const Row* b) { return a->*key < b->*key; });
}

template <class Row>
std::span<const Row* const> with(const std::vector<const Row*>& rows, std::string Row::*key,
                                 const std::string& value) {
  auto first =
      std::lower_bound(rows.begin(), rows.end(), value,
                       [key](const Row* row, const std::string& v) { return row->*key < v; });
  auto last = std::find_if(first, rows.end(), [&](const Row* row) { return row->*key != value; });
  return {first, last};
}

}  // namespace

VirtualhostIndex::VirtualhostIndex(const probe::VirtualhostReport& report) {
  for (const probe::VirtualhostRow& row : report.rows)
    (row.group.empty() ? plain_ : members_).push_back(&row);
  sort_by(members_, &probe::VirtualhostRow::group);
  sort_by(plain_, &probe::VirtualhostRow::name);
}

Said VirtualhostIndex::about(const Membership& who) const {
  const probe::VirtualhostRow* other = nullptr;
  for (const auto* row : with(members_, &probe::VirtualhostRow::group, who.ha_group)) {
    if (row->node == who.node) return VirtualhostSeen{*row};
    other = row;
  }
  if (other != nullptr) return wrong_node(Failed::Question::virtualhosts, who, other->node);
  auto plain = with(plain_, &probe::VirtualhostRow::name, who.virtualhost);
  return plain.empty() ? VirtualhostSeen{} : VirtualhostSeen{*plain.back()};
}

RolesIndex::RolesIndex(const probe::RolesReport& report) {
  for (const probe::NodeRow& row : report.nodes)
    if (!row.group.empty()) nodes_.push_back(&row);
  for (const probe::PeerRow& row : report.peers) peers_.push_back(&row);
  sort_by(nodes_, &probe::NodeRow::group);
  sort_by(peers_, &probe::PeerRow::observer);
}

Said RolesIndex::about(const Membership& who) const {
  RolesSeen seen;
  const probe::NodeRow* other = nullptr;
  for (const auto* row : with(nodes_, &probe::NodeRow::group, who.ha_group)) {
    if (row->name == who.node)
      seen.own = *row;
    else
      other = row;
  }
  if (!seen.own && other != nullptr) return wrong_node(Failed::Question::roles, who, other->name);
  // Node names are unique within a broker, so these are the peers of this group's node.
  for (const auto* row : with(peers_, &probe::PeerRow::observer, who.node))
    seen.peers.push_back(*row);
  return seen;
}

}  // namespace signpost::decision
