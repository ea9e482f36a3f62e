// Report: what many seeds together did, as tables for a terminal.
#pragma once

#include <map>
#include <mutex>
#include <ostream>

#include "tests/sim/simulation.hpp"

namespace signpost::sim {

class Report {
 public:
  /// From any thread.
  void add(const Outcome& outcome);
  /// Both runs of one seed.
  void add_repeated(std::uint64_t seed, bool same_hash);

  /// A fault that was never hit means that the suite does not test what it says. Asked for only
  /// where there were enough seeds for each kind to come.
  [[nodiscard]] std::vector<FaultKind> never_hit() const;
  [[nodiscard]] const std::map<std::uint64_t, Violation>& violations() const { return violations_; }
  [[nodiscard]] const std::vector<std::uint64_t>& not_repeatable() const { return not_repeatable_; }

  void print_faults(std::ostream& out) const;
  void print_figures(std::ostream& out, double seconds) const;

 private:
  std::mutex mutex_;
  std::map<FaultKind, std::pair<std::uint64_t, std::uint64_t>> faults_;  // drawn, hit
  std::map<std::uint64_t, Violation> violations_;                        // by seed
  std::vector<std::uint64_t> not_repeatable_;
  std::vector<Duration> lengths_;
  std::size_t sidecars_ = 0;
  std::uint64_t repeated_ = 0, activations_ = 0, changes_ = 0, hits_ = 0;
};

}  // namespace signpost::sim
