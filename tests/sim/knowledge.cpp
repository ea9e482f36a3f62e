#include "tests/sim/knowledge.hpp"

namespace signpost::sim {

void Knowledge::note_virtualhosts(int config, std::size_t node, runtime::TimePoint asked,
                                  runtime::TimePoint now, const Reply& reply) {
  if (config != config_) return;
  NodeKnowledge& k = nodes_[node];
  std::string name = "n" + std::to_string(node + 1);
  const probe::VirtualhostRow* row = reply.rows.empty() ? nullptr : &reply.rows.front();
  k.answered = !reply.failure && (row == nullptr || row->node == name);
  k.claims.reset();
  if (!k.answered) return;
  // The whole rule of Broker-J, written down a second time on purpose.
  if (row == nullptr || row->type != "BDB_HA" || row->state != probe::State::active) {
    k.claiming_since.reset();
    return;
  }
  k.claims = Claim{asked, row->last_opened, reply.epoch};
  if (!k.newest || k.newest->epoch != reply.epoch) k.newest_first_told = now;
  std::optional<probe::WallTime> stamp = row->last_opened;
  if (!stamp && k.newest && k.newest->epoch == reply.epoch) stamp = k.newest->opened;
  k.newest = Claim{asked, stamp, reply.epoch};
  if (!k.claiming_since) k.claiming_since = now;
}

void Knowledge::note_roles(int config, std::size_t node, runtime::TimePoint asked,
                           const Reply& nodes, const Reply& peers) {
  std::string name = "n" + std::to_string(node + 1);
  if (config != config_ || nodes.failure || peers.failure) return;
  if (nodes.nodes.empty() || nodes.nodes.front().name != name) return;
  Views views{asked, nodes.nodes.front().role, {}};
  for (const probe::PeerRow& peer : peers.peers) {
    if (peer.role == probe::NodeRole::master) views.calls_master.push_back(peer.name);
  }
  nodes_[node].views = views;
}

}  // namespace signpost::sim
