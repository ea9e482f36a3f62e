// What a broker says when it is asked, and what is true.
#include <algorithm>
#include <utility>

#include "tests/sim/group_model.hpp"

namespace signpost::sim {
namespace {

using namespace std::chrono_literals;

// Any date will do, but it must be the same on every machine: 2026-11-23.
constexpr probe::WallTime epoch_of_clocks{std::chrono::sys_days(std::chrono::year_month_day(
    std::chrono::year(2026), std::chrono::November, std::chrono::day(23)))};

probe::State state_of(Row row) {
  switch (row) {
    case Row::none:
    case Row::replica:
    case Row::unavailable:
      return probe::State::unavailable;
    case Row::uninitialized:
      return probe::State::uninitialized;
    case Row::active:
      return probe::State::active;
  }
  return probe::State::other;
}

}  // namespace

probe::WallTime GroupModel::wall_time(std::size_t node) const {
  return epoch_of_clocks + std::chrono::floor<std::chrono::milliseconds>(
                               engine_.now() - engine_.begun() + members_[node].clock_offset);
}

bool GroupModel::running(std::size_t node) const { return members_[node].running(); }
bool GroupModel::exists(std::size_t node) const { return members_[node].exists; }

std::vector<probe::VirtualhostRow> GroupModel::virtualhost_rows(std::size_t node) const {
  const Member& m = members_[node];
  if (m.row == Row::none) return {};
  std::vector<probe::VirtualhostRow> rows(1);
  probe::VirtualhostRow& row = rows.front();
  row.node = node_name(node);
  row.node_type = "BDB_HA";
  row.role = m.role;
  row.node_state = probe::State::active;
  row.group = shape_.name;
  row.name = shape_.name;
  row.type = m.row == Row::replica ? "BDB_HA_REPLICA" : "BDB_HA";
  row.state = state_of(m.row);
  row.last_opened = m.opened;
  return rows;
}

probe::NodeRow GroupModel::node_row(std::size_t node) const {
  const Member& m = members_[node];
  std::vector<std::string> permitted;
  for (std::size_t i = 0; i < members_.size(); ++i) permitted.push_back(node_name(i) + ":5000");
  return {.name = node_name(node),
          .type = "BDB_HA",
          .group = shape_.name,
          .role = m.role,
          .state = probe::State::active,
          .desired_state = probe::State::active,
          .last_updated = m.role_changed,
          .address = node_name(node) + ":5000",
          .priority = 1,
          .quorum_override = m.quorum_override ? 1 : 0,
          .designated_primary = m.designated_primary,
          .transaction_id = m.facade_open ? members_.transaction(node, engine_.now()) : -1,
          .permitted_nodes = std::move(permitted)};
}

std::vector<probe::PeerRow> GroupModel::peer_rows(std::size_t node) const {
  views_.advance(members_, engine_.now());
  std::vector<probe::PeerRow> rows;
  rows.reserve(members_.size());
  for (std::size_t peer = 0; peer < members_.size(); ++peer) {
    if (peer == node) continue;
    const PeerViews::View& view = views_.of(node, peer);
    const bool reached = view.role != probe::NodeRole::unreachable;
    rows.push_back({.observer = node_name(node),
                    .name = node_name(peer),
                    .role = view.role,
                    .state = reached ? probe::State::active : probe::State::unavailable,
                    .address = node_name(peer) + ":5000",
                    .join_time = view.join_time,
                    .transaction_id = view.transaction_id});
  }
  return rows;
}

std::optional<Activation> GroupModel::sole_master() const {
  if (activations_.empty() || activations_.back().until) return std::nullopt;
  const auto holding = std::count_if(members_.list.begin(), members_.list.end(),
                                     [](const Member& m) { return m.activation != 0; });
  if (holding != 1) return std::nullopt;
  return activations_.back();
}

std::uint64_t GroupModel::epoch_of(std::size_t node, Time when) const {
  const auto found =
      std::find_if(activations_.rbegin(), activations_.rend(),
                   [&](const Activation& a) { return a.node == node && a.from <= when; });
  return found == activations_.rend() ? 0 : found->epoch;
}

bool GroupModel::settled() const {
  std::size_t masters = 0;
  std::size_t active = 0;
  bool any = false;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    const Member& m = members_[i];
    masters += m.je == Je::master;
    active += m.activation != 0;
    if (!m.running()) continue;
    any = true;
    if (m.je != Je::master && m.je != Je::replica) return false;
    if (std::any_of(m.timers.begin(), m.timers.end(), [](const Timer& t) { return t.pending; })) {
      return false;
    }
  }
  return !any || (masters == 1 && active == 1);
}

}  // namespace signpost::sim
