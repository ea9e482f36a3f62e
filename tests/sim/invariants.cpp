#include "tests/sim/invariants.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace signpost::sim {

using namespace std::chrono_literals;
using decision::Action;
using decision::Decision;
using decision::Reason;

namespace {

// JE lets members' clocks differ by this much: what is closer is not ordered by time.
constexpr auto clock_margin = 2s;

bool is_later(const std::optional<probe::WallTime>& a, const std::optional<probe::WallTime>& b) {
  return a && b && *a > *b + clock_margin;
}

// A claim is believed.
bool is_accepted(Reason reason) {
  return reason == Reason::single_active || reason == Reason::active_moved ||
         reason == Reason::newest_of_several;
}

// Another writer may have published something else meanwhile.
bool is_in_doubt(Reason reason) {
  return reason == Reason::electing || reason == Reason::blind || reason == Reason::conflict ||
         reason == Reason::stale_claim;
}

// A hold keeps clients at another node than the table's: what the table sees confirms nothing
// there.
bool is_elsewhere(const Decision& d) { return d.would_be && d.would_be->node != d.active; }

}  // namespace

std::string Invariants::node_text(std::optional<std::size_t> node) {
  return node ? "n" + std::to_string(*node + 1) : "none";
}

Invariants::Invariants(Engine& engine, const GroupModel& group, const World& world,
                       const std::vector<std::unique_ptr<Sidecar>>& sidecars)
    : engine_(engine),
      group_(group),
      world_(world),
      sidecars_(sidecars),
      streams_(world.sidecars()),
      lives_(world.sidecars()) {}

void Invariants::violated(std::string invariant, std::string detail) {
  if (violation_) return;
  engine_.note(fmt::format("VIOLATED {}: {}", invariant, detail));
  violation_ = Violation{std::move(invariant), engine_.now() - engine_.begun(), std::move(detail)};
}

std::optional<std::size_t> Invariants::index_of(const std::optional<std::string>& name) const {
  if (!name) return std::nullopt;
  for (std::size_t n = 0; n < world_.group.nodes; ++n) {
    if (group_.node_name(n) == *name) return n;
  }
  return std::nullopt;
}

std::optional<std::size_t> Invariants::node_of(const Answer& answer) const {
  if (answer.kind != Answer::Kind::node || answer.addresses.size() != 1) return std::nullopt;
  for (std::size_t n = 0; n < world_.group.nodes; ++n) {
    if (address_of(n) == answer.addresses.front()) return n;
  }
  return std::nullopt;
}

void Invariants::on_activation(const Activation& activation) {
  stamps_.resize(activation.epoch + 1);
  for (const probe::VirtualhostRow& row : group_.virtualhost_rows(activation.node))
    stamps_[activation.epoch] = row.last_opened;
}

// What the table decides

void Invariants::after_step() {
  for (std::size_t s = 0; s < sidecars_.size(); ++s) {
    if (sidecars_[s]->runs() && !sidecars_[s]->is_stopped()) check_decision(s);
  }
}

void Invariants::check_decision(std::size_t s) {
  Life& life = lives_[s];
  const Sidecar& sidecar = *sidecars_[s];
  const Decision& d = sidecar.decision();
  if (d.generation < life.generation)
    violated("serial_back", fmt::format("{}: generation {} after {}", sidecar.name(), d.generation,
                                        life.generation));
  std::uint64_t before = std::exchange(life.generation, d.generation);
  Frozen decided{index_of(d.active), d.action};
  check_sent(s, decided.node);
  // The damping counts from when clients are sent: by an order they may be there already.
  bool are_sent = life.decided.empty() || life.decided.back().node != decided.node;
  if (life.decided.empty() || !(life.decided.back() == decided)) life.decided.push_back(decided);
  auto table = index_of(d.would_be ? d.would_be->node : d.active);
  if (table && table != life.active) check_move(s, *table, are_sent);
  note_claims(s);
  note_doubt(s, before);
  // One loop per broker, the ticks, what ends with a reload, and one waiting publication per change
  // of the last 50 ms.
  std::size_t most = 2 * world_.group.nodes + 16;
  if (sidecar.tasks() > most)
    violated("unbounded", fmt::format("{}: {} tasks", sidecar.name(), sidecar.tasks()));
}

