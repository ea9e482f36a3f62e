// Who may be master. A majority of free nodes that hear each other elects one of them; the newest
// history wins, as JE's ranking by VLSN does. A node that is bound to a master promises nothing, so
// a second master by majority can only come when the first has lost its own.
#include <algorithm>
#include <array>
#include <bit>

#include "tests/sim/group_model.hpp"

namespace signpost::sim {
namespace {

using namespace std::chrono_literals;

constexpr Duration max_clock_delta = 2s;  // je.rep.maxClockDelta

}  // namespace

/// May be master alone. designatedPrimary counts in a group of two only (JE:
/// DesignatedPrimaryProvider).
bool GroupModel::has_authority(std::size_t node) const {
  const Member& m = members_[node];
  return m.quorum_override || (m.designated_primary && members_.size() == 2);
}

/// Enough replicas are in step for a transaction to commit.
bool GroupModel::has_quorum(std::size_t master) const {
  if (has_authority(master)) return true;
  std::size_t count = 1;
  for (std::size_t p = 0; p < members_.size(); ++p) {
    count += p != master && members_[p].je == Je::replica && members_.follows(p, master) &&
             members_.reach(p, master);
  }
  return count >= majority();
}

/// Enough nodes hold it to be their master, in step or not.
bool GroupModel::has_majority(std::size_t master) const {
  std::size_t count = 1;
  for (std::size_t p = 0; p < members_.size(); ++p) {
    count += p != master && members_.follows(p, master) && members_.reach(p, master);
  }
  return count >= majority();
}

/// JE compares clocks when a replica shakes hands with a master, and never again.
bool GroupModel::clocks_agree(std::size_t a, std::size_t b) const {
  const Duration apart = members_[a].clock_offset - members_[b].clock_offset;
  return apart <= max_clock_delta && apart >= -max_clock_delta;
}

/// A master can go on with those that follow it and those that are free to.
bool GroupModel::may_keep(std::size_t master) const {
  if (has_authority(master)) return true;
  std::size_t count = 1;
  for (std::size_t p = 0; p < members_.size(); ++p) {
    if (p == master || !members_.reach(p, master)) continue;
    const Member& m = members_[p];
    count += members_.follows(p, master) ||
             (m.free() && m.term <= members_[master].term && clocks_agree(p, master));
  }
  return count >= majority();
}

std::size_t GroupModel::join_target(std::size_t node) const {
  std::size_t best = nobody;
  for (std::size_t m = 0; m < members_.size(); ++m) {
    if (m == node || members_[m].je != Je::master || !members_.reach(node, m)) continue;
    if (!clocks_agree(node, m) || !may_keep(m)) continue;
    // A master alone does not get back those that followed a newer one.
    if (members_[m].term < members_[node].term && !has_majority(m)) continue;
    if (best == nobody || members_[m].term > members_[best].term) best = m;
  }
  return best;
}

std::uint32_t GroupModel::promises_to(std::size_t candidate) const {
  const auto votes = [this](std::size_t p) {
    return members_[p].free() && join_target(p) == nobody;
  };
  if (!votes(candidate)) return 0;
  std::uint32_t promised = 1U << candidate;
  for (std::size_t p = 0; p < members_.size(); ++p) {
    if (p != candidate && members_.reach(p, candidate) && clocks_agree(p, candidate) && votes(p)) {
      promised |= 1U << p;
    }
  }
  return promised;
}

/// A stopped process lets both phases of the election time out: it accepts the connections. A
/// dropped packet costs one time-out, a refused connection none.
Duration GroupModel::silent_wait(std::size_t candidate, std::uint32_t promised) const {
  Duration longest{};
  for (std::size_t p = 0; p < members_.size(); ++p) {
    if ((promised >> p & 1) != 0 || members_.contact(candidate, p) != Contact::silent) continue;
    longest = std::max(longest, shape_.election_socket * (members_.linked(candidate, p) ? 2 : 1));
  }
  return longest;
}

void GroupModel::plan_election() {
  std::optional<Duration> wait;
  for (std::size_t c = 0; c < members_.size(); ++c) {
    const std::uint32_t promised = promises_to(c);
    if (static_cast<std::size_t>(std::popcount(promised)) < majority()) continue;
    const Duration own = silent_wait(c, promised);
    wait = wait ? std::min(*wait, own) : own;
  }
  if (!wait) {
    election_.begun.reset();
    ++election_.number;
    return;
  }
  const bool fresh = !election_.begun;
  if (fresh) {
    election_.begun = engine_.now();
    election_.quick = dice_.between(250ms, 500ms);
    election_.slow = dice_.between(500ms, 1s);
  }
  const Time due =
      *election_.begun + election_.quick + (*wait > 0s ? *wait + election_.slow : Duration::zero());
  if (!fresh && due == election_.due) return;
  election_.due = due;
  engine_.at(std::max(due, engine_.now() + 20ms), [this, number = ++election_.number] {
    if (election_.number != number) return;
    before_change();
    elect();
    reconsider();
  });
}

void GroupModel::elect() {
  election_.begun.reset();
  std::array<std::size_t, max_nodes> best{};
  std::size_t count = 0;
  for (std::size_t c = 0; c < members_.size(); ++c) {
    if (static_cast<std::size_t>(std::popcount(promises_to(c))) < majority()) continue;
    if (count > 0 && members_[c].term < members_[best[0]].term) continue;
    if (count > 0 && members_[c].term > members_[best[0]].term) count = 0;
    best[count++] = c;
  }
  if (count == 0) return;
  const std::size_t winner = best[dice_.below(count)];
  install(winner, promises_to(winner), dice_.between(5ms, 20ms));
}

void GroupModel::plan_lone_election(std::size_t node) {
  const std::uint32_t promised = has_authority(node) ? promises_to(node) : 0;
  const bool alone =
      promised != 0 && static_cast<std::size_t>(std::popcount(promised)) < majority();
  want(alone, node, Task::elect_itself, [&] {
    // A designated primary first tries in vain (je.rep.electionsPrimaryRetries).
    const Duration retries =
        members_[node].quorum_override ? Duration::zero() : dice_.between(1s, 2s);
    return dice_.between(250ms, 500ms) + silent_wait(node, promised) + retries;
  });
}

void GroupModel::elect_itself(std::size_t node) {
  install(node, promises_to(node), dice_.between(5ms, 20ms));
}

void GroupModel::install(std::size_t master, std::uint32_t followers, Duration delay) {
  note(master, "elected, term ", ++term_);
  Member& m = members_[master];
  for (std::size_t p = 0; p < members_.size(); ++p) {
    if ((followers >> p & 1) == 0) continue;
    members_[p].leader = master;
    members_[p].term = term_;
    leave_step(p, p == master ? Je::master : Je::unknown);
  }
  m.elected_by_majority = static_cast<std::size_t>(std::popcount(followers)) >= majority();
  m.promotion_delay = delay;
  m.diverged = false;
  m.facade_open = true;
  m.quiet = false;
  m.joined = wall_time(master);
  cancel(master, Task::say_waiting);
  for (std::size_t p = 0; p < members_.size(); ++p) {
    if ((followers >> p & 1) != 0) follow_je(p);
  }
}

/// The master from which `to` could take over now; `nobody` when it could not.
std::size_t GroupModel::transfers_from(std::size_t to) const {
  const Member& m = members_[to];
  const std::size_t from = m.leader;
  const bool can = m.running() && m.je == Je::replica && from != nobody &&
                   members_.follows(to, from) && members_.reach(to, from) &&
                   (has_authority(from) || has_majority(from));
  return can ? from : nobody;
}

bool GroupModel::transfer(std::size_t to) {
  if (transfers_from(to) == nobody) return false;
  for (const Member& m : members_.list) {
    if (m.timer(Task::transfer).pending) return false;
  }
  before_change();
  note(to, "transfer");
  transfer_begun_ = engine_.now();
  arm(to, Task::transfer, dice_.between(200ms, 700ms));
  return true;
}

/// JE makes up the result of an election: the old master and all its replicas follow at once.
void GroupModel::finish_transfer(std::size_t to) {
  const std::size_t from = transfers_from(to);
  if (from == nobody) return;
  std::uint32_t followers = 1U << to;
  for (std::size_t p = 0; p < members_.size(); ++p) {
    const bool bound = p == from || members_.follows(p, from);
    if (bound && members_.reach(p, to) && clocks_agree(p, to)) followers |= 1U << p;
  }
  const bool enough = static_cast<std::size_t>(std::popcount(followers)) >= majority();
  if (!enough && !has_authority(to)) return;
  // It is all over 0.6 to 1.3 s after it was asked for.
  const Duration least = std::max<Duration>(80ms, 580ms - (engine_.now() - transfer_begun_));
  install(to, followers, dice_.between(least, 520ms));
}

}  // namespace signpost::sim
