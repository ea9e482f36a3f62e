#include "sidecar/decision/forecast_members.hpp"

#include <algorithm>
#include <span>

namespace signpost::decision {
namespace {

using probe::NodeRole;

// A list is as long as a broker likes. Real groups have up to nine members.
constexpr std::size_t peers_max = 256;
constexpr std::size_t unwatched_max = 16;

std::span<const probe::PeerRow> peers_of(const ForecastNode& n) {
  return std::span(n.peers).first(std::min(n.peers.size(), peers_max));
}

bool is_connected(NodeRole role) { return role == NodeRole::master || role == NodeRole::replica; }

bool hears(const ForecastNode& observer, const std::string& name) {
  const auto peers = peers_of(observer);
  return std::any_of(peers.begin(), peers.end(), [&](const auto& peer) {
    return peer.name == name && is_connected(peer.role);
  });
}

const ForecastNode* find(const ForecastInput& input, const std::string& name) {
  const auto found = std::find_if(input.nodes.begin(), input.nodes.end(),
                                  [&](const ForecastNode& n) { return n.name == name; });
  return found == input.nodes.end() ? nullptr : &*found;
}

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// It would vote if there were an election now.
bool waits(const ForecastNode& n) {
  return n.is_current && n.own && n.own->state == probe::State::active &&
         n.own->role == NodeRole::waiting;
}

}  // namespace

bool takes_part(const ForecastNode& n) {
  return n.is_current && n.own && is_connected(n.own->role);
}

Members::Members(const ForecastInput& input) : configured_(input.nodes.size()) {
  std::size_t masters = 0;
  for (const ForecastNode& n : input.nodes) {
    if (!n.own) continue;
    is_group_ = true;
    if (!n.own->address.empty()) addresses_.emplace(n.own->address, n.name);
    if (!takes_part(n)) continue;
    note_peers(input, n);
    if (n.own->role != NodeRole::master) continue;
    ++masters;
    master_ = &n;
  }
  if (masters != 1) master_ = nullptr;
  if (listed_ > 0) return;
  for (const ForecastNode& n : input.nodes) {
    if (waits(n)) in_contact_.push_back(n.name);
  }
}

// Each observer's own side of a cut is counted by itself: two halves must not add up to a whole.
// One that pings in vain may still be heard, for a ping waits no longer than a second.
void Members::note_peers(const ForecastInput& input, const ForecastNode& observer) {
  const auto peers = peers_of(observer);
  listed_ = std::max(listed_, peers.size() + 1);
  std::vector<std::string> side{observer.name};
  for (const probe::PeerRow& peer : peers) {
    const ForecastNode* configured = find(input, peer.name);
    const bool heard_by_peer =
        configured != nullptr && takes_part(*configured) && hears(*configured, observer.name);
    if (is_connected(peer.role) || heard_by_peer) side.push_back(peer.name);
    if (!peer.address.empty()) addresses_.emplace(peer.address, peer.name);
    const bool is_news = configured == nullptr && !has(unwatched_, peer.name);
    if (is_news && unwatched_.size() < unwatched_max) unwatched_.push_back(peer.name);
  }
  if (side.size() > in_contact_.size()) in_contact_ = std::move(side);
}

bool Members::is_in_contact(const std::string& name) const { return has(in_contact_, name); }

}  // namespace signpost::decision
