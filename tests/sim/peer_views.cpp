#include "tests/sim/peer_views.hpp"

#include <algorithm>

namespace signpost::sim {
namespace {

using namespace std::chrono_literals;
using probe::NodeRole;

// qpid.bdb.ha.remote_node_monitor_interval and remote_node_monitor_timeout.
constexpr Duration interval = 1s;
constexpr Duration time_out = 1s;

NodeRole said(Je je) {
  switch (je) {
    case Je::closed:
      return NodeRole::unreachable;  // nothing listens on the replication port
    case Je::unknown:
      return NodeRole::waiting;
    case Je::replica:
      return NodeRole::replica;
    case Je::master:
      return NodeRole::master;
  }
  return NodeRole::unreachable;
}

}  // namespace

PeerViews::PeerViews(Dice dice, std::size_t nodes, Time now) {
  for (std::size_t i = 0; i < nodes; ++i) {
    const char name = static_cast<char>('1' + i);
    observers_.push_back({dice.fork({&name, 1}), now});
    observers_.back().next = now + observers_.back().dice.between(0s, interval);
  }
}

void PeerViews::advance(const Members& members, Time now) {
  for (std::size_t who = 0; who < observers_.size(); ++who) {
    Observer& o = observers_[who];
    while (o.next <= now) {
      if (!members[who].running()) {
        o.waiting = false;
        o.next += interval;
      } else if (o.waiting) {
        end_round(members, who);
      } else {
        begin_round(members, who);
      }
    }
  }
}

void PeerViews::begin_round(const Members& members, std::size_t who) {
  Observer& o = observers_[who];
  o.asked = 0;
  if (members[who].facade_open) {
    for (std::size_t peer = 0; peer < members.size(); ++peer) {
      if (peer == who) continue;
      if (members.contact(who, peer) == Contact::silent) {
        o.asked |= 1U << peer;
      } else {
        hear(members, o, peer);
      }
    }
  }
  o.waiting = o.asked != 0;
  o.next += o.waiting ? time_out : interval + o.dice.between(2ms, 15ms);
}

void PeerViews::end_round(const Members& members, std::size_t who) {
  Observer& o = observers_[who];
  for (std::size_t peer = 0; peer < members.size(); ++peer) {
    if ((o.asked >> peer & 1) == 0 || !members[who].facade_open) continue;
    if (members.contact(who, peer) == Contact::answers) {
      hear(members, o, peer);  // went on just in time
    } else {
      o.views[peer].role = NodeRole::unreachable;
      o.views[peer].transaction_id = -1;
    }
  }
  o.waiting = false;
  o.next += interval;
}

void PeerViews::hear(const Members& members, Observer& observer, std::size_t peer) {
  const Member& m = members[peer];
  View& view = observer.views[peer];
  view.role = m.exists ? said(m.je) : NodeRole::unreachable;
  if (view.role == NodeRole::unreachable) {
    view.transaction_id = -1;
    return;
  }
  view.join_time = m.joined;
  view.transaction_id = members.transaction(peer, observer.next);
}

void PeerViews::forget(std::size_t observer) { observers_[observer].views = {}; }

void PeerViews::wake(std::size_t observer, Time now) {
  Observer& o = observers_[observer];
  if (!o.waiting) o.next = std::min(o.next, now + 1ms);
}

Time PeerViews::notices_at(std::size_t observer, bool silent) const {
  const Observer& o = observers_[observer];
  return o.next + (o.waiting ? interval : Duration::zero()) +
         (silent ? time_out : Duration::zero());
}

}  // namespace signpost::sim
