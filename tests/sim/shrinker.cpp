#include "tests/sim/shrinker.hpp"

#include <algorithm>

namespace signpost::sim {
namespace {

bool is_same(const Outcome& a, const Outcome& b) {
  return a.violation && b.violation && a.violation->invariant == b.violation->invariant;
}

bool try_instead(Outcome& best, Schedule schedule) {
  Outcome outcome = simulate(schedule, false);
  if (!is_same(best, outcome)) return false;
  best = std::move(outcome);
  return true;
}

// Halves, then quarters, ... then single ones (Zeller's ddmin without the complements).
bool remove_faults(Outcome& best) {
  bool removed = false;
  for (std::size_t size = std::max<std::size_t>(best.schedule.faults.size() / 2, 1); size > 0;
       size /= 2) {
    for (std::size_t at = 0; at < best.schedule.faults.size();) {
      Schedule fewer = best.schedule;
      auto from = fewer.faults.begin() + static_cast<std::ptrdiff_t>(at);
      auto count = std::min(size, fewer.faults.size() - at);
      fewer.faults.erase(from, from + static_cast<std::ptrdiff_t>(count));
      if (try_instead(best, std::move(fewer)))
        removed = true;
      else
        at += size;
    }
  }
  return removed;
}

bool shorten_faults(Outcome& best) {
  bool shortened = false;
  for (std::size_t i = 0; i < best.schedule.faults.size(); ++i) {
    Schedule shorter = best.schedule;
    Duration& lasting = shorter.faults[i].lasting;
    if (lasting < std::chrono::milliseconds(200)) continue;
    lasting = std::chrono::duration_cast<std::chrono::milliseconds>(lasting / 2);
    shortened = try_instead(best, std::move(shorter)) || shortened;
  }
  return shortened;
}

}  // namespace

Outcome shrink(const Outcome& outcome, const std::function<void(std::size_t)>& progress) {
  Outcome best = outcome;
  constexpr int rounds_most = 12;  // durations halve: what is worth it is reached long before
  for (int round = 0; round < rounds_most; ++round) {
    bool removed = remove_faults(best);
    bool shortened = shorten_faults(best);
    progress(best.schedule.faults.size());
    if (!removed && !shortened) break;
  }
  return best;
}

}  // namespace signpost::sim
