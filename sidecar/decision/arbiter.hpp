// Arbiter: one group's memory. Folds observations, calls decide(), counts the generation. Owns no
// clock: time is an argument.
//
//   if (arbiter.observe(observation, clock.now())) publish(arbiter.decision());
//   sleep until arbiter.next_deadline(), then arbiter.tick(now)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sidecar/decision/active_node.hpp"
#include "sidecar/decision/node_evidence.hpp"

namespace signpost::decision {

/// What outlives a restart.
struct Saved {
  std::optional<std::string> active;
  std::optional<WallTime> opened;
  std::uint64_t generation = 0;
  bool operator==(const Saved&) const = default;
};

struct Decision {
  /// What made the generation grow, if it just did.
  enum class Change { none, moved, reactivated, reconfirmed };

  std::optional<std::string> active;    // where clients are sent
  std::optional<std::string> would_be;  // under a hold: where the table would send them
  std::optional<WallTime> opened;       // lastOpenedTime that the table's active node claimed with
  std::uint64_t generation = 0;
  Reason reason = Reason::starting;
  bool alarm = false;
  bool withdrawn = false;
  std::string candidate;     // another node whose claim was weighed
  TimePoint active_since{};  // start of this process for a node from the state file
  TimePoint reason_since{};
  TimePoint evidence_started{};  // start of the answer behind the newest growth of the generation
  Change change = Change::none;
  std::optional<std::string> previous;  // the active node before, when change is moved
  bool operator==(const Decision&) const = default;
};

class Arbiter {
 public:
  /// `generation_floor`: the generation without a saved one starts above it (unix milliseconds: a
  /// lost file must not repeat numbers).
  Arbiter(Policy policy, const std::optional<Saved>& saved, std::uint64_t generation_floor,
          TimePoint now);

  /// True if the decision changed in anything but ages. An observation about an unknown node, or an
  /// older one than in hand, is dropped.
  bool observe(const Observation& observation, TimePoint now);
  /// Cheap when nothing is due.
  bool tick(TimePoint now);
  bool set_hold(std::optional<Hold> hold, TimePoint now);

  [[nodiscard]] const Decision& decision() const { return decision_; }
  [[nodiscard]] const std::vector<NodeEvidence>& evidence() const { return evidence_; }
  [[nodiscard]] const Policy& policy() const { return policy_; }
  [[nodiscard]] const std::optional<Hold>& hold() const { return hold_; }
  [[nodiscard]] GroupView view(TimePoint now) const;
  [[nodiscard]] Saved saved() const {
    return {standing_.active, standing_.opened, decision_.generation};
  }
  /// When tick() is due: something may change by time alone.
  [[nodiscard]] const std::optional<TimePoint>& next_deadline() const { return next_deadline_; }

 private:
  bool settle(TimePoint now);
  void note_change(const Verdict& verdict, TimePoint now);
  void note_deadline(const Verdict& verdict, TimePoint now);

  Policy policy_;
  std::vector<NodeEvidence> evidence_;
  std::optional<Hold> hold_;
  Standing standing_;
  Decision decision_;
  std::uint64_t generation_floor_;
  std::optional<TimePoint> next_deadline_;
  bool doubted_ = false;
  bool is_ha_ = false;  // some node was seen to be a member of an HA group of this name
};

}  // namespace signpost::decision
