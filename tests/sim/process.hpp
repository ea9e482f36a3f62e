// Process: one life of one simulated process, and its clock. Everything the process does begins
// with at(): what is due while it is stopped waits until it is continued, and what is due after its
// end never happens.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "sidecar/runtime/clock.hpp"
#include "tests/sim/engine.hpp"

namespace signpost::sim {

/// The clocks of the machine that the process runs on. They outlive it.
struct HostClock {
  Duration steady_offset{};              // CLOCK_MONOTONIC starts anywhere
  std::chrono::milliseconds wall_off{};  // skew, and every step so far
};

/// One coroutine waits, one event wakes it. A timer that never expires is the condition variable:
/// cancelling it wakes the waiter, and real cancellation works as usual.
class Wakeup {
 public:
  explicit Wakeup(boost::asio::io_context& context)
      : timer_(context, boost::asio::steady_timer::time_point::max()) {}
  void wake() {
    due_ = true;
    timer_.cancel();
  }
  [[nodiscard]] bool is_due() const { return due_; }
  /// Throws system_error(operation_aborted) when cancelled.
  boost::asio::awaitable<void> wait();

 private:
  boost::asio::steady_timer timer_;
  bool due_ = false;
};

class Process final : public runtime::Clock {
 public:
  /// All references must outlive the engine's last event. `who` names it in the trace.
  Process(Engine& engine, boost::asio::io_context& context, const HostClock& host, std::string who)
      : engine_(engine), context_(context), host_(host), who_(std::move(who)) {}

  [[nodiscard]] runtime::TimePoint now() const override;
  [[nodiscard]] runtime::WallTime wall_now() const override;
  boost::asio::awaitable<void> sleep_until(runtime::TimePoint deadline) override;

  /// What comes in from outside is handed over before a timer that is due at the same moment: so
  /// does epoll, and so answers that came while the process was stopped are read before their
  /// deadlines run out.
  enum class Kind { input, timer };
  void at(Time when, Kind kind, std::function<void()> what);
  [[nodiscard]] Time true_time(runtime::TimePoint t) const { return t - host_.steady_offset; }

  void stop();  // SIGSTOP
  void resume();
  void kill();
  [[nodiscard]] bool stopped() const { return stopped_; }
  [[nodiscard]] bool alive() const { return alive_; }
  /// How long it was stopped in all.
  [[nodiscard]] Duration time_stopped() const;
  [[nodiscard]] boost::asio::io_context& context() { return context_; }
  [[nodiscard]] const std::string& who() const { return who_; }

 private:
  void run(const std::function<void()>& what);

  Engine& engine_;
  boost::asio::io_context& context_;
  const HostClock& host_;
  std::string who_;
  bool alive_ = true;
  bool stopped_ = false;
  Time stopped_at_{};
  Duration time_stopped_{};
  std::vector<std::function<void()>> inputs_, timers_;  // due while stopped, in order
};

}  // namespace signpost::sim
