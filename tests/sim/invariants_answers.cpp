// What clients read, across restarts, and what an operator ordered.
#include <fmt/format.h>

#include <algorithm>

#include "tests/sim/invariants.hpp"

namespace signpost::sim {

using decision::Action;
using decision::Decision;
using decision::Reason;

namespace {

// RFC 1982
bool is_newer_serial(std::uint32_t a, std::uint32_t b) {
  return static_cast<std::int32_t>(a - b) > 0;
}

}  // namespace

// What clients read

void Invariants::on_answer(std::size_t s, const Answer& answer) {
  Stream& stream = streams_[s];
  const Sidecar& sidecar = *sidecars_[s];
  engine_.note(fmt::format("{} answers {} serial {} {}", sidecar.name(),
                           answer.kind == Answer::Kind::node
                               ? fmt::format("{}", fmt::join(answer.addresses, ","))
                           : answer.kind == Answer::Kind::no_data ? "NODATA"
                                                                  : "SERVFAIL",
                           answer.serial, answer.token));
  check_content(s, answer);
  check_numbers(s, answer);
  check_hold(s, answer);
  auto node = node_of(answer);
  if (node && stream.node && node != stream.node) ++changes_;
  stream.begun = stream.begun || answer.kind != Answer::Kind::not_ready;
  stream.last = answer;
  if (node) stream.node = node;
  stream.held = sidecar.decision().reason == Reason::held;
  if (!stream.held) {
    stream.floor = lives_[s].floor;
    stream.had_address = stream.had_address || node;
  }
  stream.save = sidecars_[s]->disk().saves;
  auto& decided = lives_[s].decided;
  if (decided.size() > 1) decided.erase(decided.begin(), decided.end() - 1);
}

void Invariants::check_content(std::size_t s, const Answer& answer) {
  const Sidecar& sidecar = *sidecars_[s];
  const Decision& d = sidecar.decision();
  if (answer.kind == Answer::Kind::node && !node_of(answer))
    violated("foreign_address",
             fmt::format("{}: {}", sidecar.name(), fmt::join(answer.addresses, ",")));
  bool had_address = streams_[s].had_address;
  if (answer.kind == Answer::Kind::node || !had_address) return;
  bool ordered = lives_[s].hold || d.reason == Reason::held;
  bool withdrawn = answer.kind == Answer::Kind::no_data && d.action == Action::withdraw &&
                   (ordered || may_withhold(s, Action::withdraw));
  bool failing = answer.kind == Answer::Kind::not_ready && d.action == Action::servfail &&
                 (ordered || may_withhold(s, Action::servfail));
  if (!withdrawn && !failing)
    violated("vanished",
             fmt::format("{}: no address after {}", sidecar.name(), node_text(streams_[s].node)));
}

// After a restart how long the doubt has lasted is not known any more.
bool Invariants::may_withhold(std::size_t s, Action action) const {
  const decision::Policy& policy = world_.published().policy;
  const auto& since = lives_[s].doubtful_since;
  for (const decision::Plan& plan : {policy.on_none, policy.on_conflict, policy.on_blind}) {
    if (plan.action != action) continue;
    if (lives_[s].withheld_before || !since || sidecars_[s]->process().now() - *since >= plan.after)
      return true;
  }
  return false;
}

void Invariants::check_numbers(std::size_t s, const Answer& answer) {
  const Stream& stream = streams_[s];
  const Sidecar& sidecar = *sidecars_[s];
  Answer same = answer;
  same.serial = stream.last.serial;
  if (same == stream.last) {
    if (answer.serial != stream.last.serial)
      violated("serial_back", sidecar.name() + ": a new serial for the same zone");
    return;
  }
  if (!is_newer_serial(answer.serial, stream.last.serial))
    violated("serial_back", fmt::format("{}: serial {} after {}", sidecar.name(), answer.serial,
                                        stream.last.serial));
  bool has_generations = answer.generation != 0 && stream.last.generation != 0;
  if (has_generations && answer.generation <= stream.last.generation &&
      answer.addresses != stream.last.addresses)
    violated("serial_back", fmt::format("{}: another address with generation {} after {}",
                                        sidecar.name(), answer.generation, stream.last.generation));
}

// Orders

void Invariants::on_order(std::size_t s, const std::optional<decision::Hold>& hold) {
  lives_[s].hold = hold;
  // A change that was decided before, and only waits for the disk, is still published.
  const Decision& d = sidecars_[s]->decision();
  lives_[s].frozen = Frozen{index_of(d.active), d.action};
}

bool Invariants::is_held(std::size_t s) const {
  return lives_[s].hold && sidecars_[s]->process().now() < lives_[s].hold->until;
}

bool Invariants::is_as_frozen(const Frozen& frozen, const Answer& answer) const {
  switch (frozen.action) {
    case Action::keep:
      return node_of(answer) == frozen.node;
    case Action::withdraw:
      return answer.kind == Answer::Kind::no_data;
    case Action::servfail:
      return answer.kind == Answer::Kind::not_ready;
    case Action::fallback:
      return answer.kind == Answer::Kind::node && !node_of(answer);
  }
  return false;
}

void Invariants::check_hold(std::size_t s, const Answer& answer) {
  if (!is_held(s)) {
    lives_[s].hold.reset();
    return;
  }
  const decision::Hold& hold = *lives_[s].hold;
  bool obeyed = true;
  switch (hold.kind) {
    case decision::Hold::Kind::freeze:
      obeyed = is_as_frozen(*lives_[s].frozen, answer);
      break;
    case decision::Hold::Kind::pin:
      obeyed = answer.kind == Answer::Kind::node && node_of(answer) == index_of(hold.node);
      break;
    case decision::Hold::Kind::withdraw:
      obeyed = answer.kind == Answer::Kind::no_data;
      break;
  }
  if (!obeyed)
    violated(
        "hold_disobeyed",
        fmt::format("{}: {} and yet {}", sidecars_[s]->name(), to_word(hold.kind),
                    answer.kind == Answer::Kind::node ? node_text(node_of(answer)) : "no address"));
}

// Not even the end of a hold sends clients from one node to another that does not claim.
void Invariants::check_sent(std::size_t s, std::optional<std::size_t> to) {
  const Life& life = lives_[s];
  const Sidecar& sidecar = *sidecars_[s];
  if (!to || life.decided.empty() || sidecars_[s]->decision().action != Action::keep) return;
  const Frozen& before = life.decided.back();
  if (!before.node || before.node == to || before.action != Action::keep) return;
  if (sidecar.decision().reason == Reason::held) return;
  const NodeKnowledge& k = sidecar.knowledge()[*to];
  if (!k.answered || !k.claims)
    violated("unseen_node",
             fmt::format("{}: clients go from {} to {}, whose newest answer is no claim ({})",
                         sidecar.name(), node_text(life.decided.back().node), node_text(to),
                         to_word(sidecar.decision().reason)));
}

// Restarts

std::uint64_t Invariants::epoch_remembered(const runtime::SavedGroup& saved) const {
  const auto& all = group_.activations();
  auto found = std::find_if(all.rbegin(), all.rend(), [&](const Activation& a) {
    return group_.node_name(a.node) == saved.active && stamps_[a.epoch] == saved.opened;
  });
  if (found != all.rend()) return found->epoch;
  auto node = index_of(saved.active);  // the broker did not say when it was activated
  return node ? group_.epoch_of(*node, engine_.now()) : 0;
}

// The hold that the state file keeps, by the clock of this host.
std::optional<decision::Hold> Invariants::hold_remembered(
    const std::optional<runtime::SavedHold>& saved, const Process& process) {
  using Kind = decision::Hold::Kind;
  if (!saved || saved->until <= process.wall_now()) return std::nullopt;
  decision::Hold hold;
  for (Kind kind : {Kind::freeze, Kind::pin, Kind::withdraw})
    if (saved->kind == to_word(kind)) hold.kind = kind;
  hold.node = saved->node;
  hold.until = process.now() + (saved->until - process.wall_now());
  return hold;
}

void Invariants::on_start(std::size_t s, const Answer& first, const runtime::State& remembered) {
  Stream& stream = streams_[s];
  Life& life = lives_[s];
  const Sidecar& sidecar = *sidecars_[s];
  auto saved = remembered.groups.find(world_.published().name);
  // What the earlier life had decided, and was judged for, but not yet answered.
  if (saved != remembered.groups.end() && life.active && !stream.held &&
      index_of(saved->second.active) == life.active)
    stream.floor = life.floor;
  std::vector<Frozen> decided = std::move(life.decided);
  life = {};
  if (saved != remembered.groups.end()) {
    life.active = index_of(saved->second.active);
    life.floor = epoch_remembered(saved->second);
    life.opened = saved->second.opened;
    life.withheld_before = !saved->second.action.empty();
    life.hold = hold_remembered(saved->second.hold, sidecar.process());
    life.frozen = Frozen{index_of(sidecar.decision().active), sidecar.decision().action};
  }
  life.seen_since = sidecar.process().now();
  life.generation = first.generation;
  if (stream.begun && sidecar.disk().file_save >= stream.save) {
    check_restart(s, first);
    check_memory(s, first, decided);
  } else {
    if (stream.begun) engine_.note(fmt::format("{} begins a new stream", sidecar.name()));
    stream = {};
    stream.begun = first.kind != Answer::Kind::not_ready;
  }
  check_hold(s, first);
  stream.last = first;
  if (auto node = node_of(first)) stream.node = node;
  stream.floor = life.floor;
  stream.held = life.hold.has_value();
  stream.had_address = stream.had_address || (node_of(first) && !stream.held);
  stream.save = std::max(stream.save, sidecar.disk().file_save);
}

// It remembers: what it says goes on where it ended.
void Invariants::check_memory(std::size_t s, const Answer& first,
                              const std::vector<Frozen>& decided) {
  const Answer& last = streams_[s].last;
  bool same = first.kind == last.kind && first.addresses == last.addresses;
  bool was_due = std::any_of(decided.begin(), decided.end(),
                             [&](const Frozen& d) { return is_as_frozen(d, first); });
  if (!same && !was_due)
    violated("forgotten", fmt::format("{}: begins with {} after {}", sidecars_[s]->name(),
                                      node_text(node_of(first)), node_text(node_of(last))));
}

void Invariants::check_restart(std::size_t s, const Answer& first) {
  const Stream& stream = streams_[s];
  Life& life = lives_[s];
  std::string name = sidecars_[s]->name();
  if (first.kind == Answer::Kind::node && first.generation < stream.last.generation)
    violated("serial_back", fmt::format("{}: generation {} after {} at a restart", name,
                                        first.generation, stream.last.generation));
  if (is_newer_serial(stream.last.serial, first.serial))
    violated("serial_back", fmt::format("{}: serial {} after {} at a restart", name, first.serial,
                                        stream.last.serial));
  auto node = node_of(first);
  bool chosen_by_hold = stream.held || life.hold;
  if (!chosen_by_hold && node && node != stream.node && life.floor < stream.floor) {
    violated("old_after_new",
             fmt::format("{}: {} of activation {} after {} of activation {} at a restart", name,
                         node_text(node), life.floor, node_text(stream.node), stream.floor));
  }
  if (node == stream.node && life.active == stream.node)
    life.floor = std::max(life.floor, stream.floor);
}

}  // namespace signpost::sim
