// SimClock: virtual time. Sleepers are parked; run_until() lets the io_context work until it is
// idle, then jumps to the earliest deadline. An hour of probing takes milliseconds, and the same
// program gives the same trace every time.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>

#include "sidecar/runtime/clock.hpp"

namespace signpost::test {

class SimClock final : public runtime::Clock {
 public:
  explicit SimClock(boost::asio::io_context& context) : context_(context) {}

  [[nodiscard]] runtime::TimePoint now() const override { return now_; }
  [[nodiscard]] runtime::WallTime wall_now() const override;
  boost::asio::awaitable<void> sleep_until(runtime::TimePoint deadline) override;

  void run_until(runtime::TimePoint end);
  void run_for(runtime::TimePoint::duration d) { run_until(now_ + d); }

 private:
  // A timer that never expires is the condition variable: cancelling it wakes the sleeper, and real
  // cancellation works as usual.
  struct Sleeper {
    boost::asio::steady_timer wake;
    bool due = false;
  };
  void run_ready();

  boost::asio::io_context& context_;
  runtime::TimePoint now_{std::chrono::hours(1)};
  std::multimap<runtime::TimePoint, std::shared_ptr<Sleeper>> sleepers_;
};

}  // namespace signpost::test
