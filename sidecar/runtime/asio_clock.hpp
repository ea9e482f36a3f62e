// The real clock: steady_clock, system_clock and an Asio timer.
#pragma once

#include "sidecar/runtime/clock.hpp"

namespace signpost::runtime {

class AsioClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const override;
  [[nodiscard]] WallTime wall_now() const override;
  boost::asio::awaitable<void> sleep_until(TimePoint deadline) override;
};

}  // namespace signpost::runtime
