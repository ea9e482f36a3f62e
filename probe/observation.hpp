// What a broker said, as plain values. Words and fields are Broker-J's own (classes
// BDBHAVirtualHostNode, NodeRole, State).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace signpost::probe {

/// Shared vocabulary for time: steady for everything that is measured or ordered here, wall only
/// for what brokers stamp.
using TimePoint = std::chrono::steady_clock::time_point;
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

/// org.apache.qpid.server.model.State, and `other` for a word that a newer broker may add (never
/// ACTIVE).
enum class State { uninitialized, quiesced, stopped, active, deleted, errored, unavailable, other };
/// org.apache.qpid.server.virtualhostnode.berkeleydb.NodeRole; `none` = not an HA node, or null.
enum class NodeRole { none, master, replica, waiting, unreachable, detached, other };

/// The broker's own spelling ("ACTIVE", "MASTER"); "NONE" for NodeRole::none, "OTHER" for other.
const char* to_text(State s);
const char* to_text(NodeRole r);

/// One row of querybroker/virtualhost. Cells are not evaluated atomically by the broker: decide on
/// type and state alone.
struct VirtualhostRow {
  std::string node;       // $parent.name: the virtualhost node
  std::string node_type;  // $parent.type: "BDB_HA", "JSON", ...
  NodeRole role{};        // $parent.role
  State node_state{};     // $parent.state
  std::string group;      // $parent.groupName; empty when the node is not a member of an HA group
  std::string name;       // the virtualhost; in an HA group always equal to group
  std::string type;       // "BDB_HA", "BDB_HA_REPLICA", "Memory", ...
  State state{};
  std::optional<WallTime> last_opened;  // clock of that broker; null while opening. A replica's row
                                        // has one too: ignore it

  /// Broker-J accepts AMQP for this virtualhost on this node if and only if this holds.
  [[nodiscard]] bool claims_active() const {
    return type != "BDB_HA_REPLICA" && state == State::active;
  }
  bool operator==(const VirtualhostRow&) const = default;
};

/// One row of querybroker/virtualhostnode: also nodes without a virtualhost row (WAITING, DETACHED,
/// STOPPED).
struct NodeRow {
  std::string name;
  std::string type;
  std::string group;
  NodeRole role{};
  State state{};
  State desired_state{};
  std::optional<WallTime> last_updated;
  std::string address;  // replication address, not for clients

  // What a person set or forgot; absent for nodes that are not members of an HA group.
  std::optional<std::int64_t> priority{};         // 0 = never elected
  std::optional<std::int64_t> quorum_override{};  // 0 = none; else the group size JE counts with
  std::optional<bool> designated_primary{};       // counts in groups of two only
  std::optional<std::int64_t> transaction_id{};   // JE's VLSN of the last transaction's end
  /// Replication addresses, sorted; empty = anybody may join.
  std::optional<std::vector<std::string>> permitted_nodes{};
  bool operator==(const NodeRow&) const = default;
};

/// One row of querybroker/remotereplicationnode: `observer` speaks about its peer `name`. Up to 3 s
/// old, without a time stamp, and frozen while the observer is not MASTER or REPLICA.
struct PeerRow {
  std::string observer;
  std::string name;
  NodeRole role{};
  State state{};
  std::string address;
  std::optional<WallTime> join_time;
  std::optional<std::int64_t> transaction_id;
  bool operator==(const PeerRow&) const = default;
};

/// The whole answer of one broker, all groups. Rows are sorted by node and name: the broker's order
/// is not stable. Two reports are equal if their rows are: the broker's clock is no part of what it
/// says about its nodes.
struct VirtualhostReport {
  std::vector<VirtualhostRow> rows;
  /// The broker's clock when it answered, cut to the second (header Date); absent if it sent none
  /// that can be read.
  std::optional<WallTime> broker_time{};
  bool operator==(const VirtualhostReport& other) const { return rows == other.rows; }
};
struct RolesReport {
  std::vector<NodeRow> nodes;
  std::vector<PeerRow> peers;
  std::optional<WallTime> broker_time{};
  bool operator==(const RolesReport& other) const {
    return nodes == other.nodes && peers == other.peers;
  }
};

}  // namespace signpost::probe
