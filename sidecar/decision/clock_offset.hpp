// ClockOffset: bounds for how far one broker's clock is from this host's, from the times that the
// broker put on its answers.
//
// An answer is stamped with the broker's time, cut to the second, somewhere between question and
// answer. So each gives an interval of a second and a round trip, and what lies in all intervals of
// the last two minutes is known better than by any single one. An empty intersection means that a
// clock was set: then only the newest answer counts. Nothing is averaged or guessed: two brokers
// differ only if their intervals cannot be brought together.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

#include "probe/observation.hpp"

namespace signpost::decision {

/// The broker's clock minus ours is at least `least` and at most `most`.
struct ClockBounds {
  std::chrono::milliseconds least{};
  std::chrono::milliseconds most{};
  bool operator==(const ClockBounds&) const = default;
};

/// By how much `a`'s clock is ahead of `b`'s for certain; zero or less = it may not be at all.
std::chrono::milliseconds proven_lead(const ClockBounds& a, const ClockBounds& b);

class ClockOffset {
 public:
  struct Answer {
    probe::WallTime broker;    // the broker's clock, cut to the second
    probe::WallTime started;   // our clock when it was asked
    probe::WallTime finished;  // our clock when its answer was there
  };

  void note(const Answer& answer, probe::TimePoint now);
  /// Nothing: no dated answer within the window.
  [[nodiscard]] std::optional<ClockBounds> bounds(probe::TimePoint now) const;

 private:
  // The window slides by a slot at a time: twelve pairs of numbers however often a broker is asked.
  struct Slot {
    std::int64_t number = -1;
    ClockBounds bounds;
  };
  std::array<Slot, 12> slots_;
};

}  // namespace signpost::decision
