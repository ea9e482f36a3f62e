// GroupModel: one BDB_HA group as brokers really behave (JE replication below, Broker-J above it).
// It knows the truth, which no observer does: which activation is the newest. Everything an
// observer can ask is what the broker itself would say at that instant, wrong or late as it may be.
//
// Modelled: election by majority with JE's delays (0.6 to 1.1 s after a process died; replica
// timeout and election socket timeouts when a host falls silent); the order of promotion (row
// UNINITIALIZED, ACTIVE, then the role) and of demotion (UNAVAILABLE, row gone, REPLICA, then the
// role); slow recovery of a deep store; planned transfers; loss of quorum noticed by a ping and a
// test transaction (the lonely master stays ACTIVE for seconds, then DETACHED, then WAITING); a
// paused master that resumes and claims for a second or up to 22 s; peers' views = what the peer
// said of itself at the last ping, up to 3 s old, frozen from a loss of quorum, and empty from the
// start of the process, until the observer joins (one that lost its master goes on asking);
// bouncing rows of a node that rejoins (REPLICA, none, DETACHED, REPLICA within 0.6 s);
// quorumOverride and designated primaries (lasting split brain); brokers' clocks that differ.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probe/observation.hpp"
#include "tests/sim/engine.hpp"
#include "tests/sim/member.hpp"
#include "tests/sim/peer_views.hpp"

namespace signpost::sim {

struct GroupShape {
  std::string name = "weather";
  std::size_t nodes = 3;  // 1 to 5, called n1, n2, ...
  // JE's settings, drawn once per seed between "tuned" and "default".
  Duration replica_timeout = std::chrono::seconds(5);   // a replica notices a silent master
  Duration quorum_patience = std::chrono::seconds(2);   // insufficientReplicasTimeout
  Duration election_socket = std::chrono::seconds(10);  // per silent peer in an election
  Duration recovery = std::chrono::milliseconds(30);    // store recovery: up to minutes
  std::vector<Duration> clock_offset;  // per node; members of a live group stay within 2 s
};

/// One true activation: the virtualhost became ACTIVE on that node by an election (or an override).
struct Activation {
  std::uint64_t epoch = 0;  // 1, 2, ...: order of beginning; known only here
  std::size_t node = 0;
  Time from{};
  std::optional<Time> until;  // no longer ACTIVE on that node
  bool by_majority = true;    // false: made by quorumOverride or a designated primary
};

class GroupModel {
 public:
  /// All processes start now; the first master is there a few seconds later. `on_activation` runs
  /// at each beginning of one (after it is in activations()). The engine must not run on after the
  /// model is gone.
  GroupModel(Engine& engine, Dice dice, GroupShape shape,
             std::function<void(const Activation&)> on_activation = {});
  ~GroupModel() = default;
  GroupModel(const GroupModel&) = delete;  // its events point to it
  GroupModel& operator=(const GroupModel&) = delete;

  // What happens to it. All are legal at any time; one that makes no sense then (killing a dead
  // node) does nothing and returns false.
  bool kill(std::size_t node);   // process gone: RST to everybody
  bool start(std::size_t node);  // process back and answering at once, joins after seconds
  bool pause(std::size_t node);  // SIGSTOP: accepts connections, says nothing
  bool resume(std::size_t node);
  bool cut(std::size_t from, std::size_t to);  // packets in this direction are dropped
  bool heal(std::size_t from, std::size_t to);
  void heal_all();
  bool transfer(std::size_t to);  // a planned transfer of mastership
  bool set_quorum_override(std::size_t node, bool on);
  bool set_designated_primary(std::size_t node, bool on);
  bool step_clock(std::size_t node, Duration by);
  bool set_recovery(Duration recovery);

  // What the broker of `node` says now. Only meaningful while running(node).
  [[nodiscard]] bool running(std::size_t node) const;  // process there and not paused
  [[nodiscard]] bool exists(std::size_t node) const;   // process there, perhaps paused
  [[nodiscard]] std::vector<probe::VirtualhostRow> virtualhost_rows(std::size_t node) const;
  [[nodiscard]] probe::NodeRow node_row(std::size_t node) const;
  [[nodiscard]] std::vector<probe::PeerRow> peer_rows(std::size_t node) const;
  /// The broker's own clock.
  [[nodiscard]] probe::WallTime wall_time(std::size_t node) const;

