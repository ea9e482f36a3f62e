#include "tests/sim/process.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "tests/sim/sim_log.hpp"

namespace signpost::sim {

namespace asio = boost::asio;

asio::awaitable<void> Wakeup::wait() {
  if (due_) co_return;
  boost::system::error_code ec;
  co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ec));
  if (!due_) throw boost::system::system_error(asio::error::operation_aborted);
}

runtime::TimePoint Process::now() const { return engine_.now() + host_.steady_offset; }

runtime::WallTime Process::wall_now() const {
  return wall_epoch +
         std::chrono::duration_cast<std::chrono::milliseconds>(engine_.now() - engine_.begun()) +
         host_.wall_off;
}

asio::awaitable<void> Process::sleep_until(runtime::TimePoint deadline) {
  auto wakeup = std::make_shared<Wakeup>(context_);
  at(true_time(deadline), Kind::timer, [wakeup] { wakeup->wake(); });
  co_await wakeup->wait();
}

void Process::at(Time when, Kind kind, std::function<void()> what) {
  engine_.at(when, [this, kind, what = std::move(what)]() mutable {
    if (!alive_) return;
    if (stopped_)
      (kind == Kind::input ? inputs_ : timers_).push_back(std::move(what));
    else
      run(what);
  });
}

void Process::run(const std::function<void()>& what) {
  log_as(who_);
  what();
}

void Process::stop() {
  if (!alive_ || stopped_) return;
  stopped_ = true;
  stopped_at_ = engine_.now();
}

void Process::resume() {
  if (!stopped_) return;
  stopped_ = false;
  time_stopped_ += engine_.now() - stopped_at_;
  if (!alive_) return;
  for (auto* due : {&inputs_, &timers_}) {
    for (auto& what : *due)
      at(engine_.now(), due == &inputs_ ? Kind::input : Kind::timer, std::move(what));
    due->clear();
  }
}

void Process::kill() {
  alive_ = false;
  inputs_.clear();
  timers_.clear();
}

Duration Process::time_stopped() const {
  return time_stopped_ + (stopped_ ? engine_.now() - stopped_at_ : Duration{});
}

}  // namespace signpost::sim
