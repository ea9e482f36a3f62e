// Fault: one thing that goes wrong at one moment for a while. A schedule of them is plain data: it
// is drawn from a seed, written to a file, read back, and made shorter by the shrinker.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/sim/engine.hpp"

namespace signpost::sim {

// Who is meant: n = a broker's node, s = a sidecar. "Master" is found out when the fault begins.
enum class FaultKind {
  // The group and its machines.
  kill_master,         // process gone, back after `lasting`
  kill_node,           // n
  pause_master,        // SIGSTOP, continued after `lasting`
  pause_node,          // n
  kill_at_activation,  // the next master, `amount` ms after it became one
  pause_at_activation,
  cut_nodes,           // n -> other: packets in this direction are dropped
  isolate_node,        // n from all nodes, both ways
  isolate_master,      //
  split_brain,         // the master (amount 0) or n is isolated, and has quorumOverride
  transfer,            // planned, to n
  flap,                // transfers from node to node, each `amount` ms
  quorum_override,     // n
  designated_primary,  // all nodes at once
  slow_recovery,       // a deep store: promotions take `amount` ms
  broker_clock_step,   // n, by `amount` ms, and back
  // The network between sidecars and brokers.
  blind,              // s from all nodes
  cut_request,        // s -> n
  cut_answer,         // n -> s
  half_open,          // s, n: the kept connection is dead, nobody said so
  no_new_connection,  // s, n: what is connected stays so
  loss,               // s, n: `amount` percent; TCP sends again after 200 ms and doubles
  slow_network,       // s, n: `amount` ms more each way, jitter as large
  // A broker's management port.
  rest_hangs,      // n: accepts, says nothing
  rest_slow,       // n: the right answer, `amount` ms after it was true
  rest_refuses,    // n: 401, 403, 404, 500 or 503
  rest_garbage,    // n: 200 and not what was asked for
  rest_resets,     // n: connection lost after the request
  wrong_broker,    // s asks n and another node answers: a name that resolves elsewhere
  odd_row,         // n: role MASTER beside a virtualhost that is not ACTIVE, unknown words
  no_opened_time,  // n: the cell of lastOpenedTime is null
  // A sidecar, its clock and its disk.
  crash,              // s: kill -9, restarted after `lasting`
  crash_at_change,    // s: `amount` us after it next asks to save its state
  power_loss,         // s: `amount` us after it next asks to save, and what was not flushed is lost
  state_lost,         // s: a crash, and the state file is gone
  state_torn,         // s: a crash, and the state file is cut short
  suspend,            // s: SIGSTOP
  suspend_at_change,  // s: `amount` us after it next asks to save its state
  clock_step,         // s: the wall clock, by `amount` ms
  store_stall,        // s: no write ends
  store_error,        // s: every write fails
  hold_freeze,        // s
  hold_pin,           // s, on n
  hold_withdraw,      // s
  reload,             // s: SIGHUP; amount 0 = the same configuration, 1 = another interval
};

std::string_view to_word(FaultKind kind);
/// All of them, in order.
const std::vector<FaultKind>& fault_kinds();

struct Fault {
  Duration when{};  // after the beginning
  FaultKind kind{};
  std::size_t sidecar = 0;
  std::size_t node = 0;
  std::size_t other = 0;  // a second node
  Duration lasting{};     // from when on it is as before; zero for what happens at once
  std::int64_t amount = 0;
  bool operator==(const Fault&) const = default;
};

struct Schedule {
  std::uint64_t seed = 0;  // of the world and of all chance but the faults'
  std::vector<Fault> faults;
  bool operator==(const Schedule&) const = default;
};

/// "at 12345ms kill_node s1 n2 other n1 for 4000ms amount 0"
std::string to_text(const Fault& fault);
/// "seed 42", then one line per fault. Empty lines and what follows # are skipped when read.
std::string to_text(const Schedule& schedule);
/// Throws runtime_error with the line that cannot be read.
Schedule parse_schedule(const std::string& text);

}  // namespace signpost::sim
