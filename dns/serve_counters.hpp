// Counters of the serving side: one cache-line-padded set per answer thread, written relaxed by it,
// summed by the control thread.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace signpost::dns {

/// A sum at one instant. Units: messages.
struct ServeCounts {
  std::uint64_t queries = 0;    // datagrams or TCP messages received
  std::uint64_t answers = 0;    // sent
  std::uint64_t dropped = 0;    // no reply by rule: QR=1, shorter than a header, source port 0
  std::uint64_t truncated = 0;  // sent with TC
  std::uint64_t trailing = 0;  // queries with octets behind the last record (answered all the same)
  std::uint64_t send_errors = 0;
  std::uint64_t receive_errors = 0;  // reads that failed for another reason than "nothing there"
  std::array<std::uint64_t, 16> rcodes{};  // by the low four bits of the RCODE

  ServeCounts& operator+=(const ServeCounts& other);
};

struct alignas(64) ServeCounters {
  std::atomic<std::uint64_t> queries{0};
  std::atomic<std::uint64_t> answers{0};
  std::atomic<std::uint64_t> dropped{0};
  std::atomic<std::uint64_t> truncated{0};
  std::atomic<std::uint64_t> trailing{0};
  std::atomic<std::uint64_t> send_errors{0};
  std::atomic<std::uint64_t> receive_errors{0};
  std::array<std::atomic<std::uint64_t>, 16> rcodes{};

  [[nodiscard]] ServeCounts sum() const;
};

}  // namespace signpost::dns
