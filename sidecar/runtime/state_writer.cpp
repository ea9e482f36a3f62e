#include "sidecar/runtime/state_writer.hpp"

#include <boost/asio/post.hpp>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace signpost::runtime {

namespace asio = boost::asio;

// The lock guards the slot between the control thread and the writing
// thread and is never held while writing.
class StateWriter::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(asio::any_io_executor control, std::filesystem::path path)
      : control_(std::move(control)), path_(std::move(path)) {}

  void start() {
    // Detached on purpose: a thread that hangs in fsync cannot be joined, and it owns all it
    // touches through `self`.
    std::thread([self = shared_from_this()] { self->run(); }).detach();
  }

  std::uint64_t save(State state) {
    std::lock_guard lock(mutex_);
    waiting_ = std::move(state);
    ++sequence_;
    wake_.notify_all();
    return sequence_;
  }

  void stop() {
    done_ = nullptr;
    std::unique_lock lock(mutex_);
    stopping_ = true;
    wake_.notify_all();
    idle_.wait_for(lock, std::chrono::seconds(1), [this] { return finished_; });
  }

  void set_done(Done done) { done_ = std::move(done); }

 private:
  void run() {
    std::string flush_error;
    for (;;) {
      State state;
      std::uint64_t sequence = 0;
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return waiting_ || stopping_; });
        if (!waiting_) {
          finished_ = true;
          idle_.notify_all();
          return;
        }
        state = std::move(*waiting_);
        waiting_.reset();
        sequence = sequence_;
      }
      std::string error = replace_state(path_, state);
      report(sequence, error.empty() ? flush_error : error);
      // A newer state waits already: the flush behind that one serves both.
      std::string flushed = error.empty() && !is_waiting() ? flush_state(path_) : flush_error;
      if (flushed != flush_error) report(sequence, flushed);
      flush_error = flushed;
    }
  }

  bool is_waiting() {
    std::lock_guard lock(mutex_);
    return waiting_.has_value();
  }

  void report(std::uint64_t sequence, std::string error) {
    std::lock_guard lock(mutex_);
    if (stopping_) return;  // the control thread may be gone
    asio::post(control_, [self = shared_from_this(), sequence, error = std::move(error)] {
      if (self->done_) self->done_(sequence, error);
    });
  }

  asio::any_io_executor control_;
  std::filesystem::path path_;
  Done done_;  // control thread only
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable idle_;
  std::optional<State> waiting_;
  std::uint64_t sequence_ = 0;
  bool stopping_ = false;
  bool finished_ = false;
};

StateWriter::StateWriter(asio::any_io_executor control, std::filesystem::path path)
    : impl_(std::make_shared<Impl>(std::move(control), std::move(path))) {
  impl_->start();
}

StateWriter::~StateWriter() { impl_->stop(); }

void StateWriter::on_done(Done done) { impl_->set_done(std::move(done)); }

std::uint64_t StateWriter::save(State state) { return impl_->save(std::move(state)); }

}  // namespace signpost::runtime
