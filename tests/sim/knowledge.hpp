// Knowledge: what one sidecar was told in this life, and what is true about it. Kept apart from the
// product's own memory: invariants measure the agent by what it could know.
#pragma once

#include <optional>
#include <vector>

#include "sidecar/runtime/clock.hpp"
#include "tests/sim/network.hpp"

namespace signpost::sim {

struct Claim {
  runtime::TimePoint asked{};  // by the sidecar's clock: start of the request
  std::optional<probe::WallTime> opened;
  std::uint64_t epoch = 0;
};

struct Views {
  runtime::TimePoint asked{};
  probe::NodeRole own{};
  std::vector<std::string> calls_master;
};

struct NodeKnowledge {
  bool answered = false;        // its newest virtualhost probe succeeded, and was about this node
  std::optional<Claim> claims;  // and it claimed to be active
  std::optional<Claim> newest;  // of all its claims
  std::optional<runtime::TimePoint> newest_first_told;  // the epoch of `newest`
  std::optional<runtime::TimePoint> claiming_since;     // without a "not active" in between
  std::optional<Views> views;
};

class Knowledge {
 public:
  explicit Knowledge(std::size_t nodes) : nodes_(nodes) {}

  void note_virtualhosts(int config, std::size_t node, runtime::TimePoint asked,
                         runtime::TimePoint now, const Reply& reply);
  void note_roles(int config, std::size_t node, runtime::TimePoint asked, const Reply& nodes,
                  const Reply& peers);

  /// A new configuration: what the probers of an earlier one still hear is nobody's business.
  [[nodiscard]] int config() const { return config_; }
  void reconfigure() { ++config_; }

  [[nodiscard]] const NodeKnowledge& operator[](std::size_t node) const { return nodes_[node]; }
  [[nodiscard]] std::size_t size() const { return nodes_.size(); }

 private:
  int config_ = 0;
  std::vector<NodeKnowledge> nodes_;
};

}  // namespace signpost::sim
