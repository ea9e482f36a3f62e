// GroupRun: a modelled group alone in virtual time, for the tests of the model itself.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/sim/group_model.hpp"

namespace signpost::sim {

struct GroupRun {
  explicit GroupRun(std::uint64_t seed, GroupShape shape = {})
      : group(engine, Dice(seed), std::move(shape)) {}

  void run(Duration d) {
    const Time end = engine.now() + d;
    while (engine.step(end)) {
    }
  }
  /// False if the group has not settled within `limit`.
  [[nodiscard]] bool settle(Duration limit = std::chrono::seconds(60)) {
    const Time end = engine.now() + limit;
    while (!group.settled()) {
      if (!engine.step(end)) return false;
    }
    return true;
  }
  /// The node of the newest activation.
  [[nodiscard]] std::size_t master() const { return group.activations().back().node; }
  /// The k-th node after the master.
  [[nodiscard]] std::size_t other(std::size_t k = 1) const {
    return (master() + k) % group.shape().nodes;
  }
  void isolate(std::size_t node) {
    for (std::size_t i = 0; i < group.shape().nodes; ++i) {
      group.cut(i, node);
      group.cut(node, i);
    }
  }
  [[nodiscard]] bool active(std::size_t node) const {
    const auto rows = group.virtualhost_rows(node);
    return !rows.empty() && rows[0].claims_active();
  }
  /// Type of the row, its state and the role, as in "BDB_HA ACTIVE, MASTER".
  [[nodiscard]] std::string says(std::size_t node) const {
    const auto rows = group.virtualhost_rows(node);
    std::string text = "no row";
    if (!rows.empty()) text = rows[0].type + " " + to_text(rows[0].state);
    return text + ", " + to_text(group.node_row(node).role);
  }
  [[nodiscard]] probe::NodeRole role(std::size_t node) const { return group.node_row(node).role; }
  [[nodiscard]] probe::NodeRole view(std::size_t observer, std::size_t peer) const {
    for (const probe::PeerRow& row : group.peer_rows(observer)) {
      if (row.name == group.node_name(peer)) return row.role;
    }
    return probe::NodeRole::none;
  }
  /// What `node` says in turn for the next `d`, looked at each millisecond.
  std::vector<std::string> watch(std::size_t node, Duration d) {
    std::vector<std::string> seen;
    const Time end = engine.now() + d;
    for (; engine.now() < end; run(std::chrono::milliseconds(1))) {
      std::string now = says(node);
      if (seen.empty() || seen.back() != now) seen.push_back(std::move(now));
    }
    return seen;
  }

  Engine engine;
  GroupModel group;
};

/// A fact holds for any chance: `seeds` runs of a settled group.
template <typename Body>
void with_settled_groups(std::size_t seeds, const GroupShape& shape, Body body) {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    GroupRun g(seed, shape);
    ASSERT_TRUE(g.settle());
    body(g);
    if (testing::Test::HasFailure()) return;
  }
}

/// The value first fails in milliseconds, which can be read.
inline void expect_between(Duration least, Duration value, Duration most) {
  const auto ms = [](Duration d) { return std::chrono::duration<double, std::milli>(d).count(); };
  EXPECT_TRUE(least <= value && value <= most)
      << ms(value) << " ms is not within " << ms(least) << " to " << ms(most) << " ms";
}

}  // namespace signpost::sim
