#include "tests/scenario/state_word.hpp"

#include <algorithm>
#include <array>

namespace signpost::scenario {
namespace {

using decision::Failed;
using probe::errc;
using probe::NodeRole;
using probe::State;
using Row = StateWord::Row;

constexpr Row ha(State state) { return {"BDB_HA", state}; }

// clang-format off
constexpr std::array states{
    StateWord{"ACTIVE", "master, open for clients", ha(State::active), NodeRole::master, State::active},
    StateWord{"ACTIVE_ROLE_LATE", "open for clients, the role is not set yet", ha(State::active), NodeRole::waiting, State::active},
    StateWord{"ACTIVE_NODE_ERRORED", "open for clients, an exception escaped afterwards", ha(State::active), NodeRole::master, State::errored},
    StateWord{"RECOVERING", "becoming master, the store is being read", ha(State::uninitialized), NodeRole::waiting, State::active},
    StateWord{"RECOVERING_ROLE_EARLY", "the role is set, the virtualhost not open", ha(State::uninitialized), NodeRole::master, State::active},
    StateWord{"UNAVAILABLE", "being demoted: clients are put out, role still MASTER", ha(State::unavailable), NodeRole::master, State::active},
    StateWord{"GONE", "being demoted: virtualhost removed, role still MASTER", std::nullopt, NodeRole::master, State::active},
    StateWord{"REPLICA", "replica", Row{"BDB_HA_REPLICA", State::unavailable}, NodeRole::replica, State::active},
    StateWord{"REPLICA_ACTIVE", "a replica's row that says ACTIVE", Row{"BDB_HA_REPLICA", State::active}, NodeRole::replica, State::active},
    StateWord{"WAITING", "no master known, no virtualhost", std::nullopt, NodeRole::waiting, State::active},
    StateWord{"DETACHED", "out of the group, no virtualhost", std::nullopt, NodeRole::detached, State::active},
    StateWord{"ERRORED", "role MASTER, virtualhost failed", ha(State::errored), NodeRole::master, State::active},
    StateWord{"NODE_ERRORED", "role MASTER, opening the virtualhost threw", std::nullopt, NodeRole::master, State::errored},
    StateWord{"INTRUDED", "node failed and detached: an intruder was seen", std::nullopt, NodeRole::detached, State::errored},
    StateWord{"STOPPED", "role MASTER, virtualhost stopped by an operator", ha(State::stopped), NodeRole::master, State::active},
    StateWord{"NODE_STOPPED", "node stopped by an operator", std::nullopt, NodeRole::detached, State::stopped},
    StateWord{"NEW_WORD", "a state that this signpost does not know", ha(State::other), NodeRole::other, State::other},
    StateWord{"ABSENT", "a broker without a node of this group", std::nullopt, NodeRole::none, State::active, {}, false},
    StateWord{"PLAIN", "an active virtualhost of this name outside the group", Row{"Memory", State::active}, NodeRole::none, State::active, {}, false},
    StateWord{"REFUSED", "nothing listens", {}, {}, {}, errc::connect_refused},
    StateWord{"UNREACHABLE", "no route", {}, {}, {}, errc::connect_failed},
    StateWord{"SILENT", "accepts or swallows, and says nothing until the probe's time is up", {}, {}, {}, errc::timed_out},
    StateWord{"RESET", "the connection breaks while it answers", {}, {}, {}, errc::connection_lost},
    StateWord{"NAMELESS", "its host name does not resolve", {}, {}, {}, errc::host_not_found},
    StateWord{"UNTRUSTED", "its certificate does not verify", {}, {}, {}, errc::tls_failed},
    StateWord{"UNAUTHORIZED", "401", {}, {}, {}, errc::unauthorized},
    StateWord{"FORBIDDEN", "403", {}, {}, {}, errc::forbidden},
    StateWord{"NOT_FOUND", "404", {}, {}, {}, errc::not_found},
    StateWord{"SERVER_ERROR", "500", {}, {}, {}, errc::http_status},
    StateWord{"NO_HTTP", "something that is not HTTP", {}, {}, {}, errc::malformed_http},
    StateWord{"NONSENSE", "200 with something else than the query's table", {}, {}, {}, errc::malformed_reply},
    StateWord{"WRONG_NODE", "the node has another name than the configuration says", {}, {}, {}, errc::wrong_node},
};
// clang-format on

Failed failed(Failed::Question question, errc code) {
  return {question, {code, std::string("scripted: ") + to_text(code)}};
}

}  // namespace

const StateWord* find_state(std::string_view word) {
  const auto* found =
      std::find_if(states.begin(), states.end(), [&](const auto& s) { return s.word == word; });
  return found == states.end() ? nullptr : found;
}

std::string all_states() {
  std::string list;
  for (const StateWord& s : states) list += std::string(list.empty() ? "" : " ") + s.word;
  return list;
}

decision::Said virtualhost_answer(const StateWord& state, const std::string& node, bool plain,
                                  std::optional<probe::WallTime> opened) {
  if (state.failure) return failed(Failed::Question::virtualhosts, *state.failure);
  if (!state.row) return decision::VirtualhostSeen{};
  bool is_member = state.is_member && !plain;
  probe::VirtualhostRow row;
  row.node = node;
  row.node_type = is_member ? "BDB_HA" : "JSON";
  row.role = is_member ? state.role : NodeRole::none;
  row.node_state = state.node_state;
  row.group = is_member ? "weather" : "";
  row.name = "weather";
  row.type = plain ? "Memory" : state.row->type;
  row.state = state.row->state;
  row.last_opened = opened;
  return decision::VirtualhostSeen{row};
}

decision::Said roles_answer(const StateWord& state, const std::string& node, bool plain,
                            const std::vector<std::string>& calls_master) {
  if (state.failure) return failed(Failed::Question::roles, *state.failure);
  decision::RolesSeen seen;
  if (!state.is_member || plain) return seen;
  seen.own = probe::NodeRow{node,          "BDB_HA", "weather", state.role, state.node_state,
                            State::active, {},       ""};
  for (const std::string& peer : calls_master) {
    probe::PeerRow row;
    row.observer = node;
    row.name = peer;
    row.role = NodeRole::master;
    row.state = State::active;
    seen.peers.push_back(row);
  }
  return seen;
}

}  // namespace signpost::scenario
