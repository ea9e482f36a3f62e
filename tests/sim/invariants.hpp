// Invariants: what must hold at every instant, whatever goes wrong. Measured against the truth that
// the group model knows and against what the sidecar was told, never against the agent's own
// memory.
//
//   old_after_new    successive answers of one name server stand for ever newer activations
//   unseen_node      a node is published because it was seen ACTIVE, at most max_view_age ago
//   moved_in_doubt   claims that contradict each other and cannot be ordered change nothing
//   no_reason        a change has a reason that allows one
//   foreign_address  one address, and one of the group's
//   vanished         a name that had an address keeps one, unless policy or operator say otherwise
//   serial_back      serial and generation only grow, and grow with each change
//   no_generation    a new activation of the published node, and its return after doubt, have a
//                    generation of their own
//   forgotten        a process that remembers begins with the answer that the one before it gave
//   last, or had
//                    decided since
//   hold_disobeyed, damping_ignored, unbounded
//
// What cannot be promised is left out knowingly. Who lost its memory believes the first claim: a
// lost or torn state file, or a change that a failing or stalled disk had not kept, begins a new
// stream of answers. Clocks that are more than 2 s apart order activations wrongly, unless a
// majority speaks, and a group of two has none. Where two were master for long and the members
// follow the older one in the end, it is the master. A claim that nothing contradicts for
// stale_hold is believed at last. An operator's pin is obeyed, whatever it names.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/sidecar.hpp"

namespace signpost::sim {

struct Violation {
  std::string invariant;
  Duration when{};
  std::string detail;
};

class Invariants final : public Witness {
 public:
  /// All references must outlive it.
  Invariants(Engine& engine, const GroupModel& group, const World& world,
             const std::vector<std::unique_ptr<Sidecar>>& sidecars);

  void on_activation(const Activation& activation);
  void on_start(std::size_t sidecar, const Answer& first,
                const runtime::State& remembered) override;
  void on_answer(std::size_t sidecar, const Answer& answer) override;
  void on_order(std::size_t sidecar, const std::optional<decision::Hold>& hold) override;
  void after_step();

  /// The first one.
  [[nodiscard]] const std::optional<Violation>& violation() const { return violation_; }
  void violated(std::string invariant, std::string detail);
  /// Of the answers of all name servers, from one node to another.
  [[nodiscard]] std::uint64_t changes() const { return changes_; }
  [[nodiscard]] std::optional<std::size_t> answered_node(std::size_t sidecar) const {
    return streams_[sidecar].node;
  }
  [[nodiscard]] const std::optional<probe::WallTime>& stamp(std::uint64_t epoch) const {
    return stamps_[epoch];
  }
  [[nodiscard]] const Answer& last_answer(std::size_t sidecar) const {
    return streams_[sidecar].last;
  }
  /// What the sidecar's table holds, and what it was told or remembers of it.
  [[nodiscard]] std::optional<std::size_t> believed_node(std::size_t sidecar) const {
    return lives_[sidecar].active;
  }
  [[nodiscard]] const std::optional<probe::WallTime>& believed_stamp(std::size_t sidecar) const {
    return lives_[sidecar].opened;
  }
  [[nodiscard]] bool is_held(std::size_t sidecar) const;

 private:
  /// Answers of one name server, over its restarts, as long as it remembers.
  struct Stream {
    bool begun = false;
    Answer last;
    std::optional<std::size_t>
        node;           // newest that was answered; stays when the address is withheld
    bool held = false;  // it was an operator's choice
    bool had_address =
        false;  // of its own finding: what only an operator named may go with the order
    std::uint64_t floor = 0;  // newest activation that an answer stood for
    std::uint64_t save = 0;   // the save that must have been kept for this to be remembered
  };
  struct Frozen {
    std::optional<std::size_t> node;
    decision::Action action = decision::Action::keep;
    bool operator==(const Frozen&) const = default;
  };
  /// What the agent's table holds, in one life.
  struct Life {
    std::optional<std::size_t> active;
    std::uint64_t floor = 0;
    std::optional<probe::WallTime> opened;  // of that activation
    std::optional<runtime::TimePoint> seen_since;
    std::optional<runtime::TimePoint> last_move;
    std::uint64_t generation = 0;
    std::uint64_t confirmed_generation = 0;            // when the newest activation was accepted
    std::optional<std::uint64_t> in_doubt_from;        // generation when the doubt began
    std::optional<runtime::TimePoint> doubtful_since;  // no claim was accepted since
    bool withheld_before = false;  // by a policy, in an earlier life, and no claim since
    std::optional<decision::Hold> hold;
    std::optional<Frozen> frozen;  // what was decided when the hold began
    std::vector<Frozen> decided;   // since the last answer; what was decided then is the first
  };

  static std::string node_text(std::optional<std::size_t> node);
  static std::optional<decision::Hold> hold_remembered(
      const std::optional<runtime::SavedHold>& saved, const Process& process);
  void check_restart(std::size_t sidecar, const Answer& first);
  void check_memory(std::size_t sidecar, const Answer& first, const std::vector<Frozen>& decided);
  void check_decision(std::size_t sidecar);
  void check_sent(std::size_t sidecar, std::optional<std::size_t> to);
  void check_move(std::size_t sidecar, std::size_t to, bool are_sent);
  void check_order(std::size_t sidecar, std::size_t to);
  void check_contradiction(std::size_t sidecar, std::size_t to);
  void check_denials(std::size_t sidecar, std::size_t to);
  void check_content(std::size_t sidecar, const Answer& answer);
  void check_numbers(std::size_t sidecar, const Answer& answer);
  void check_hold(std::size_t sidecar, const Answer& answer);
  [[nodiscard]] bool is_as_frozen(const Frozen& frozen, const Answer& answer) const;
  void note_claims(std::size_t sidecar);
  void note_doubt(std::size_t sidecar, std::uint64_t generation_before);
  [[nodiscard]] bool may_withhold(std::size_t sidecar, decision::Action action) const;
  [[nodiscard]] bool is_followed(std::size_t node) const;
  [[nodiscard]] bool is_witnessed(std::size_t sidecar, std::size_t node) const;
  [[nodiscard]] bool outlived_stale_hold(std::size_t sidecar, std::size_t node) const;
  [[nodiscard]] std::uint64_t epoch_remembered(const runtime::SavedGroup& saved) const;
  [[nodiscard]] std::optional<std::size_t> index_of(const std::optional<std::string>& name) const;
  [[nodiscard]] std::optional<std::size_t> node_of(const Answer& answer) const;

  Engine& engine_;
  const GroupModel& group_;
  const World& world_;
  const std::vector<std::unique_ptr<Sidecar>>& sidecars_;
  std::vector<Stream> streams_;
  std::vector<Life> lives_;
  std::vector<std::optional<probe::WallTime>> stamps_{std::nullopt};  // by epoch
  std::optional<Violation> violation_;
  std::uint64_t changes_ = 0;
};

}  // namespace signpost::sim
