// Masters and replicas: who notices what, and when. After every change reconsider() compares what
// is with what each broker would do about it, and sets or takes back its timers.
#include <algorithm>

#include "tests/sim/group_model.hpp"

namespace signpost::sim {

using namespace std::chrono_literals;

void GroupModel::reconsider() {
  for (std::size_t i = 0; i < members_.size(); ++i) {
    if (!members_[i].running()) continue;  // what it had in hand waits with it
    watch_leader(i);
    watch_newer(i);
    watch_quorum(i);
    seek_master(i);
    plan_lone_election(i);
  }
  plan_election();
}

void GroupModel::leave_step(std::size_t node, Je je) {
  Member& m = members_[node];
  if (m.je == Je::master || m.je == Je::replica) m.in_step_until = engine_.now();
  m.je = je;
}

/// A dead master is noticed by its RST, a silent one by je.rep.replicaTimeout since its last
/// heartbeat.
void GroupModel::watch_leader(std::size_t node) {
  Member& m = members_[node];
  Contact now = Contact::answers;
  if (m.leader != nobody && m.leader != node) {
    now = members_.contact(node, m.leader);
    if (now == Contact::answers && !members_.follows(node, m.leader)) now = Contact::refused;
  }
  if (now == m.leader_contact) return;
  const bool already_lost = m.leader_contact == Contact::refused && now == Contact::silent;
  m.leader_contact = now;
  switch (now) {
    case Contact::answers:
      return cancel(node, Task::lose_master);
    case Contact::refused:
      return arm(node, Task::lose_master, dice_.between(350ms, 500ms));
    case Contact::silent:
      if (!already_lost) {
        arm(node, Task::lose_master, shape_.replica_timeout + dice_.between(-500ms, 300ms));
      }
  }
}

/// The newest running master that `node` hears, if it is newer than what `node` knows. A replica
/// stays where it is rather than try one that it could not join.
std::size_t GroupModel::newer_master(std::size_t node) const {
  std::size_t newest = nobody;
  std::uint64_t term = members_[node].term;
  for (std::size_t m = 0; m < members_.size(); ++m) {
    if (m == node || members_[m].je != Je::master || members_[m].term <= term) continue;
    if (!members_.reach(node, m)) continue;
    if (members_[node].je != Je::master && !clocks_agree(node, m)) continue;
    newest = m;
    term = members_[m].term;
  }
  return newest;
}

bool GroupModel::knows_newer_term(std::size_t node) const {
  for (std::size_t p = 0; p < members_.size(); ++p) {
    if (members_[p].term > members_[node].term && members_.reach(node, p)) return true;
  }
  return false;
}

/// An old master that is heard again by the others is told of the new one: at once as a rule. One
/// that was stopped has the message in its socket, or misses it until the next broadcast
/// (je.rep.electionsRebroadcastPeriod); its own test transaction ends it then.
void GroupModel::watch_newer(std::size_t node) {
  const Member& m = members_[node];
  bool wanted = m.leader != nobody && newer_master(node) != nobody;
  if (m.je == Je::master && !has_majority(node)) wanted = wanted || knows_newer_term(node);
  want(wanted, node, Task::learn, [&] {
    if (m.resumed_at == engine_.now()) {
      return dice_.chance(0.75) ? dice_.between(50ms, 1500ms) : dice_.between(1500ms, 60s);
    }
    return dice_.chance(0.9) ? dice_.between(20ms, 90ms) : dice_.between(90ms, 3s);
  });
}

void GroupModel::learn(std::size_t node) {
  Member& m = members_[node];
  const std::size_t newer = newer_master(node);
  if (m.je == Je::master) m.diverged = true;
  note(node, "hears of a newer master");
  if (m.je != Je::closed) leave_step(node, Je::unknown);
  if (newer != nobody && clocks_agree(node, newer)) {
    m.leader = newer;
    m.term = members_[newer].term;
  } else {
    m.leader = nobody;
  }
  follow_je(node);
}

/// Broker-J's learner sees at its next round that peers have changed, and runs a small transaction
/// that waits for replicas.
void GroupModel::watch_quorum(std::size_t node) {
  const bool wanted = members_[node].je == Je::master && !has_quorum(node);
  want(wanted, node, Task::test_quorum, [&] {
    bool silent = false;
    for (std::size_t p = 0; p < members_.size(); ++p) {
      silent = silent || (p != node && members_.contact(node, p) == Contact::silent);
    }
    return views_.notices_at(node, silent) - engine_.now() + shape_.quorum_patience;
  });
}

/// The environment is closed and opened again. Its virtualhost goes first.
void GroupModel::test_quorum(std::size_t node) {
  note(node, "no quorum");
  Member& m = members_[node];
  leave_step(node, Je::closed);
  m.leader = nobody;
  m.diverged = true;
  m.facade_open = false;
  follow_je(node);
}

void GroupModel::seek_master(std::size_t node) {
  const Member& m = members_[node];
  const bool bound = m.je == Je::unknown && m.leader != nobody &&
                     members_.follows(node, m.leader) && members_.reach(node, m.leader);
  const bool wanted = bound || (m.free() && join_target(node) != nobody);
  want(wanted, node, Task::join, [&] {
    if (!bound) {
      return dice_.chance(0.9) ? dice_.between(100ms, 600ms) : dice_.between(600ms, 1500ms);
    }
    if (m.quiet) return dice_.between(50ms, 200ms);  // back under the same master
    // A slow one costs its new master the quorum again: too tight time-outs make a group flap.
    return dice_.chance(0.95) ? dice_.between(50ms, 300ms) : dice_.between(300ms, 5s);
  });
}

void GroupModel::join(std::size_t node) {
  Member& m = members_[node];
  if (m.leader == nobody) {
    m.leader = join_target(node);
    m.diverged = m.diverged || m.term > members_[m.leader].term;
    m.term = members_[m.leader].term;
  }
  note(node, "joins n", m.leader + 1);
  m.je = Je::replica;
  m.joined = wall_time(node);
  m.facade_open = true;
  m.quiet = false;
  cancel(node, Task::say_waiting);
  follow_je(node);
}

void GroupModel::lose_master(std::size_t node) {
  Member& m = members_[node];
  note(node, "loses its master");
  m.leader = nobody;
  m.leader_contact = Contact::answers;
  if (m.je == Je::closed) return;
  leave_step(node, Je::unknown);
  follow_je(node);
}

/// RollbackException, log HA-1014: the environment is opened once more, under the same master.
void GroupModel::roll_back(std::size_t node) {
  Member& m = members_[node];
  if (m.je != Je::replica) return;
  note(node, "rolls back");
  m.diverged = false;
  leave_step(node, Je::closed);
  m.facade_open = false;
  follow_je(node);
}

void GroupModel::open_environment(std::size_t node) {
  Member& m = members_[node];
  note(node, "environment open");
  m.je = Je::unknown;
  if (m.role != probe::NodeRole::detached) return;
  // Broker-J hears of UNKNOWN only after je.rep.envUnknownStateTimeout; of a master at once.
  m.quiet = true;
  arm(node, Task::say_waiting, dice_.between(5s, 11500ms));
}

}  // namespace signpost::sim
