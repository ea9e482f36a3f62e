#include "sidecar/decision/explain.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>

namespace signpost::decision {
namespace {

std::string answering(const GroupView& view) {
  auto n = std::count_if(view.nodes.begin(), view.nodes.end(),
                         [](const NodeView& v) { return v.says != Says::nothing; });
  return fmt::format("{} of {} nodes answer", n, view.nodes.size());
}

std::string claimants(const GroupView& view) {
  std::string list;
  for (const NodeView& v : view.nodes) {
    if (v.says == Says::active) list += (list.empty() ? "" : " and ") + v.name;
  }
  return list;
}

std::string published(const Decision& d) {
  return d.active ? "the record stays on " + *d.active
                  : "nothing was published yet, so questions get SERVFAIL";
}

}  // namespace

std::string because(const Decision& d, const GroupView& view) {
  std::string active = d.active.value_or("no node");
  switch (d.reason) {
    case Reason::starting:
      return "not every broker has been asked once since the start, and no earlier decision is "
             "known";
    case Reason::single_active:
      return fmt::format("{} is the only node whose virtualhost is active ({})", active,
                         answering(view));
    case Reason::active_moved:
      return fmt::format("{} became the only node whose virtualhost is active ({})", active,
                         answering(view));
    case Reason::stale_claim:
      return d.candidate == active ? fmt::format(
                                         "{} was published although its claim is older than the "
                                         "last one: nobody else has claimed for stale_hold",
                                         active)
                                   : fmt::format(
                                         "{} claims to be active, but not from after {}'s claim, "
                                         "and no majority names it: {} for now; "
                                         "it may be a resumed old master",
                                         d.candidate, active, published(d));
    case Reason::unconfirmed:
      return fmt::format("{} claims to be active, but does not accept AMQP yet: {}", d.candidate,
                         published(d));
    case Reason::newest_of_several:
      return fmt::format(
          "{} claim to be active; {} was activated last or is named MASTER by a majority",
          claimants(view), active);
    case Reason::conflict:
      return fmt::format("{} claim to be active and nothing tells which one is newer: {}",
                         claimants(view), published(d));
    case Reason::electing:
      return fmt::format("no virtualhost is active ({}): {} until a node claims", answering(view),
                         published(d));
    case Reason::blind:
      return fmt::format("too few nodes can be asked ({}): {}", answering(view), published(d));
    case Reason::damped:
      return fmt::format("{} is due, but the last change is too recent: {}", d.candidate,
                         published(d));
    case Reason::held:
      return fmt::format("an operator's hold is in force: {}", published(d));
  }
  return {};
}

std::string next_change_needs(const Decision& d, const GroupView& view, const Policy& policy) {
  if (!d.active) return "one node's virtualhost to be active";
  std::string witnessed = view.has_witnesses ? " or named MASTER by a majority" : "";
  switch (d.reason) {
    case Reason::starting:
      return "one answer or failure of every broker";
    case Reason::single_active:
    case Reason::active_moved:
    case Reason::newest_of_several:
    case Reason::electing:
    case Reason::blind:
      return fmt::format("another node to claim, activated more than 2 s after {}{}", *d.active,
                         witnessed);
    case Reason::stale_claim:
    case Reason::conflict:
      return fmt::format(
          "a claim activated more than 2 s after {}{}; or {} to be the only one to claim for {} s "
          "without a break",
          *d.active, witnessed, d.candidate,
          std::chrono::duration_cast<std::chrono::seconds>(policy.stale_hold).count());
    case Reason::unconfirmed:
      return d.candidate + " to accept AMQP";
    case Reason::damped:
      return fmt::format("{} s to pass since the last change",
                         std::chrono::duration_cast<std::chrono::seconds>(policy.damping).count());
    case Reason::held:
      return "the hold to be released or to run out";
  }
  return {};
}

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
  if (row->role == NodeRole::master) return "DEMOTING";
  if (row->state == State::uninitialized) return "RECOVERING";
  return row->role == NodeRole::none ? to_text(row->state) : to_text(row->role);
}

}  // namespace signpost::decision