// The published node was activated anew, and this sidecar was told so.
void Invariants::note_claims(std::size_t s) {
  Life& life = lives_[s];
  if (!life.active) return;
  const NodeKnowledge& k = sidecars_[s]->knowledge()[*life.active];
  if (!k.newest) return;
  // After a crash the file may know less of that activation than the earlier life did.
  bool is_later_told = k.claims && (!life.opened || life.opened < k.claims->opened);
  if (k.newest->epoch == life.floor && is_later_told) life.opened = k.claims->opened;
  if (k.newest->epoch <= life.floor) return;
  const Decision& d = sidecars_[s]->decision();
  bool known_anew = is_accepted(d.table_reason) && k.newest->opened && life.opened &&
                    *k.newest->opened > *life.opened;
  if (known_anew && !is_elsewhere(d) && d.generation <= life.confirmed_generation)
    violated("no_generation", fmt::format("{}: activation {} has the generation of {}",
                                          sidecars_[s]->name(), k.newest->epoch, life.floor));
  life.floor = k.newest->epoch;
  if (!k.newest->opened) return;  // a null cell: nobody can know that it is another activation
  life.opened = k.newest->opened;
  life.seen_since = k.newest_first_told;
}

// What made the doubt known may have made the generation grow already: a release, a late move.
void Invariants::note_doubt(std::size_t s, std::uint64_t generation_before) {
  Life& life = lives_[s];
  const Sidecar& sidecar = *sidecars_[s];
  const Decision& d = sidecar.decision();
  if (!is_accepted(d.table_reason)) {
    if (!life.doubtful_since) life.doubtful_since = sidecar.process().now();
    if (is_in_doubt(d.table_reason) && life.active && !life.in_doubt_from)
      life.in_doubt_from = generation_before;
    return;
  }
  life.doubtful_since.reset();
  life.withheld_before = false;
  if (is_elsewhere(d))
    return;  // the doubt is settled when clients come back to what the table says
  if (life.in_doubt_from && d.generation <= *life.in_doubt_from)
    violated("no_generation", fmt::format("{}: {} after doubt, and still generation {}",
                                          sidecar.name(), to_word(d.table_reason), d.generation));
  life.confirmed_generation = d.generation;
  life.in_doubt_from.reset();
}

void Invariants::check_move(std::size_t s, std::size_t to, bool are_sent) {
  Life& life = lives_[s];
  const Sidecar& sidecar = *sidecars_[s];
  const Decision& d = sidecar.decision();
  const NodeKnowledge& k = sidecar.knowledge()[to];
  const decision::Policy& policy = world_.published().policy;
  runtime::TimePoint now = sidecar.process().now();
  std::string what = fmt::format("{}: {} -> {} ({})", sidecar.name(), node_text(life.active),
                                 node_text(to), to_word(d.table_reason));
  if (!k.answered || !k.claims) {
    violated("unseen_node", what + ", but its newest answer is no claim");
    return;
  }
  if (now - k.claims->asked > policy.max_view_age)
    violated("unseen_node", what + ", but its claim is too old");
  bool may_move = d.table_reason == Reason::active_moved ||
                  d.table_reason == Reason::newest_of_several ||
                  d.table_reason == Reason::stale_claim;
  if (!may_move) violated("no_reason", what);
  if (life.last_move && !life.hold && now - *life.last_move < policy.damping)
    violated("damping_ignored", what);
  check_contradiction(s, to);
  if (life.active) {
    check_order(s, to);
  } else {
    life.floor = k.claims->epoch;
  }
  life.active = to;
  life.opened = k.claims->opened;
  life.seen_since = now;
  life.in_doubt_from.reset();
  life.doubtful_since.reset();
  if (life.hold)
    life.last_move.reset();
  else if (are_sent)
    life.last_move = now;
}

bool Invariants::outlived_stale_hold(std::size_t s, std::size_t node) const {
  const Sidecar& sidecar = *sidecars_[s];
  const NodeKnowledge& k = sidecar.knowledge()[node];
  return sidecar.decision().table_reason == Reason::stale_claim && k.claiming_since &&
         sidecar.process().now() - *k.claiming_since >= world_.published().policy.stale_hold;
}

