#include "tests/support/sim_clock.hpp"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace signpost::test {

namespace asio = boost::asio;

runtime::WallTime SimClock::wall_now() const {
  constexpr auto epoch = std::chrono::milliseconds(1'700'000'000'000);
  return runtime::WallTime(
      epoch + std::chrono::duration_cast<std::chrono::milliseconds>(now_.time_since_epoch()));
}

asio::awaitable<void> SimClock::sleep_until(runtime::TimePoint deadline) {
  auto executor = co_await asio::this_coro::executor;
  auto sleeper = std::make_shared<Sleeper>(
      asio::steady_timer(executor, asio::steady_timer::time_point::max()));
  auto entry = sleepers_.emplace(deadline, sleeper);
  boost::system::error_code ec;
  co_await sleeper->wake.async_wait(asio::redirect_error(asio::use_awaitable, ec));
  if (sleeper->due) co_return;
  sleepers_.erase(entry);
  throw boost::system::system_error(asio::error::operation_aborted);
}

void SimClock::run_ready() {
  context_.restart();
  while (context_.poll() > 0) context_.restart();
}

void SimClock::run_until(runtime::TimePoint end) {
  for (;;) {
    run_ready();
    auto next = sleepers_.begin();
    if (next == sleepers_.end() || next->first > end) break;
    now_ = std::max(now_, next->first);
    auto sleeper = next->second;
    sleepers_.erase(next);
    sleeper->due = true;
    sleeper->wake.cancel();
  }
  now_ = std::max(now_, end);
}

}  // namespace signpost::test
