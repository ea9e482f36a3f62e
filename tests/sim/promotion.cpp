// What Broker-J makes of JE's states (BDBHAVirtualHostNodeImpl, EnvironmentStateChangeListener). On
// promotion: row UNINITIALIZED, lastOpenedTime, ACTIVE, role. On demotion: UNAVAILABLE, row gone,
// role. One step after the other; only the loss of mastership interrupts.
#include "tests/sim/group_model.hpp"

namespace signpost::sim {

using namespace std::chrono_literals;
using probe::NodeRole;

void GroupModel::follow_je(std::size_t node) {
  Member& m = members_[node];
  const bool promoting =
      m.work == Work::opening || m.work == Work::stamping || m.work == Work::recovering;
  if (m.je != Je::master && m.row == Row::active) {
    end_activation(node);
    m.row = Row::unavailable;
    // A client that does not close its connection is cut after connection.closeResponseTimeout.
    start_work(node, Work::clearing,
               dice_.chance(0.85) ? dice_.between(10ms, 300ms) : dice_.between(300ms, 2s));
  } else if (m.je != Je::master && promoting) {
    start_work(node, Work::clearing, dice_.between(5ms, 50ms));
  } else if (m.work == Work::none) {
    begin_work(node);
  }
}

void GroupModel::begin_work(std::size_t node) {
  Member& m = members_[node];
  const Duration a_moment = dice_.between(5ms, 30ms);
  switch (m.je) {
    case Je::master:
      if (m.row == Row::active) return;
      if (m.row != Row::none) return start_work(node, Work::clearing, a_moment);
      return start_work(node, Work::opening, m.promotion_delay);
    case Je::replica:
      if (m.row == Row::replica) return;
      return start_work(node, Work::following, a_moment);
    case Je::unknown:
      if (m.quiet) return;
      if (m.row == Row::none) return set_role(node, NodeRole::waiting);
      return start_work(node, Work::clearing, a_moment);
    case Je::closed:
      if (m.row != Row::none) return start_work(node, Work::clearing, a_moment);
      set_role(node, NodeRole::detached);
      return arm(node, Task::open, dice_.between(80ms, 200ms));
  }
}

void GroupModel::finish_work(std::size_t node) {
  Member& m = members_[node];
  const Work done = m.work;
  m.work = Work::none;
  switch (done) {
    case Work::none:
      return;
    case Work::clearing:
      m.row = Row::none;
      m.opened.reset();
      return start_work(node, Work::naming, dice_.between(1ms, 10ms));
    case Work::naming:
      return begin_work(node);
    case Work::opening:
      m.row = Row::uninitialized;
      return start_work(node, Work::stamping, dice_.between(1ms, 5ms));
    case Work::stamping:
      m.opened = wall_time(node);
      return start_work(node, Work::recovering,
                        dice_.between(shape_.recovery / 2, shape_.recovery * 2));
    case Work::recovering:
      // Opening the store is a transaction itself: without the others it does not end.
      if (!has_authority(node) && !has_majority(node))
        return start_work(node, Work::recovering, 50ms);
      begin_activation(node);
      return start_work(node, Work::crowning, dice_.between(0ms, 10ms));
    case Work::following:
      if (m.je != Je::replica) return begin_work(node);
      m.row = Row::replica;
      m.opened = wall_time(node);
      if (m.diverged) arm(node, Task::roll_back, dice_.between(50ms, 150ms));
      return start_work(node, Work::crowning, dice_.between(0ms, 5ms));
    case Work::crowning:
      set_role(node, m.row == Row::active ? NodeRole::master : NodeRole::replica);
      return begin_work(node);
  }
}

void GroupModel::start_work(std::size_t node, Work work, Duration lasts) {
  members_[node].work = work;
  arm(node, Task::work, lasts);
}

void GroupModel::set_role(std::size_t node, NodeRole role) {
  Member& m = members_[node];
  if (m.role == role) return;
  m.role = role;
  m.role_changed = wall_time(node);
  note(node, probe::to_text(role));
}

void GroupModel::begin_activation(std::size_t node) {
  Member& m = members_[node];
  m.row = Row::active;
  const std::uint64_t epoch = activations_.size() + 1;
  activations_.push_back({.epoch = epoch,
                          .node = node,
                          .from = engine_.now(),
                          .until = {},
                          .by_majority = m.elected_by_majority});
  m.activation = activations_.size();
  note(node, "ACTIVE, epoch ", epoch);
  if (on_activation_) on_activation_(activations_.back());
}

void GroupModel::end_activation(std::size_t node) {
  Member& m = members_[node];
  if (m.activation == 0) return;
  activations_[m.activation - 1].until = engine_.now();
  m.activation = 0;
  note(node, "not ACTIVE");
}

}  // namespace signpost::sim
