#include "sidecar/decision/role_word.hpp"

#include <fmt/core.h>

namespace signpost::decision {

std::string no_such_group(const std::string& ha_group) {
  return fmt::format("this broker has no node of group \"{}\"; is the group's name right?",
                     ha_group);
}

std::string role_word(const NodeEvidence& e) {
  using probe::NodeRole;
  using probe::State;
  if (!e.was_asked()) return "UNKNOWN";
  if (e.failure()) return "UNREACHABLE";
  const std::optional<probe::VirtualhostRow>& row = e.row();
  if (!row) {  // only the slower roles answer knows a node without a virtualhost
    bool known = e.roles() && e.roles()->own;
    if (!known) return "NONE";
    if (e.roles()->own->state == State::errored) return "ERRORED";
    NodeRole role = e.roles()->own->role;
    return role == NodeRole::master    ? "DEMOTING"
           : role == NodeRole::replica ? "WAITING"
                                       : to_text(role);
  }
  if (row->state == State::errored || row->node_state == State::errored) return "ERRORED";
  if (row->claims_active()) return row->group.empty() ? "ACTIVE" : "MASTER";
  if (row->type == "BDB_HA_REPLICA") return "REPLICA";
  if (row->state == State::uninitialized) return "RECOVERING";  // the role may be early or late
  if (row->state == State::stopped) return "STOPPED";
  if (row->role == NodeRole::master) return "DEMOTING";
  return row->role == NodeRole::none ? to_text(row->state) : to_text(row->role);
}

std::string probe_note(const NodeEvidence& e) {
  std::string role = role_word(e);
  if (!e.was_asked()) return role + ": never asked";
  if (!e.failure()) return role;
  std::string times =
      e.consecutive() > 1 ? fmt::format(" ({} probes in a row)", e.consecutive()) : "";
  return fmt::format("{}: {}{}", role, e.failure()->detail, times);
}

}  // namespace signpost::decision
