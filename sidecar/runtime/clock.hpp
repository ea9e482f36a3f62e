// Clock: the only way to learn the time or to wait. Real in asio_clock, virtual in simulations.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>

namespace signpost::runtime {

using TimePoint = std::chrono::steady_clock::time_point;
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

class Clock {
 public:
  Clock() = default;
  virtual ~Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;

  [[nodiscard]] virtual TimePoint now() const = 0;
  /// For stamps that people and other machines read; never for measuring.
  [[nodiscard]] virtual WallTime wall_now() const = 0;
  /// Throws system_error(operation_aborted) when cancelled.
  virtual boost::asio::awaitable<void> sleep_until(TimePoint deadline) = 0;
};

}  // namespace signpost::runtime
