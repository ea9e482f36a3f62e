#include "dns/serve_counters.hpp"

#include <cstddef>

namespace signpost::dns {

ServeCounts& ServeCounts::operator+=(const ServeCounts& other) {
  queries += other.queries;
  answers += other.answers;
  dropped += other.dropped;
  truncated += other.truncated;
  trailing += other.trailing;
  send_errors += other.send_errors;
  receive_errors += other.receive_errors;
  for (std::size_t i = 0; i < rcodes.size(); ++i) rcodes[i] += other.rcodes[i];
  return *this;
}

ServeCounts ServeCounters::sum() const {
  ServeCounts counts;
  counts.queries = queries.load(std::memory_order_relaxed);
  counts.answers = answers.load(std::memory_order_relaxed);
  counts.dropped = dropped.load(std::memory_order_relaxed);
  counts.truncated = truncated.load(std::memory_order_relaxed);
  counts.trailing = trailing.load(std::memory_order_relaxed);
  counts.send_errors = send_errors.load(std::memory_order_relaxed);
  counts.receive_errors = receive_errors.load(std::memory_order_relaxed);
  for (std::size_t i = 0; i < rcodes.size(); ++i) {
    counts.rcodes[i] = rcodes[i].load(std::memory_order_relaxed);
  }
  return counts;
}

}  // namespace signpost::dns
