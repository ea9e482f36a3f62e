#include "tests/sim/fault.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <sstream>
#include <stdexcept>

namespace signpost::sim {
namespace {

using Ms = std::chrono::milliseconds;

constexpr std::array words = {
    "kill_master",
    "kill_node",
    "pause_master",
    "pause_node",
    "kill_at_activation",
    "pause_at_activation",
    "cut_nodes",
    "isolate_node",
    "isolate_master",
    "split_brain",
    "transfer",
    "flap",
    "quorum_override",
    "designated_primary",
    "slow_recovery",
    "broker_clock_step",
    "blind",
    "cut_request",
    "cut_answer",
    "half_open",
    "no_new_connection",
    "loss",
    "slow_network",
    "rest_hangs",
    "rest_slow",
    "rest_refuses",
    "rest_garbage",
    "rest_resets",
    "wrong_broker",
    "odd_row",
    "no_opened_time",
    "crash",
    "crash_at_change",
    "power_loss",
    "state_lost",
    "state_torn",
    "suspend",
    "suspend_at_change",
    "clock_step",
    "store_stall",
    "store_error",
    "hold_freeze",
    "hold_pin",
    "hold_withdraw",
    "reload",
};
static_assert(words.size() == static_cast<std::size_t>(FaultKind::reload) + 1);

std::int64_t in_ms(Duration d) { return std::chrono::duration_cast<Ms>(d).count(); }

Fault parse_fault(const std::string& line) {
  long long when = 0, lasting = 0, amount = 0;
  unsigned sidecar = 0, node = 0, other = 0;
  std::array<char, 32> word{};
  int read = std::sscanf(line.c_str(), "at %lldms %31s s%u n%u other n%u for %lldms amount %lld",
                         &when, word.data(), &sidecar, &node, &other, &lasting, &amount);
  if (read == 7 && sidecar > 0 && node > 0 && other > 0) {
    for (FaultKind kind : fault_kinds()) {
      if (to_word(kind) == word.data())
        return {Ms(when), kind, sidecar - 1, node - 1, other - 1, Ms(lasting), amount};
    }
  }
  throw std::runtime_error("not a fault: " + line);
}

}  // namespace

std::string_view to_word(FaultKind kind) { return words[static_cast<std::size_t>(kind)]; }

const std::vector<FaultKind>& fault_kinds() {
  static const std::vector<FaultKind> all = [] {
    std::vector<FaultKind> kinds;
    for (std::size_t k = 0; k < words.size(); ++k) kinds.push_back(static_cast<FaultKind>(k));
    return kinds;
  }();
  return all;
}

std::string to_text(const Fault& f) {
  return fmt::format("at {}ms {} s{} n{} other n{} for {}ms amount {}", in_ms(f.when),
                     to_word(f.kind), f.sidecar + 1, f.node + 1, f.other + 1, in_ms(f.lasting),
                     f.amount);
}

std::string to_text(const Schedule& schedule) {
  std::string text = fmt::format("seed {}\n", schedule.seed);
  for (const Fault& f : schedule.faults) text += to_text(f) + "\n";
  return text;
}

Schedule parse_schedule(const std::string& text) {
  Schedule schedule;
  bool has_seed = false;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    line = line.substr(0, line.find('#'));
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    unsigned long long seed = 0;
    if (std::sscanf(line.c_str(), "seed %llu", &seed) == 1) {
      schedule.seed = seed;
      has_seed = true;
    } else {
      schedule.faults.push_back(parse_fault(line));
    }
  }
  if (!has_seed) throw std::runtime_error("the schedule has no line \"seed N\"");
  return schedule;
}

}  // namespace signpost::sim
