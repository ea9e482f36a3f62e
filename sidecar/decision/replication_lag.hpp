// How far a replica is behind its master, from transaction ids (JE's VLSNs) that the two were asked
// for at different moments.
//
// Comparing the newest ids would call every busy group late: between the two answers the master
// went on. So a replica's id is compared with what the master had already reached when the replica
// was asked, and a person is warned only about what it had reached ten seconds before that. A bound
// in transactions would not do: ten thousand are a second of one group and a day of another.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "probe/observation.hpp"

namespace signpost::decision {

/// Longer than a garbage collection or a busy disk; shorter than anybody would want to lose.
inline constexpr auto overdue_after = std::chrono::seconds(10);

/// The ids of one node, for as long as a comparison needs them.
class TransactionHistory {
 public:
  /// `answered`: when the answer with `id` was in hand. An id that is lower than the last one (a
  /// rollback, a new store) starts a new history.
  void note(std::int64_t id, probe::TimePoint answered);
  /// What the node had reached at that moment, at least.
  [[nodiscard]] std::optional<std::int64_t> reached_by(probe::TimePoint moment) const;

 private:
  struct Sample {
    probe::TimePoint answered;
    std::int64_t id;
  };
  std::vector<Sample> samples_;  // oldest first
};

struct ReplicationLag {
  std::int64_t transactions = 0;  // lacking when the replica was asked
  std::int64_t overdue = 0;       // of these, what the master had `overdue_after` before
  bool operator==(const ReplicationLag&) const = default;
};

/// Nothing: the master was not asked before the replica.
std::optional<ReplicationLag> replication_lag(const TransactionHistory& master,
                                              std::int64_t replica, probe::TimePoint asked);

}  // namespace signpost::decision
