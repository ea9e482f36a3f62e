// SimStore: the state file on a disk that may stall, fail, lose what was not flushed, and tear. The
// text is the real one: what a restart reads goes through parse_state.
#pragma once

#include <optional>

#include "sidecar/runtime/state_store.hpp"
#include "tests/sim/process.hpp"

namespace signpost::sim {

/// What outlives the process.
struct Disk {
  std::string file;             // as the next process will find it; empty = none
  std::string flushed;          // as a loss of power leaves it
  std::uint64_t file_save = 0;  // number of the save() that is in `file`, of all lives
  std::uint64_t flushed_save = 0;
  std::uint64_t saves = 0;  // asked for, of all lives
  int stalled = 0;          // faults in force
  int failing = 0;
  bool was_hit = false;  // a fault made a difference since this was last cleared
};

class SimStore final : public runtime::StateStore {
 public:
  /// `on_save` runs at each save(), before anything is written. References must outlive the
  /// process.
  SimStore(Engine& engine, Process& process, Disk& disk, Dice dice, std::function<void()> on_save)
      : engine_(engine),
        process_(process),
        disk_(disk),
        dice_(dice),
        on_save_(std::move(on_save)) {}

  void on_done(Done done) override { done_ = std::move(done); }
  std::uint64_t save(runtime::State state) override;
  /// The disk works again, or the next attempt is due.
  void go_on();

 private:
  struct Write {
    std::uint64_t sequence, save;
    std::string text;
  };
  void begin_write();
  void end_write();
  void flush(const Write& write);

  Engine& engine_;
  Process& process_;
  Disk& disk_;
  Dice dice_;
  std::function<void()> on_save_;
  Done done_;
  std::uint64_t sequence_ = 0;
  std::optional<Write> waiting_, writing_;
};

}  // namespace signpost::sim
