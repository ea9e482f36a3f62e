#include "sidecar/decision/clock_offset.hpp"

#include <algorithm>

namespace signpost::decision {
namespace {

using std::chrono::milliseconds;

constexpr auto slot_length = std::chrono::seconds(10);

// What may change within the window without any clock being set: the kernel slews a clock by up to
// 500 ppm, two of them move apart by 120 ms in two minutes. And our own times are cut to 1 ms.
constexpr milliseconds slack{121};

std::int64_t slot_number(probe::TimePoint t) { return t.time_since_epoch() / slot_length; }

ClockBounds intersection(const ClockBounds& a, const ClockBounds& b) {
  return {std::max(a.least, b.least), std::min(a.most, b.most)};
}

bool is_empty(const ClockBounds& b) { return b.least > b.most; }

}  // namespace

milliseconds proven_lead(const ClockBounds& a, const ClockBounds& b) { return a.least - b.most; }

void ClockOffset::note(const Answer& answer, probe::TimePoint now) {
  constexpr milliseconds cut_off{1000};
  const ClockBounds seen{answer.broker - answer.finished - slack,
                         answer.broker + cut_off - answer.started + slack};
  const auto known = bounds(now);
  // Ours was set back while the broker was asked, or either since the last answer.
  if (is_empty(seen) || (known && is_empty(intersection(*known, seen)))) slots_ = {};
  if (is_empty(seen)) return;
  const std::int64_t number = slot_number(now);
  Slot& slot = slots_[static_cast<std::size_t>(number) % slots_.size()];
  slot = {number, slot.number == number ? intersection(slot.bounds, seen) : seen};
}

std::optional<ClockBounds> ClockOffset::bounds(probe::TimePoint now) const {
  const std::int64_t oldest = slot_number(now) - static_cast<std::int64_t>(slots_.size());
  std::optional<ClockBounds> all;
  for (const Slot& slot : slots_) {
    if (slot.number < 0 || slot.number <= oldest) continue;
    all = all ? intersection(*all, slot.bounds) : slot.bounds;
  }
  return all;
}

}  // namespace signpost::decision
