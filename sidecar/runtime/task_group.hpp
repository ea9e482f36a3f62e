// TaskGroup: a nursery for coroutines on one thread. Nothing runs unattended: the first real error
// stops the siblings and comes out of join().
//
// Cancellation is no error. Children must be joined before the group is destroyed; a group that is
// not is a bug and terminates.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <exception>
#include <list>

namespace signpost::runtime {

class TaskGroup {
 public:
  explicit TaskGroup(boost::asio::any_io_executor executor);
  ~TaskGroup();
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  void spawn(boost::asio::awaitable<void> child);
  /// Cancels every child where it waits now; they unwind. So does each that is spawned later.
  void request_stop();
  /// Returns when no child is left; rethrows the first real error.
  boost::asio::awaitable<void> join();
  [[nodiscard]] bool is_stopping() const { return stopping_; }
  [[nodiscard]] std::size_t size() const { return children_.size(); }

 private:
  boost::asio::any_io_executor executor_;
  std::list<boost::asio::cancellation_signal>
      children_;  // a list: a signal must not move while its child runs
  boost::asio::steady_timer idle_;
  std::exception_ptr first_error_;
  bool stopping_ = false;
};

}  // namespace signpost::runtime