  // The truth.
  [[nodiscard]] const GroupShape& shape() const { return shape_; }
  [[nodiscard]] std::string node_name(std::size_t node) const {
    return "n" + std::to_string(node + 1);
  }
  [[nodiscard]] const std::vector<Activation>& activations() const { return activations_; }
  /// The newest activation if it still holds and is the only one that holds.
  [[nodiscard]] std::optional<Activation> sole_master() const;
  /// Newest epoch of `node` that began at or before `when`; 0 = never active.
  [[nodiscard]] std::uint64_t epoch_of(std::size_t node, Time when) const;
  /// Nothing is under way (no election, no demotion, no rejoin) and every running node has joined.
  /// sole_master() has a value then, unless a master made without a majority came later and is
  /// gone.
  [[nodiscard]] bool settled() const;

 private:
  // Chance, time and the trace (group_model.cpp).
  void arm(std::size_t node, Task task, Duration delay);
  void cancel(std::size_t node, Task task);
  /// Brings the timer into line: pending if and only if `wanted`.
  template <typename Delay>
  void want(bool wanted, std::size_t node, Task task, Delay delay) {
    const bool pending = members_[node].timer(task).pending;
    if (wanted && !pending) arm(node, task, delay());
    if (!wanted && pending) cancel(node, task);
  }
  void fire(std::size_t node, Task task, std::uint32_t number);
  void perform(std::size_t node, Task task);
  void before_change() { views_.advance(members_, engine_.now()); }
  void note(std::size_t node, std::string_view what, std::uint64_t number = 0);

  // Replication (je_replication.cpp). reconsider() follows every change: what must happen next?
  void reconsider();
  void leave_step(std::size_t node, Je je);
  void watch_leader(std::size_t node);
  void watch_newer(std::size_t node);
  void watch_quorum(std::size_t node);
  void seek_master(std::size_t node);
  void lose_master(std::size_t node);
  void join(std::size_t node);
  void learn(std::size_t node);
  void test_quorum(std::size_t node);
  void roll_back(std::size_t node);
  void open_environment(std::size_t node);

  // Who may be master (je_election.cpp).
  [[nodiscard]] std::size_t majority() const { return members_.size() / 2 + 1; }
  [[nodiscard]] bool has_authority(std::size_t node) const;
  [[nodiscard]] bool has_quorum(std::size_t master) const;
  [[nodiscard]] bool has_majority(std::size_t master) const;
  [[nodiscard]] bool clocks_agree(std::size_t a, std::size_t b) const;
  [[nodiscard]] bool may_keep(std::size_t master) const;
  [[nodiscard]] std::size_t newer_master(std::size_t node) const;
  [[nodiscard]] bool knows_newer_term(std::size_t node) const;
  [[nodiscard]] std::size_t join_target(std::size_t node) const;
  [[nodiscard]] std::uint32_t promises_to(std::size_t candidate) const;
  [[nodiscard]] Duration silent_wait(std::size_t candidate, std::uint32_t promised) const;
  void plan_election();
  void plan_lone_election(std::size_t node);
  void elect();
  void elect_itself(std::size_t node);
  [[nodiscard]] std::size_t transfers_from(std::size_t to) const;
  void finish_transfer(std::size_t to);
  void install(std::size_t master, std::uint32_t followers, Duration delay);

  // What Broker-J makes of it (promotion.cpp).
  void follow_je(std::size_t node);
  void begin_work(std::size_t node);
  void finish_work(std::size_t node);
  void start_work(std::size_t node, Work work, Duration lasts);
  void set_role(std::size_t node, probe::NodeRole role);
  void begin_activation(std::size_t node);
  void end_activation(std::size_t node);

  struct Election {
    std::optional<Time> begun;
    Duration quick{};  // without silent peers
    Duration slow{};   // more, with them
    Time due{};
    std::uint32_t number = 0;
  };

  Engine& engine_;
  Dice dice_;
  GroupShape shape_;
  std::function<void(const Activation&)> on_activation_;
  std::vector<Activation> activations_;
  Members members_;
  mutable PeerViews views_;  // made up for when somebody looks
  Election election_;
  Time transfer_begun_{};
  std::uint64_t term_ = 0;
};

}  // namespace signpost::sim
