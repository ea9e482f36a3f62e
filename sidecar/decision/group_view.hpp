// GroupView: what is known about a group at one instant, reduced to what decide() looks at. Plain
// data; tests write it by hand.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "probe/observation.hpp"

namespace signpost::decision {

using probe::TimePoint;
using probe::WallTime;

/// What a node's newest answer says about its own virtualhost. `nothing`: no answer, a failed
/// probe, or one too old to count.
enum class Says { nothing, not_active, active };

/// What AMQP says about a claim. Where AMQP is not asked every claim is confirmed.
enum class Confirmation { confirmed, pending, denied };

struct NodeView {
  std::string name;
  Says says = Says::nothing;
  std::optional<WallTime> opened;  // virtualhost.lastOpenedTime of the claim
  TimePoint answer_started{};      // start of the request behind `says`
  std::optional<TimePoint>
      last_claimed;  // start of its newest request that was answered with a claim
  Confirmation confirmation = Confirmation::confirmed;
  std::optional<TimePoint> confirmed_at;  // when a pending claim counts all the same

  // Its own role was REPLICA when its views were asked: a replica follows one master, and learns of
  // a new one from the group; a master's view of other masters is only what they say of themselves.
  bool is_observer = false;
  TimePoint views_asked{};                // start of the request behind its views
  std::vector<std::string> calls_master;  // the peers it calls MASTER
  bool operator==(const NodeView&) const = default;
};

struct GroupView {
  std::vector<NodeView> nodes;  // every configured node
  bool has_witnesses =
      true;  // three nodes or more, of type BDB_HA: peers' views exist and can be a majority
  bool all_asked = true;  // every node was asked at least once since the start
  bool operator==(const GroupView&) const = default;
};

/// The two say the same, however old their answers are.
bool same_but_for_times(const GroupView& a, const GroupView& b);

enum class Order { earlier, unordered, later };

/// Order of two activations by the brokers' own clocks. JE lets members' clocks differ by 2 s when
/// they connect, so anything closer, and anything unknown, is unordered.
Order order_of(const std::optional<WallTime>& opened, const std::optional<WallTime>& than);

}  // namespace signpost::decision
