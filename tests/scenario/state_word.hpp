// StateWord: what a node's broker answers, in one word of a script: the rows of Broker-J's query
// API (BDBHAVirtualHostNodeImpl, AbstractVirtualHost), or the way in which asking it fails.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sidecar/decision/node_evidence.hpp"

namespace signpost::scenario {

struct StateWord {
  struct Row {
    const char* type;
    probe::State state;
  };
  const char* word;
  const char* meaning;
  std::optional<Row> row;  // none: no virtualhost on this node
  probe::NodeRole role{};
  probe::State node_state{};
  std::optional<probe::errc> failure{};
  bool is_member = true;  // the broker has a node of the group

  [[nodiscard]] bool claims() const { return row && row->state == probe::State::active; }
};

/// nullptr: no such word.
const StateWord* find_state(std::string_view word);
/// All of them, for a message.
std::string all_states();

/// `plain`: outside HA there is a virtualhost and nothing else.
decision::Said virtualhost_answer(const StateWord& state, const std::string& node, bool plain,
                                  std::optional<probe::WallTime> opened);
/// `calls_master`: the peers that this node's broker shows as MASTER.
decision::Said roles_answer(const StateWord& state, const std::string& node, bool plain,
                            const std::vector<std::string>& calls_master);

}  // namespace signpost::scenario
