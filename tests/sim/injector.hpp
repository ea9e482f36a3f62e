// Injector: does the faults of a schedule to the world, undoes them when their time is over, and
// notes which ones made a difference.
#pragma once

#include <memory>
#include <vector>

#include "tests/sim/fault.hpp"
#include "tests/sim/sidecar.hpp"

namespace signpost::sim {

class Injector {
 public:
  /// All references must outlive the engine's last event.
  Injector(Engine& engine, GroupModel& group, const World& world, const Schedule& schedule);
  Injector(const Injector&) = delete;
  Injector& operator=(const Injector&) = delete;

  /// The two need each other: the network reports hits here.
  void connect(Network& network, std::vector<std::unique_ptr<Sidecar>>& sidecars);
  /// Puts the whole schedule into the engine; what is not over by then ends at `heal_at`.
  void arm(Time heal_at);
  void note_hit(std::size_t number) { hit_[number] = true; }
  void note_activation(std::size_t node);
  /// By number in the schedule.
  [[nodiscard]] const std::vector<bool>& hit() const { return hit_; }
  /// Begun and not over.
  [[nodiscard]] bool is_active(std::size_t number) const { return active_[number]; }

 private:
  void begin(std::size_t number);
  void end(std::size_t number);
  bool begin_in_group(std::size_t number, const Fault& f);
  void end_in_group(std::size_t number, const Fault& f);
  void begin_at_sidecar(std::size_t number, const Fault& f);
  void end_at_sidecar(const Fault& f);
  bool isolate(std::size_t node, bool on);
  void crash(std::size_t number, const Fault& f);
  void lose(const Fault& f, Disk& disk);
  void flap(std::size_t number);
  void strike_new_master(std::size_t number, std::size_t node);
  void undo_broker(std::size_t node, bool was_killed);
  [[nodiscard]] decision::Hold hold_of(const Fault& f) const;

  Engine& engine_;
  GroupModel& group_;
  const World& world_;
  const Schedule& schedule_;
  Network* network_ = nullptr;
  std::vector<std::unique_ptr<Sidecar>>* sidecars_ = nullptr;
  std::vector<bool> hit_, active_;
  std::vector<std::size_t> waiting_;  // faults that strike the next new master
  std::vector<std::size_t> victims_;  // the master that a fault found, by number
  Time heal_at_{};
};

}  // namespace signpost::sim
