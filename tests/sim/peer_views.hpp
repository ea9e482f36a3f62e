// PeerViews: what each broker last heard from each other one (Broker-J: RemoteNodeStateLearner in
// ReplicatedEnvironmentFacade). Each broker pings all its peers, waits for the answers for at most
// 1 s, and begins again 1 s after that: what it says is up to 3 s old. Frozen while its facade is
// not open.
//
// No events: advance() makes up for the rounds since it was last called. So it must be called
// before anything changes.
#pragma once

#include <vector>

#include "tests/sim/member.hpp"

namespace signpost::sim {

class PeerViews {
 public:
  struct View {
    probe::NodeRole role = probe::NodeRole::unreachable;  // the initial value of Broker-J, too
    std::optional<probe::WallTime> join_time;             // none until the first answer
    std::int64_t transaction_id = -1;
  };

  PeerViews(Dice dice, std::size_t nodes, Time now);
  void advance(const Members& members, Time now);
  /// A new process knows nothing.
  void forget(std::size_t observer);
  /// A process that was stopped goes on: its next round was due long ago.
  void wake(std::size_t observer, Time now);
  [[nodiscard]] const View& of(std::size_t observer, std::size_t peer) const {
    return observers_[observer].views[peer];
  }
  /// When the observer knows of something that happens now; `silent`: by a ping that times out.
  [[nodiscard]] Time notices_at(std::size_t observer, bool silent) const;

 private:
  struct Observer {
    Dice dice;
    Time next;                // the round that begins, or ends, next
    bool waiting = false;     // a round is under way: some peer is silent
    std::uint32_t asked = 0;  // bit per peer that has not answered in this round
    std::array<View, max_nodes> views{};
  };
  void begin_round(const Members& members, std::size_t who);
  void end_round(const Members& members, std::size_t who);
  void hear(const Members& members, Observer& observer, std::size_t peer);

  std::vector<Observer> observers_;
};

}  // namespace signpost::sim
