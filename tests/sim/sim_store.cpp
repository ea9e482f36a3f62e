#include "tests/sim/sim_store.hpp"

namespace signpost::sim {

using namespace std::chrono_literals;

std::uint64_t SimStore::save(runtime::State state) {
  waiting_ = Write{++sequence_, ++disk_.saves, runtime::to_json(state)};
  on_save_();
  begin_write();
  return sequence_;
}

void SimStore::go_on() { begin_write(); }

// The writing thread of the real store lives and dies with the process, but a process that is
// stopped between the two steps has all its threads stopped.
void SimStore::begin_write() {
  if (writing_ || !waiting_) return;
  if (disk_.stalled > 0) {
    disk_.was_hit = true;
    return;
  }
  writing_ = std::move(waiting_);
  waiting_.reset();
  process_.at(engine_.now() + dice_.between(100us, 3ms), Process::Kind::input,
              [this] { end_write(); });
}

void SimStore::end_write() {
  if (disk_.stalled > 0) {  // stalled while it was writing: go_on() begins anew
    disk_.was_hit = true;
    if (!waiting_) waiting_ = std::move(writing_);
    writing_.reset();
    return;
  }
  Write written = std::move(*writing_);
  writing_.reset();
  std::string error;
  if (disk_.failing > 0) {
    disk_.was_hit = true;
    error = "cannot write the state file: no space left on device";
  } else {
    disk_.file = written.text;
    disk_.file_save = written.save;
    flush(written);
  }
  if (done_) done_(written.sequence, error);
  begin_write();
}

void SimStore::flush(const Write& written) {
  process_.at(engine_.now() + dice_.between(1ms, 20ms), Process::Kind::input, [this, written] {
    disk_.flushed = written.text;
    disk_.flushed_save = written.save;
  });
}

}  // namespace signpost::sim
