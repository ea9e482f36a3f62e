#include "tests/sim/fault_schedule.hpp"

#include <algorithm>

namespace signpost::sim {
namespace {

using namespace std::chrono_literals;
using Ms = std::chrono::milliseconds;

/// How often a kind is drawn beside the others of a seed, for how long it lasts, and how much of
/// it.
struct Habit {
  FaultKind kind;
  unsigned weight;
  Ms least, most;
  std::int64_t amount_least = 0, amount_most = 0;
};

constexpr Habit habits[] = {
    {FaultKind::kill_master, 12, 1s, 30s},
    {FaultKind::kill_node, 5, 1s, 30s},
    {FaultKind::pause_master, 10, 1s, 50s},
    {FaultKind::pause_node, 4, 1s, 50s},
    {FaultKind::kill_at_activation, 7, 1s, 20s, 0, 1200},
    {FaultKind::pause_at_activation, 9, 2s, 50s, 0, 1200},
    {FaultKind::cut_nodes, 4, 1s, 40s},
    {FaultKind::isolate_node, 4, 1s, 40s},
    {FaultKind::isolate_master, 8, 2s, 50s},
    {FaultKind::split_brain, 6, 5s, 60s, 0, 1},
    {FaultKind::transfer, 8, 0s, 0s},
    {FaultKind::flap, 2, 3s, 15s, 500, 3000},
    {FaultKind::quorum_override, 3, 10s, 60s},
    {FaultKind::designated_primary, 2, 10s, 60s},
    {FaultKind::slow_recovery, 3, 10s, 40s, 500, 20000},
    {FaultKind::broker_clock_step, 4, 1s, 60s, -9000, 9000},
    {FaultKind::blind, 5, 500ms, 40s},
    {FaultKind::cut_request, 6, 300ms, 40s},
    {FaultKind::cut_answer, 6, 300ms, 40s},
    {FaultKind::half_open, 4, 2s, 20s},
    {FaultKind::no_new_connection, 4, 2s, 20s},
    {FaultKind::loss, 5, 5s, 40s, 1, 30},
    {FaultKind::slow_network, 5, 3s, 30s, 20, 300},
    {FaultKind::rest_hangs, 4, 500ms, 20s},
    {FaultKind::rest_slow, 5, 1s, 20s, 50, 700},
    {FaultKind::rest_refuses, 3, 500ms, 20s, 0, 4},
    {FaultKind::rest_garbage, 3, 500ms, 20s},
    {FaultKind::rest_resets, 3, 500ms, 20s},
    {FaultKind::wrong_broker, 5, 5s, 50s},
    {FaultKind::odd_row, 4, 1s, 30s},
    {FaultKind::no_opened_time, 3, 1s, 30s},
    {FaultKind::crash, 8, 200ms, 5s},
    {FaultKind::crash_at_change, 8, 500ms, 3s, 0, 3000},
    {FaultKind::power_loss, 4, 1s, 10s, 0, 20000},
    {FaultKind::state_lost, 3, 500ms, 5s},
    {FaultKind::state_torn, 3, 500ms, 5s, 0, 99},
    {FaultKind::suspend, 8, 100ms, 60s},
    {FaultKind::suspend_at_change, 4, 100ms, 60s, 0, 3000},
    {FaultKind::clock_step, 4, 0s, 0s, -3600000, 3600000},
    {FaultKind::store_stall, 5, 1s, 30s},
    {FaultKind::store_error, 4, 1s, 30s},
    {FaultKind::hold_freeze, 3, 2s, 40s, 0, 1},
    {FaultKind::hold_pin, 3, 2s, 40s, 0, 1},
    {FaultKind::hold_withdraw, 3, 2s, 40s, 0, 1},
    {FaultKind::reload, 3, 0s, 0s, 0, 1},
};

// Each kind in a quarter of the seeds; what makes a group elect is in half of them.
std::vector<Habit> draw_habits(Dice& dice, const World& world) {
  std::vector<Habit> chosen;
  for (Habit habit : habits) {
    double share = habit.kind <= FaultKind::transfer ? 0.5 : 0.25;
    // What people do with groups of two, where nothing else lets one survive the other.
    if (habit.kind == FaultKind::designated_primary && world.group.nodes == 2) {
      share = 0.7;
      habit.weight *= 4;
    }
    if (dice.chance(share)) chosen.push_back(habit);
  }
  if (chosen.empty()) chosen.push_back(habits[0]);
  return chosen;
}

const Habit& draw_habit(Dice& dice, const std::vector<Habit>& chosen) {
  std::uint64_t all = 0;
  for (const Habit& habit : chosen) all += habit.weight;
  std::uint64_t left = dice.below(all);
  for (const Habit& habit : chosen) {
    if (left < habit.weight) return habit;
    left -= habit.weight;
  }
  return chosen.back();
}

// Short ones are as likely as long ones, whatever the unit.
Duration draw_lasting(Dice& dice, const Habit& habit) {
  Duration most = habit.most;
  while (most > 2 * Duration(habit.least) && dice.chance(0.5)) most /= 2;
  Duration drawn = dice.between(habit.least, std::max<Duration>(most, habit.least));
  return std::chrono::duration_cast<Ms>(drawn);
}

Fault draw_fault(Dice& dice, const World& world, const std::vector<Habit>& chosen, Duration when) {
  const Habit& habit = draw_habit(dice, chosen);
  Fault f;
  f.when = std::chrono::duration_cast<Ms>(when);
  f.kind = habit.kind;
  f.sidecar = dice.below(world.sidecars());
  f.node = dice.below(world.group.nodes);
  std::size_t size = world.group.nodes;
  f.other = size < 2 ? 0 : (f.node + 1 + dice.below(size - 1)) % size;
  f.lasting = draw_lasting(dice, habit);
  f.amount = habit.amount_least + static_cast<std::int64_t>(dice.below(static_cast<std::uint64_t>(
                                      habit.amount_most - habit.amount_least + 1)));
  return f;
}

// Misfortunes come together: half of the faults fall into the seconds behind the one before, or to
// the moment when that one ends, which is when what was thought dead comes back.
Duration draw_when(Dice& dice, const std::vector<Fault>& faults, Duration from, Duration to) {
  Duration when = dice.between(from, to);
  if (!faults.empty() && dice.chance(0.5)) {
    const Fault& before = faults.back();
    when = dice.chance(0.5) ? before.when + dice.between(0s, 8s)
                            : before.when + before.lasting + dice.between(-1s, 2s);
  }
  return std::clamp(when, from, to);
}

}  // namespace

Schedule draw_schedule(const World& world) {
  Dice dice = Dice(world.seed).fork("faults");
  Schedule schedule;
  schedule.seed = world.seed;
  std::vector<Habit> chosen = draw_habits(dice, world);
  constexpr std::size_t least = 3;
  constexpr Duration calm_begin =
      5s;  // sometimes the first sight of the group is an undisturbed one
  std::size_t count = least + dice.below(dice.chance(0.3) ? 20 : 8);
  Duration from = dice.chance(0.7) ? calm_begin : Duration{};
  while (schedule.faults.size() < count) {
    Duration when = draw_when(dice, schedule.faults, from, world.faults_until - 3s);
    schedule.faults.push_back(draw_fault(dice, world, chosen, when));
  }
  std::stable_sort(schedule.faults.begin(), schedule.faults.end(),
                   [](const Fault& a, const Fault& b) { return a.when < b.when; });
  return schedule;
}

}  // namespace signpost::sim