void Invariants::check_order(std::size_t s, std::size_t to) {
  Life& life = lives_[s];
  const Sidecar& sidecar = *sidecars_[s];
  const Claim& claim = *sidecar.knowledge()[to].claims;
  // "An answer that names n stands for the newest activation of n begun before it."
  std::uint64_t epoch = group_.epoch_of(to, engine_.now());
  if (epoch >= life.floor) {
    life.floor = std::max(life.floor, claim.epoch);
    return;
  }
  bool clocks_lied = is_later(claim.opened, life.opened);
  // In a group without witnesses an activation whose time says nothing is believed when the other
  // node denies (check_denials).
  bool no_witness = world_.group.nodes < 3 && !is_later(life.opened, claim.opened);
  // Two masters for long, and in the end the members follow the older one: it is the master then.
  bool overruled = is_witnessed(s, to) && is_followed(to);
  if (!clocks_lied && !no_witness && !overruled && !outlived_stale_hold(s, to)) {
    violated("old_after_new",
             fmt::format("{}: {} of activation {} after {} of activation {}", sidecar.name(),
                         node_text(to), epoch, node_text(life.active), life.floor));
  }
  life.floor = epoch;
}

// In truth, at this moment: with those who follow it, it is a majority.
bool Invariants::is_followed(std::size_t node) const {
  std::size_t members = 1;
  for (std::size_t o = 0; o < world_.group.nodes; ++o) {
    if (o == node || !group_.running(o) || group_.node_row(o).role != probe::NodeRole::replica)
      continue;
    for (const probe::PeerRow& peer : group_.peer_rows(o))
      members += peer.name == group_.node_name(node) && peer.role == probe::NodeRole::master;
  }
  return group_.running(node) && 2 * members > world_.group.nodes;
}

// Written down a second time on purpose: 1 + the members that follow one master and name this one,
// by views that are fresh and cannot be from before the published one's time.
bool Invariants::is_witnessed(std::size_t s, std::size_t node) const {
  const Life& life = lives_[s];
  const Sidecar& sidecar = *sidecars_[s];
  constexpr auto view_lag = 3s;
  std::size_t votes = 1;
  for (std::size_t o = 0; o < world_.group.nodes; ++o) {
    const auto& views = sidecar.knowledge()[o].views;
    if (o == node || !views || views->own != probe::NodeRole::replica) continue;
    if (views->asked + world_.published().policy.max_view_age < sidecar.process().now()) continue;
    if (life.active && life.seen_since && views->asked <= *life.seen_since + view_lag) continue;
    bool names =
        views->calls_master.size() == 1 && views->calls_master.front() == group_.node_name(node);
    votes += names ? 1 : 0;
  }
  return world_.group.nodes >= 3 && 2 * votes > world_.group.nodes;
}

void Invariants::check_contradiction(std::size_t s, std::size_t to) {
  Life& life = lives_[s];
  const Sidecar& sidecar = *sidecars_[s];
  // Its own claim tells the time that was not known of it.
  if (life.active && !life.opened && sidecar.knowledge()[*life.active].claims)
    life.opened = sidecar.knowledge()[*life.active].claims->opened;
  const Claim& claim = *sidecar.knowledge()[to].claims;
  if (is_witnessed(s, to) || outlived_stale_hold(s, to)) return;
  for (std::size_t other = 0; other < world_.group.nodes; ++other) {
    const auto& rival = sidecar.knowledge()[other].claims;
    if (other == to || !rival) continue;
    if (rival->asked + world_.published().policy.max_view_age < sidecar.process().now()) continue;
    if (!is_later(claim.opened, rival->opened))
      violated("moved_in_doubt", fmt::format("{}: to {} while {} claims as well, and no earlier",
                                             sidecar.name(), node_text(to), node_text(other)));
  }
  check_denials(s, to);
  if (life.active && world_.group.nodes >= 3 && !is_later(claim.opened, life.opened))
    violated("moved_in_doubt",
             fmt::format("{}: to {}, which is not later than {} and not named by a majority",
                         sidecar.name(), node_text(to), node_text(life.active)));
}

// A group of two has no witness: there the other's own "no" is all there is.
void Invariants::check_denials(std::size_t s, std::size_t to) {
  const Life& life = lives_[s];
  const Sidecar& sidecar = *sidecars_[s];
  const Claim& claim = *sidecar.knowledge()[to].claims;
  if (!life.active || world_.group.nodes != 2 || is_later(claim.opened, life.opened)) return;
  const NodeKnowledge& other = sidecar.knowledge()[1 - to];
  if (!other.answered || other.claims)
    violated("moved_in_doubt",
             fmt::format("{}: to {} of an unknown order, and the other did not say no",
                         sidecar.name(), node_text(to)));
}

}  // namespace signpost::sim
