// Recorder: where the agent says what happened, for the history. The seam between the agent and the
// file; a simulation brings its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sidecar/decision/memory.hpp"
#include "sidecar/runtime/clock.hpp"

namespace signpost::history {

/// One thing that happened. Words of `event`: "decision" (something that clients or the reason see
/// changed), "evidence" (what was seen changed, the decision did not), "hold", "release",
/// "hold_expired", "hold_dropped" (the node that it held is no member any more), "start", "stop",
/// "reload"; "left_out" (the writer's own: entries were lost).
struct Entry {
  runtime::WallTime time{};
  runtime::TimePoint mono{};  // orders entries of one process and measures between them
  std::string event;
  std::string group;           // empty: about the process
  std::string actor = "auto";  // or the user who asked for it
  std::string detail;          // one line for a person
  std::optional<decision::Step>
      step{};  // for "decision" and "evidence": all that went in and came out
  std::optional<decision::Policy> policy{};  // that the step was taken under
  std::uint64_t seq = 0;                     // given by the writer; goes on over restarts
};

class Recorder {
 public:
  Recorder() = default;
  virtual ~Recorder() = default;
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;
  /// Returns at once; never fails the caller.
  virtual void add(Entry entry) = 0;
};

class NoRecorder final : public Recorder {
 public:
  void add(Entry) override {}
};

}  // namespace signpost::history
