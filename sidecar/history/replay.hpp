// Replay: takes each recorded step again, by itself, and compares what came out to the letter. Says
// whether today's rules decide as those did that wrote the history. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sidecar/history/recorder.hpp"

namespace signpost::history {

struct Replayed {
  std::size_t entry = 0;                 // index into the entries
  std::vector<std::string> differences;  // "decision.reason: recorded "blind", now "electing"";
                                         // empty = identical
};

struct Verification {
  std::vector<Replayed> steps;
  std::size_t groups = 0;
  std::size_t differing = 0;  // steps
};

Verification verify(const std::vector<Entry>& entries);

}  // namespace signpost::history
