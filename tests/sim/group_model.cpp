#include "tests/sim/group_model.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>
#include <utility>

namespace signpost::sim {

using namespace std::chrono_literals;

GroupModel::GroupModel(Engine& engine, Dice dice, GroupShape shape,
                       std::function<void(const Activation&)> on_activation)
    : engine_(engine),
      dice_(dice),
      shape_(std::move(shape)),
      on_activation_(std::move(on_activation)),
      views_(dice_.fork("pings"), shape_.nodes, engine.now()) {
  if (shape_.nodes < 1 || shape_.nodes > max_nodes) {
    throw std::invalid_argument("a group has 1 to 5 nodes");
  }
  members_.list.resize(shape_.nodes);
  members_.begun = engine.begun();
  for (std::size_t i = 0; i < shape_.nodes; ++i) {
    if (i < shape_.clock_offset.size()) members_[i].clock_offset = shape_.clock_offset[i];
    start(i);
  }
}

bool GroupModel::kill(std::size_t node) {
  Member& m = members_[node];
  if (!m.exists) return false;
  before_change();
  note(node, "kill");
  end_activation(node);
  Member dead;
  const bool in_step = m.je == Je::master || m.je == Je::replica;
  dead.in_step_until = in_step ? engine_.now() : m.in_step_until;
  dead.clock_offset = m.clock_offset;
  dead.quorum_override = m.quorum_override;
  dead.designated_primary = m.designated_primary;
  dead.term = m.term;
  // Its last transactions may have reached nobody.
  dead.diverged = m.diverged || (m.je == Je::master && (!has_majority(node) || dice_.chance(0.3)));
  dead.timers = m.timers;
  m = dead;
  for (std::size_t t = 0; t < task_count; ++t) cancel(node, static_cast<Task>(t));
  reconsider();
  return true;
}

bool GroupModel::start(std::size_t node) {
  Member& m = members_[node];
  if (m.exists) return false;
  before_change();
  note(node, "start");
  m.exists = true;
  m.role_changed = wall_time(node);
  views_.forget(node);
  arm(node, Task::open, dice_.between(1200ms, 3s));
  reconsider();
  return true;
}

bool GroupModel::pause(std::size_t node) {
  if (!running(node)) return false;
  before_change();
  note(node, "pause");
  members_[node].paused = true;
  members_[node].paused_at = engine_.now();
  reconsider();
  return true;
}

bool GroupModel::resume(std::size_t node) {
  Member& m = members_[node];
  if (!m.exists || !m.paused) return false;
  before_change();
  note(node, "resume");
  m.paused = false;
  m.resumed_at = engine_.now();
  views_.wake(node, engine_.now());
  if (m.je == Je::replica && engine_.now() - m.paused_at > shape_.replica_timeout) {
    // The master has closed this replica's channel meanwhile (je.rep.feederTimeout).
    m.leader = nobody;
    m.leader_contact = Contact::answers;
    arm(node, Task::lose_master, dice_.between(10ms, 100ms));
  }
  for (std::size_t t = 0; t < task_count; ++t) {
    if (m.timers[t].overdue) arm(node, static_cast<Task>(t), dice_.between(1ms, 5ms));
  }
  reconsider();
  return true;
}

bool GroupModel::cut(std::size_t from, std::size_t to) {
  if (from == to || members_.dropped[from][to]) return false;
  before_change();
  note(from, "cut to n", to + 1);
  members_.dropped[from][to] = true;
  reconsider();
  return true;
}

bool GroupModel::heal(std::size_t from, std::size_t to) {
  if (!members_.dropped[from][to]) return false;
  before_change();
  note(from, "heal to n", to + 1);
  members_.dropped[from][to] = false;
  reconsider();
  return true;
}

void GroupModel::heal_all() {
  before_change();
  note(nobody, "heal all");
  members_.dropped = {};
  reconsider();
}

bool GroupModel::set_quorum_override(std::size_t node, bool on) {
  if (members_[node].quorum_override == on) return false;
  before_change();
  note(node, "quorumOverride", on ? 1 : 0);
  members_[node].quorum_override = on;
  reconsider();
  return true;
}

bool GroupModel::set_designated_primary(std::size_t node, bool on) {
  if (members_[node].designated_primary == on) return false;
  before_change();
  note(node, "designatedPrimary", on ? 1 : 0);
  members_[node].designated_primary = on;
  reconsider();
  return true;
}

bool GroupModel::step_clock(std::size_t node, Duration by) {
  if (by == Duration::zero()) return false;
  before_change();
  note(node, "clock step");
  members_[node].clock_offset += by;
  reconsider();
  return true;
}

bool GroupModel::set_recovery(Duration recovery) {
  if (shape_.recovery == recovery) return false;
  shape_.recovery = recovery;
  return true;
}

void GroupModel::arm(std::size_t node, Task task, Duration delay) {
  Timer& timer = members_[node].timer(task);
  timer.pending = true;
  timer.overdue = false;
  const std::uint32_t number = ++timer.number;
  // Packed, so that the closure fits into a std::function without an allocation.
  struct Event {
    GroupModel* model;
    std::uint32_t number;
    std::uint16_t node;
    Task task;
    void operator()() const { model->fire(node, task, number); }
  };
  static_assert(sizeof(Event) <= 16);
  engine_.after(delay, Event{this, number, static_cast<std::uint16_t>(node), task});
}

void GroupModel::cancel(std::size_t node, Task task) {
  Timer& timer = members_[node].timer(task);
  timer.pending = false;
  timer.overdue = false;
  ++timer.number;
}

void GroupModel::fire(std::size_t node, Task task, std::uint32_t number) {
  Timer& timer = members_[node].timer(task);
  if (!timer.pending || timer.number != number) return;
  if (members_[node].paused) {
    timer.overdue = true;
    return;
  }
  timer.pending = false;
  before_change();
  perform(node, task);
  reconsider();
}

void GroupModel::perform(std::size_t node, Task task) {
  switch (task) {
    case Task::open:
      return open_environment(node);
    case Task::lose_master:
      return lose_master(node);
    case Task::join:
      return join(node);
    case Task::learn:
      return learn(node);
    case Task::test_quorum:
      return test_quorum(node);
    case Task::elect_itself:
      return elect_itself(node);
    case Task::transfer:
      return finish_transfer(node);
    case Task::say_waiting:
      members_[node].quiet = false;
      return follow_je(node);
    case Task::roll_back:
      return roll_back(node);
    case Task::work:
      return finish_work(node);
  }
}

void GroupModel::note(std::size_t node, std::string_view what, std::uint64_t number) {
  std::array<char, 64> line{};
  char* end = line.data();
  if (node != nobody) {
    *end++ = 'n';
    *end++ = static_cast<char>('1' + node);
    *end++ = ' ';
  }
  end = std::copy_n(what.data(), std::min(what.size(), line.size() - 25), end);
  if (number != 0) end = std::to_chars(end, line.data() + line.size(), number).ptr;
  engine_.note({line.data(), end});
}

}  // namespace signpost::sim
