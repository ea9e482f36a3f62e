// Liveness: what must come true, and by when. Looked at ten times a second.
//
//   late_publication  a single real master that can be reached is published within 2 intervals
//   no_convergence    after the last fault all name servers say the same, and the truth
//   no_settlement     the group itself never came to rest: a fault of the model
#pragma once

#include "tests/sim/invariants.hpp"

namespace signpost::sim {

class Liveness {
 public:
  /// All references must outlive it.
  Liveness(Engine& engine, const GroupModel& group, const World& world, const Network& network,
           const std::vector<std::unique_ptr<Sidecar>>& sidecars, Invariants& invariants);

  /// Each 100 ms of true time.
  void look();
  /// The one activation that holds; nullopt = none or several. After a split brain it need not be
  /// the newest one.
  [[nodiscard]] std::optional<Activation> only_master() const;
  /// Every sidecar runs and answers it.
  [[nodiscard]] bool converged() const;
  /// How long that may take once the group is at rest, where even the clocks may have lied.
  [[nodiscard]] Duration patience() const;

 private:
  /// One undisturbed stretch: the same master, the same life of the sidecar, nothing in the way.
  struct Calm {
    std::uint64_t epoch = 0;
    int life = 0;
    Duration stopped{};
    Time since{};
    bool plain = true;  // at each look so far
    bool checked = false;
  };
  [[nodiscard]] bool is_calm(std::size_t sidecar, const Activation& master) const;
  void look_at(std::size_t sidecar, const Activation& master);
  [[nodiscard]] bool is_plain(std::size_t sidecar, const Activation& master) const;

  Engine& engine_;
  const GroupModel& group_;
  const World& world_;
  const Network& network_;
  const std::vector<std::unique_ptr<Sidecar>>& sidecars_;
  Invariants& invariants_;
  std::vector<Calm> calm_;
};

}  // namespace signpost::sim
