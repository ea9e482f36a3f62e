// Member: one broker of the modelled group, and the links between brokers. JE (replication) and
// Broker-J (what REST says) are two layers with states of their own: the upper one lags.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "probe/observation.hpp"
#include "tests/sim/engine.hpp"

namespace signpost::sim {

inline constexpr std::size_t max_nodes = 5;  // the largest group that Broker-J's users run
inline constexpr std::size_t nobody = max_nodes;

/// State of the replicated environment. `closed` answers no ping: it is being opened or restarted.
enum class Je : std::uint8_t { closed, unknown, replica, master };

/// The virtualhost's row.
enum class Row : std::uint8_t { none, replica, uninitialized, active, unavailable };

/// What a peer's silence looks like from here.
enum class Contact : std::uint8_t { answers, refused, silent };

/// What a broker has in hand: at most one of each kind.
enum class Task : std::uint8_t {
  open,          // the environment is open
  lose_master,   // a replica notices that its master is gone
  join,          // becomes REPLICA of a master
  learn,         // hears of a newer master
  test_quorum,   // Broker-J's test transaction fails
  elect_itself,  // by quorumOverride or as designated primary
  transfer,      // becomes master as planned
  say_waiting,   // Broker-J is told that the reopened environment has no master
  roll_back,     // finds transactions of its own that the group never had
  work,          // next step of Broker-J's executor of state changes
};
inline constexpr std::size_t task_count = 10;

/// What Broker-J's executor of state changes is doing. It does one thing at a time.
enum class Work : std::uint8_t {
  none,
  clearing,    // takes the virtualhost away
  naming,      // then says why
  opening,     // a virtualhost is about to appear
  stamping,    // and to get its lastOpenedTime
  recovering,  // reads its store
  crowning,    // the role comes last
  following,   // a replica's virtualhost is about to appear
};

/// An event of the engine cannot be taken back: it counts only while it bears the current number.
struct Timer {
  std::uint32_t number = 0;
  bool pending = false;
  bool overdue = false;  // came while the process was stopped: happens when it goes on
};

struct Member {
  // The process.
  bool exists = false;
  bool paused = false;
  Time paused_at{};
  Time resumed_at{};
  Duration clock_offset{};
  bool quorum_override = false;
  bool designated_primary = false;
  std::array<Timer, task_count> timers{};

  // JE.
  Je je = Je::closed;
  std::size_t leader = nobody;  // itself while master
  std::uint64_t term = 0;       // of the newest master it took part under; JE has no such word
  bool elected_by_majority = false;
  bool diverged = false;  // was master without the others: rolls back when it rejoins
  Contact leader_contact = Contact::answers;
  std::optional<probe::WallTime> joined;
  Time in_step_until{};  // while neither master nor replica: how far its transactions go

  // Broker-J. Its facade follows peers only while OPEN: never before the first join, nor from the
  // loss of quorum to the next one.
  bool facade_open = false;
  bool quiet = false;  // reopened, and not yet told that there is no master
  Work work = Work::none;
  Duration promotion_delay{};  // from the election to the row of the new virtualhost
  probe::NodeRole role = probe::NodeRole::waiting;
  Row row = Row::none;
  std::optional<probe::WallTime> opened;
  std::optional<probe::WallTime> role_changed;
  std::size_t activation = 0;  // 1 + index of the one that holds; 0 = none

  [[nodiscard]] bool running() const { return exists && !paused; }
  [[nodiscard]] bool free() const { return running() && je == Je::unknown && leader == nobody; }
  [[nodiscard]] Timer& timer(Task t) { return timers[static_cast<std::size_t>(t)]; }
  [[nodiscard]] const Timer& timer(Task t) const { return timers[static_cast<std::size_t>(t)]; }
};

/// All brokers of a group and which packets between them are dropped.
struct Members {
  std::vector<Member> list;
  std::array<std::array<bool, max_nodes>, max_nodes> dropped{};  // [from][to]
  Time begun{};

  [[nodiscard]] std::size_t size() const { return list.size(); }
  Member& operator[](std::size_t node) { return list[node]; }
  const Member& operator[](std::size_t node) const { return list[node]; }

  [[nodiscard]] bool linked(std::size_t a, std::size_t b) const {
    return !dropped[a][b] && !dropped[b][a];
  }
  /// What `from` meets when it talks to `to`. A conversation needs both directions.
  [[nodiscard]] Contact contact(std::size_t from, std::size_t to) const {
    if (!linked(from, to)) return Contact::silent;
    if (!list[to].exists) return Contact::refused;
    return list[to].paused ? Contact::silent : Contact::answers;
  }
  /// JE's VLSN of the last transaction's end: ten a second are made up.
  [[nodiscard]] std::int64_t transaction(std::size_t node, Time now) const {
    const Member& m = list[node];
    const bool in_step = m.je == Je::master || m.je == Je::replica;
    const Time until = in_step ? now : m.in_step_until;
    return until < begun ? 0 : 1 + (until - begun) / std::chrono::milliseconds(100);
  }
  /// Both run and hear each other.
  [[nodiscard]] bool reach(std::size_t a, std::size_t b) const {
    return list[a].running() && list[b].running() && linked(a, b);
  }
  /// `node` replicates from `master` in its present term; perhaps it is not in step yet.
  [[nodiscard]] bool follows(std::size_t node, std::size_t master) const {
    return list[node].leader == master && list[master].je == Je::master &&
           list[node].term == list[master].term;
  }
};

}  // namespace signpost::sim
