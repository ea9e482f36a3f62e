// StateStore: where the agent's state goes. The seam between the agent and the disk.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "sidecar/runtime/state_file.hpp"

namespace signpost::runtime {

class StateStore {
 public:
  /// Called on the control thread when everything up to `sequence` would survive the end of this
  /// process, or could not be written (`error` not empty); and again when a flush to the disk
  /// begins or ceases to fail.
  using Done = std::function<void(std::uint64_t sequence, const std::string& error)>;

  StateStore() = default;
  virtual ~StateStore() = default;
  StateStore(const StateStore&) = delete;
  StateStore& operator=(const StateStore&) = delete;

  virtual void on_done(Done done) = 0;
  /// Returns at once. Only the newest state is of interest: one that is still waiting is replaced.
  /// Returns its sequence number.
  virtual std::uint64_t save(State state) = 0;
};

}  // namespace signpost::runtime
