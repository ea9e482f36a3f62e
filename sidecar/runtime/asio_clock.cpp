#include "sidecar/runtime/asio_clock.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace signpost::runtime {

namespace asio = boost::asio;

TimePoint AsioClock::now() const { return std::chrono::steady_clock::now(); }

WallTime AsioClock::wall_now() const {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

asio::awaitable<void> AsioClock::sleep_until(TimePoint deadline) {
  auto executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor, deadline);
  co_await timer.async_wait(asio::use_awaitable);
}

}  // namespace signpost::runtime
