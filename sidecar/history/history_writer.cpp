#include "sidecar/history/history_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <deque>
#include <iterator>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "sidecar/history/entry_json.hpp"
#include "sidecar/history/history_reader.hpp"
#include "sidecar/runtime/logging.hpp"

namespace signpost::history {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using runtime::Severity;

namespace {

constexpr auto retry_interval = 1s;  // a disk may be mended at any time
constexpr auto stop_patience = 500ms;
constexpr std::size_t batch_max = 256;          // entries between two flushes
constexpr std::size_t tail_octets = 512 << 10;  // about 200 entries

/// What must outlast a power cut; the rest may follow with the next of these.
bool is_flushed(const Entry& entry) { return entry.event != "evidence"; }

}  // namespace

// Guarded by the mutex: the queue between the control thread and the writing thread, never held
// while writing.
class HistoryWriter::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(asio::any_io_executor control, HistoryFileOptions options, std::size_t queued_max)
      : control_(std::move(control)), queued_max_(queued_max), file_(std::move(options)) {}

  void start() {
    // Detached on purpose: a thread that hangs in fsync cannot be joined, and it owns all it
    // touches through `self`.
    std::thread([self = shared_from_this()] { self->run(); }).detach();
  }

  void add(Entry entry) {
    if (!queue(std::move(entry))) {
      runtime::log(
          Severity::warning, "history_left_out",
          {{"detail", fmt::format("{} entries wait for the disk: more are left out of the history",
                                  queued_max_)}});
    }
  }

  void stop() {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    wake_.notify_all();
    idle_.wait_for(lock, stop_patience, [this] { return finished_; });
  }

  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  /// False: it is the first of those that are left out.
  bool queue(Entry entry) {
    std::lock_guard lock(mutex_);
    if (!has_room()) {
      note_ = {entry.time, entry.mono, "left_out", "", "auto", "", {}, {}, entry.seq};
      return left_out_++ > 0;
    }
    queue_note();
    queue_.push_back(std::move(entry));
    wake_.notify_all();
    return true;
  }

  [[nodiscard]] bool has_room() const { return queue_.size() + in_hand_ < queued_max_; }

  /// Between the entries that wait and those that come.
  void queue_note() {
    if (left_out_ == 0 || !has_room()) return;
    note_.detail = fmt::format("{} entries up to this one were lost: the disk was too slow or full",
                               std::exchange(left_out_, 0));
    queue_.push_back(std::move(note_));
  }

  void run() {
    std::vector<Entry> batch;
    std::string error;
    while (next_batch(batch, !error.empty())) {
      error = write(batch);
      report(error, file_.take_cut_off());
      if (!give_back(batch, !error.empty())) return;
      batch.clear();
    }
  }

  /// False: it is over.
  bool next_batch(std::vector<Entry>& batch, bool is_retry) {
    std::unique_lock lock(mutex_);
    if (is_retry)
      wake_.wait_for(lock, retry_interval, [this] { return stopping_; });
    else
      wake_.wait(lock, [this] { return !queue_.empty() || stopping_; });
    if (queue_.empty() && stopping_) return finish(lock);
    in_hand_ = std::min(queue_.size(), batch_max);
    const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(in_hand_);
    std::move(queue_.begin(), end, std::back_inserter(batch));
    queue_.erase(queue_.begin(), end);
    return true;
  }

  /// Removes from the batch what is in the file.
  std::string write(std::vector<Entry>& batch) {
    std::string error;
    auto next = batch.begin();
    for (; next != batch.end(); ++next) {
      error = file_.append(to_line(*next));
      if (!error.empty()) break;
      is_flush_due_ = is_flush_due_ || is_flushed(*next);
    }
    batch.erase(batch.begin(), next);
    if (error.empty() && is_flush_due_) error = file_.flush();
    is_flush_due_ = is_flush_due_ && !error.empty();
    return error;
  }

  /// What could not be written waits again, before all that came since. False: it is over.
  bool give_back(std::vector<Entry>& rest, bool failed) {
    std::unique_lock lock(mutex_);
    queue_.insert(queue_.begin(), std::make_move_iterator(rest.begin()),
                  std::make_move_iterator(rest.end()));
    in_hand_ = 0;
    if (failed && stopping_) return finish(lock);
    queue_note();
    return true;
  }

  bool finish(std::unique_lock<std::mutex>& lock) {
    lock.unlock();  // a file system may take its time, and who waits for the end must get tired
    file_.close();  // who was waited for may be followed at once by another writer
    lock.lock();
    finished_ = true;
    idle_.notify_all();
    return false;
  }

  void report(const std::string& error, unsigned cut_off) {
    std::lock_guard lock(mutex_);
    if (stopping_) return;  // the control thread may be gone
    if (error == reported_ && cut_off == 0) return;
    reported_ = error;
    asio::post(control_,
               [self = shared_from_this(), error, cut_off] { self->say(error, cut_off); });
  }

  void say(const std::string& error, unsigned cut_off) {
    if (cut_off > 0) {
      runtime::log(Severity::info, "history_cut_off",
                   {{"detail", "the last line of the history has no end; it stays as it is"}});
    }
    const bool failed_before = !error_.empty();
    error_ = error;
    if (!failed_before && !error.empty())
      runtime::log(Severity::error, "history_not_written", {{"detail", error}});
    else if (failed_before && error.empty())
      runtime::log(Severity::info, "history_written_again", {});
  }

  asio::any_io_executor control_;
  const std::size_t queued_max_;
  std::string error_;  // control thread only
  HistoryFile file_;   // writing thread only, as the next
  bool is_flush_due_ = false;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable idle_;
  std::deque<Entry> queue_;
  std::size_t in_hand_ = 0;  // entries in the batch that is being written
  std::uint64_t left_out_ = 0;
  Entry note_;  // says how many
  std::string reported_;
  bool stopping_ = false;
  bool finished_ = false;
};

HistoryWriter::HistoryWriter(asio::any_io_executor control, HistoryFileOptions options,
                             std::size_t queued_max) {
  for (const Entry& entry : read_tail(options.path, tail_octets)) {
    recent_.add(entry);
    seq_ = std::max(seq_, entry.seq);
  }
  impl_ = std::make_shared<Impl>(std::move(control), std::move(options), queued_max);
  impl_->start();
}

HistoryWriter::~HistoryWriter() { impl_->stop(); }

void HistoryWriter::add(Entry entry) {
  entry.seq = ++seq_;
  recent_.add(entry);
  impl_->add(std::move(entry));
}

const std::string& HistoryWriter::error() const { return impl_->error(); }

}  // namespace signpost::history
