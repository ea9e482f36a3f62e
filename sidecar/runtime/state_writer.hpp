// StateWriter: writes the state file on a thread of its own, because fsync on a dying disk can take
// minutes, and a dying disk is just when a failover is due: the control thread must never wait for
// it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>

#include "sidecar/runtime/state_store.hpp"

namespace signpost::runtime {

class StateWriter final : public StateStore {
 public:
  StateWriter(boost::asio::any_io_executor control, std::filesystem::path path);
  /// Waits for the write in progress and the one that waits, for at most one second: then a stalled
  /// disk is left behind.
  ~StateWriter() override;
  StateWriter(const StateWriter&) = delete;
  StateWriter& operator=(const StateWriter&) = delete;

  void on_done(Done done) override;
  std::uint64_t save(State state) override;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace signpost::runtime
