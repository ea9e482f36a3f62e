#include "tests/sim/liveness.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace signpost::sim {

using namespace std::chrono_literals;

namespace {
constexpr Duration look_interval = 100ms;
constexpr auto clock_margin = 2s;
}  // namespace

Liveness::Liveness(Engine& engine, const GroupModel& group, const World& world,
                   const Network& network, const std::vector<std::unique_ptr<Sidecar>>& sidecars,
                   Invariants& invariants)
    : engine_(engine),
      group_(group),
      world_(world),
      network_(network),
      sidecars_(sidecars),
      invariants_(invariants),
      calm_(world.sidecars()) {}

std::optional<Activation> Liveness::only_master() const {
  std::optional<Activation> only;
  for (const Activation& activation : group_.activations()) {
    if (activation.until) continue;
    if (only) return std::nullopt;
    only = activation;
  }
  return only;
}

void Liveness::look() {
  auto master = only_master();
  for (std::size_t s = 0; s < sidecars_.size(); ++s) {
    if (master && is_calm(s, *master))
      look_at(s, *master);
    else
      calm_[s] = {};
  }
}

bool Liveness::is_calm(std::size_t s, const Activation& master) const {
  const Sidecar& sidecar = *sidecars_[s];
  return sidecar.runs() && !sidecar.is_stopped() && group_.running(master.node) &&
         network_.clear_since(s, master.node) && !invariants_.is_held(s);
}

void Liveness::look_at(std::size_t s, const Activation& master) {
  Calm& calm = calm_[s];
  const Sidecar& sidecar = *sidecars_[s];
  Time clear = *network_.clear_since(s, master.node);
  bool same = calm.epoch == master.epoch && calm.life == sidecar.lives() &&
              calm.stopped == sidecar.process().time_stopped() && calm.since >= clear;
  if (!same)
    calm = {master.epoch, sidecar.lives(), sidecar.process().time_stopped(), engine_.now(), true,
            false};
  if (calm.checked) return;
  Duration interval = sidecar.agent().config()->brokers.front().interval;
  const decision::Policy& policy = world_.published().policy;
  Duration budget = 2 * interval + look_interval + policy.damping;
  // Where time does not order the claims and too few members speak, stale_hold has to run out, and
  // begins anew when somebody else claimed meanwhile.
  calm.plain = calm.plain && is_plain(s, master);
  if (engine_.now() - calm.since < budget) return;
  if (invariants_.answered_node(s) == master.node) {
    calm.checked = true;
    return;
  }
  if (!calm.plain && engine_.now() - calm.since < budget + patience()) return;
  invariants_.violated(
      "late_publication",
      fmt::format("{}: n{} is the only master since {:.1f} s, reachable since {:.1f} s ({})",
                  sidecar.name(), master.node + 1,
                  std::chrono::duration<double>(engine_.now() - master.from).count(),
                  std::chrono::duration<double>(engine_.now() - calm.since).count(),
                  to_word(sidecar.decision().reason)));
}

// Nothing is published yet, or the master is later than everything this sidecar may believe in.
bool Liveness::is_plain(std::size_t s, const Activation& master) const {
  const Sidecar& sidecar = *sidecars_[s];
  const auto& stamp = invariants_.stamp(master.epoch);
  auto is_before = [&](const std::optional<probe::WallTime>& other) {
    return stamp && other && *stamp > *other + clock_margin;
  };
  auto believed = invariants_.believed_node(s);
  if (believed && believed != master.node && !is_before(invariants_.believed_stamp(s)))
    return false;
  for (std::size_t n = 0; n < world_.group.nodes; ++n) {
    const auto& rival = sidecar.knowledge()[n].claims;
    if (n != master.node && rival && !is_before(rival->opened)) return false;
  }
  return true;
}

bool Liveness::converged() const {
  auto master = only_master();
  if (!master) return false;
  for (std::size_t s = 0; s < sidecars_.size(); ++s) {
    if (!sidecars_[s]->runs()) return false;
    const Answer& answer = invariants_.last_answer(s);
    bool right = answer.kind == Answer::Kind::node &&
                 answer.addresses == std::vector{address_of(master->node)};
    if (!right) return false;
  }
  return true;
}

Duration Liveness::patience() const {
  const decision::Policy& policy = world_.published().policy;
  return policy.stale_hold + policy.damping + policy.max_view_age + 5s;
}

}  // namespace signpost::sim
