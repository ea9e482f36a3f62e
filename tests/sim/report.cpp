#include "tests/sim/report.hpp"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <numeric>

namespace signpost::sim {

void Report::add(const Outcome& o) {
  std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < o.schedule.faults.size(); ++i) {
    auto& [drawn, hit] = faults_[o.schedule.faults[i].kind];
    ++drawn;
    hit += o.hit[i] ? 1 : 0;
    hits_ += o.hit[i] ? 1 : 0;
  }
  if (o.violation) violations_[o.schedule.seed] = *o.violation;
  lengths_.push_back(o.length);
  sidecars_ += o.sidecars;
  activations_ += o.activations;
  changes_ += o.changes;
}

void Report::add_repeated(std::uint64_t seed, bool same_hash) {
  std::lock_guard lock(mutex_);
  ++repeated_;
  if (!same_hash) not_repeatable_.push_back(seed);
}

std::vector<FaultKind> Report::never_hit() const {
  std::vector<FaultKind> kinds;
  for (FaultKind kind : fault_kinds()) {
    auto found = faults_.find(kind);
    if (found == faults_.end() || found->second.second == 0) kinds.push_back(kind);
  }
  return kinds;
}

void Report::print_faults(std::ostream& out) const {
  fmt::print(out, "{:<20} {:>9} {:>9}\n", "fault", "drawn", "hit");
  for (FaultKind kind : fault_kinds()) {
    auto found = faults_.find(kind);
    auto [drawn, hit] =
        found == faults_.end() ? std::pair<std::uint64_t, std::uint64_t>{} : found->second;
    fmt::print(out, "{:<20} {:>9} {:>9}\n", to_word(kind), drawn, hit);
  }
}

void Report::print_figures(std::ostream& out, double seconds) const {
  std::vector<Duration> sorted = lengths_;
  std::sort(sorted.begin(), sorted.end());
  auto in_seconds = [](Duration d) { return std::chrono::duration<double>(d).count(); };
  double hours = in_seconds(std::accumulate(sorted.begin(), sorted.end(), Duration{})) / 3600;
  double count = static_cast<double>(sorted.size());
  fmt::print(out, "{} seeds in {:.1f} s: {:.1f} seeds per second\n", sorted.size(), seconds,
             count / seconds);
  if (sorted.empty()) return;
  fmt::print(
      out,
      "{:.1f} s simulated by the median seed, {:.1f} s by the shortest, {:.1f} hours in all, "
      "{:.2f} hours per second\n",
      in_seconds(sorted[sorted.size() / 2]), in_seconds(sorted.front()), hours, hours / seconds);
  fmt::print(
      out,
      "{:.2f} sidecars, {:.2f} true activations, {:.2f} faults hit, {:.2f} changes of an answer "
      "per seed\n",
      static_cast<double>(sidecars_) / count, static_cast<double>(activations_) / count,
      static_cast<double>(hits_) / count, static_cast<double>(changes_) / count);
  fmt::print(out, "{} seeds were run twice: {} with another trace\n", repeated_,
             not_repeatable_.size());
}

}  // namespace signpost::sim
