// Arbiter: one group's evidence and memory. Folds observations and settles. Owns no clock: time is
// an argument.
//
//   if (arbiter.observe(observation, clock.now())) publish(arbiter.decision());
//   sleep until arbiter.next_deadline(), then arbiter.tick(now)
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sidecar/decision/memory.hpp"
#include "sidecar/decision/node_evidence.hpp"

namespace signpost::decision {

/// What outlives a restart.
struct Saved {
  std::optional<std::string> active;
  std::optional<WallTime> opened;
  std::uint64_t generation = 0;
  Action action = Action::keep;  // the address was withheld by a policy
  std::optional<Hold> hold{};
  // Under a hold, and after it until a claim is seen: where clients were sent and what they were
  // told, which `active` and `action` do not say then. Without the second one a freeze would lose,
  // or find, a withdrawal.
  std::optional<std::string> published{};
  std::optional<Action> published_action{};
  bool is_ha = false;  // some node was seen to be a member of an HA group of this name, and since
                       // then not all have said that they are none
  bool operator==(const Saved&) const = default;
};

class Arbiter {
 public:
  /// Remembers what clients were told last, and decides nothing yet: begin() does, as a step like
  /// any other. `generation_floor`: the generation without a saved one starts above it (unix
  /// milliseconds: a lost file must not repeat numbers).
  Arbiter(Policy policy, const std::optional<Saved>& saved, std::uint64_t generation_floor,
          TimePoint now);

  /// The first step, before anything is observed. True if the decision differs from what was
  /// remembered.
  bool begin(TimePoint now);
  /// True if the decision changed in anything but ages. An observation about an unknown node, or an
  /// older one than in hand, is dropped.
  bool observe(const Observation& observation, TimePoint now);
  /// Cheap when nothing is due.
  bool tick(TimePoint now);
  /// The same nodes under another policy: what was seen and decided stays. True if the decision
  /// changed.
  bool set_policy(Policy policy, TimePoint now);
  /// What is published from now on has a generation above this one: another group had the domain
  /// name before.
  void exceed_generation(std::uint64_t others);
  /// nullopt = release. True if the decision changed.
  bool set_hold(std::optional<Hold> hold, TimePoint now);

  [[nodiscard]] const Decision& decision() const { return step_.after.decision; }
  [[nodiscard]] const std::vector<NodeEvidence>& evidence() const { return evidence_; }
  [[nodiscard]] const Policy& policy() const { return policy_; }
  [[nodiscard]] const std::optional<Hold>& hold() const { return hold_; }
  [[nodiscard]] GroupView view(TimePoint now) const;
  [[nodiscard]] Saved saved() const;
  /// When tick() is due: something may change by time alone.
  [[nodiscard]] const std::optional<TimePoint>& next_deadline() const { return next_deadline_; }
  /// The newest step, with all that went in.
  [[nodiscard]] const Step& last_step() const { return step_; }

 private:
  void restore(const Saved& saved);
  void note_group(TimePoint now);
  bool take_step(TimePoint now);
  [[nodiscard]] bool is_configured(const std::optional<std::string>& node) const;
  void note_deadline(TimePoint now);

  Policy policy_;
  std::vector<NodeEvidence> evidence_;
  std::optional<Hold> hold_;
  Step step_;
  std::optional<TimePoint> next_deadline_;
  bool is_ha_ = false;  // see Saved
};

}  // namespace signpost::decision
