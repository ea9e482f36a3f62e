#include "sidecar/decision/replication_lag.hpp"

#include <algorithm>

namespace signpost::decision {
namespace {

// Together 16 s: overdue_after, and the 3 s that a replica's answer may be old, with room.
constexpr std::size_t samples_max = 32;
constexpr auto spacing = std::chrono::milliseconds(500);

}  // namespace

void TransactionHistory::note(std::int64_t id, probe::TimePoint answered) {
  if (!samples_.empty() && id < samples_.back().id) samples_.clear();
  const std::size_t n = samples_.size();
  const bool crowded = n >= 2 && samples_[n - 1].answered < samples_[n - 2].answered + spacing;
  if (crowded) samples_.pop_back();
  if (samples_.size() == samples_max) samples_.erase(samples_.begin());
  samples_.push_back({answered, id});
}

std::optional<std::int64_t> TransactionHistory::reached_by(probe::TimePoint moment) const {
  const auto found = std::find_if(samples_.rbegin(), samples_.rend(),
                                  [&](const Sample& s) { return s.answered <= moment; });
  return found == samples_.rend() ? std::nullopt : std::optional(found->id);
}

std::optional<ReplicationLag> replication_lag(const TransactionHistory& master,
                                              std::int64_t replica, probe::TimePoint asked) {
  const auto then = master.reached_by(asked);
  if (!then) return std::nullopt;
  const auto before = master.reached_by(asked - overdue_after);
  return ReplicationLag{std::max<std::int64_t>(*then - replica, 0),
                        before ? std::max<std::int64_t>(*before - replica, 0) : 0};
}

}  // namespace signpost::decision
