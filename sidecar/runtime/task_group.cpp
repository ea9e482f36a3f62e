#include "sidecar/runtime/task_group.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace signpost::runtime {
namespace {

namespace asio = boost::asio;

bool is_cancellation(const std::exception_ptr& e) {
  try {
    std::rethrow_exception(e);
  } catch (const boost::system::system_error& error) {
    return error.code() == asio::error::operation_aborted;
  } catch (...) {
    return false;
  }
}

}  // namespace

TaskGroup::TaskGroup(asio::any_io_executor executor)
    : executor_(std::move(executor)), idle_(executor_, asio::steady_timer::time_point::max()) {}

TaskGroup::~TaskGroup() {
  if (!children_.empty()) std::terminate();
}

void TaskGroup::spawn(asio::awaitable<void> child) {
  auto entry = children_.emplace(children_.end());
  auto finished = [this, entry](const std::exception_ptr& e) {
    if (e && !is_cancellation(e) && !first_error_) {
      first_error_ = e;
      request_stop();
    }
    // The signal's memory must outlive the handler it is bound to: erased one step later.
    asio::post(executor_, [this, entry] {
      children_.erase(entry);
      if (children_.empty()) idle_.cancel();
    });
  };
  asio::co_spawn(executor_, std::move(child),
                 asio::bind_cancellation_slot(entry->slot(), std::move(finished)));
  // One that comes too late would wait for ever: it is cancelled where it waits first.
  if (stopping_)
    asio::post(executor_, [this] {
      for (auto& late : children_) late.emit(asio::cancellation_type::terminal);
    });
}

void TaskGroup::request_stop() {
  stopping_ = true;
  for (auto& child : children_) child.emit(asio::cancellation_type::terminal);
}

asio::awaitable<void> TaskGroup::join() {
  boost::system::error_code ignored;  // the timer is cancelled when the last child has gone
  while (!children_.empty())
    co_await idle_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  if (first_error_) std::rethrow_exception(first_error_);
}

}  // namespace signpost::runtime
