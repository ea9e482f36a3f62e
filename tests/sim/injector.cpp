#include "tests/sim/injector.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace signpost::sim {
namespace {

using Ms = std::chrono::milliseconds;

constexpr std::size_t no_node = static_cast<std::size_t>(-1);

bool is_about_network(FaultKind kind) {
  return kind >= FaultKind::blind && kind <= FaultKind::no_opened_time;
}

}  // namespace

Injector::Injector(Engine& engine, GroupModel& group, const World& world, const Schedule& schedule)
    : engine_(engine),
      group_(group),
      world_(world),
      schedule_(schedule),
      hit_(schedule.faults.size(), false),
      active_(schedule.faults.size(), false),
      victims_(schedule.faults.size(), no_node) {}

void Injector::connect(Network& network, std::vector<std::unique_ptr<Sidecar>>& sidecars) {
  network_ = &network;
  sidecars_ = &sidecars;
}

void Injector::arm(Time heal_at) {
  heal_at_ = heal_at;
  for (std::size_t i = 0; i < schedule_.faults.size(); ++i) {
    const Fault& f = schedule_.faults[i];
    engine_.at(engine_.begun() + f.when, [this, i] { begin(i); });
    Time over = f.lasting == Duration{} ? heal_at : engine_.begun() + f.when + f.lasting;
    engine_.at(std::min(over, heal_at), [this, i] { end(i); });
  }
  engine_.at(heal_at, [this] {
    waiting_.clear();
    for (const auto& sidecar : *sidecars_) sidecar->at_next_save({}, nullptr);
  });
}

void Injector::begin(std::size_t i) {
  const Fault& f = schedule_.faults[i];
  // A schedule that was shortened by hand may name what this world has not.
  if (f.sidecar >= sidecars_->size() || f.node >= world_.group.nodes ||
      f.other >= world_.group.nodes || engine_.now() >= heal_at_)
    return;
  engine_.note(to_text(f));
  active_[i] = true;
  if (is_about_network(f.kind))
    network_->begin(i, f);
  else if (f.kind < FaultKind::blind)
    hit_[i] = begin_in_group(i, f);
  else
    begin_at_sidecar(i, f);
}

void Injector::end(std::size_t i) {
  if (!active_[i]) return;
  const Fault& f = schedule_.faults[i];
  active_[i] = false;
  if (f.lasting > Duration{}) engine_.note(fmt::format("over: {}", to_text(f)));
  if (is_about_network(f.kind))
    network_->end(i);
  else if (f.kind < FaultKind::blind)
    end_in_group(i, f);
  else
    end_at_sidecar(f);
}

bool Injector::isolate(std::size_t node, bool on) {
  bool done = false;
  for (std::size_t other = 0; other < world_.group.nodes; ++other) {
    if (other == node) continue;
    bool out = on ? group_.cut(node, other) : group_.heal(node, other);
    bool in = on ? group_.cut(other, node) : group_.heal(other, node);
    done = done || out || in;
  }
  return done;
}

bool Injector::begin_in_group(std::size_t i, const Fault& f) {
  const auto& all = group_.activations();
  std::size_t master = all.empty() || all.back().until ? no_node : all.back().node;
  std::size_t& victim = victims_[i];
  bool wants_master = f.kind == FaultKind::kill_master || f.kind == FaultKind::pause_master ||
                      f.kind == FaultKind::isolate_master ||
                      (f.kind == FaultKind::split_brain && f.amount == 0);
  victim = wants_master ? master : f.node;
  if (victim == no_node) return false;
  switch (f.kind) {
    case FaultKind::kill_master:
    case FaultKind::kill_node:
      if (!group_.kill(victim)) return false;
      network_->note_killed(victim);
      return true;
    case FaultKind::pause_master:
    case FaultKind::pause_node:
      return group_.pause(victim);
    case FaultKind::kill_at_activation:
    case FaultKind::pause_at_activation:
      waiting_.push_back(i);
      return false;  // not yet
    case FaultKind::cut_nodes:
      return f.node != f.other && group_.cut(f.node, f.other);
    case FaultKind::isolate_node:
    case FaultKind::isolate_master:
      return isolate(victim, true);
    case FaultKind::split_brain:
      return isolate(victim, true) && group_.set_quorum_override(victim, true);
    case FaultKind::transfer:
      return group_.transfer(f.node);
    case FaultKind::flap:
      flap(i);
      return world_.group.nodes > 1;
    case FaultKind::quorum_override:
      return group_.set_quorum_override(f.node, true);
    case FaultKind::designated_primary: {
      bool done = false;
      for (std::size_t n = 0; n < world_.group.nodes; ++n)
        done = group_.set_designated_primary(n, true) || done;
      return done;
    }
    case FaultKind::slow_recovery:
      return group_.set_recovery(Ms(f.amount));
    case FaultKind::broker_clock_step:
      return group_.step_clock(f.node, Ms(f.amount));
    default:
      return false;
  }
}

void Injector::note_activation(std::size_t node) {
  for (std::size_t i : waiting_)
    engine_.after(Ms(schedule_.faults[i].amount), [this, i, node] { strike_new_master(i, node); });
  waiting_.clear();
}

void Injector::strike_new_master(std::size_t i, std::size_t node) {
  const Fault& f = schedule_.faults[i];
  if (engine_.now() >= heal_at_) return;
  bool kills = f.kind == FaultKind::kill_at_activation;
  hit_[i] = kills ? group_.kill(node) : group_.pause(node);
  if (!hit_[i]) return;
  if (kills) network_->note_killed(node);
  engine_.at(std::min(engine_.now() + f.lasting, heal_at_),
             [this, node, kills] { undo_broker(node, kills); });
}

void Injector::undo_broker(std::size_t node, bool was_killed) {
  if (was_killed)
    group_.start(node);
  else if (group_.resume(node))
    network_->note_resumed(node);
}

void Injector::flap(std::size_t i) {
  if (!active_[i]) return;
  const auto& all = group_.activations();
  if (!all.empty()) group_.transfer((all.back().node + 1) % world_.group.nodes);
  engine_.after(Ms(schedule_.faults[i].amount), [this, i] { flap(i); });
}

void Injector::end_in_group(std::size_t i, const Fault& f) {
  std::size_t victim = victims_[i];
  if (victim == no_node) return;
  switch (f.kind) {
    case FaultKind::kill_master:
    case FaultKind::kill_node:
    case FaultKind::pause_master:
    case FaultKind::pause_node:
      undo_broker(victim, f.kind == FaultKind::kill_master || f.kind == FaultKind::kill_node);
      return;
    case FaultKind::cut_nodes:
      group_.heal(f.node, f.other);
      return;
    case FaultKind::isolate_node:
    case FaultKind::isolate_master:
      isolate(victim, false);
      return;
    case FaultKind::split_brain:
      isolate(victim, false);
      group_.set_quorum_override(victim, false);
      return;
    case FaultKind::quorum_override:
      group_.set_quorum_override(f.node, false);
      return;
    case FaultKind::designated_primary:
      for (std::size_t n = 0; n < world_.group.nodes; ++n) group_.set_designated_primary(n, false);
      return;
    case FaultKind::slow_recovery:
      group_.set_recovery(world_.group.recovery);
      return;
    case FaultKind::broker_clock_step:
      group_.step_clock(f.node, -Ms(f.amount));
      return;
    default:  // over at once, or for good
      return;
  }
}

}  // namespace signpost::sim
