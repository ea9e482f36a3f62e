// Handing the newest AnswerTable to answer threads: one slot per thread, one owner on the control
// thread.
//
// The owner frees a table when every slot has begun a batch with a newer one.
// (std::atomic<std::shared_ptr> would do the same, but libstdc++ 12's is reported as a race by
// ThreadSanitizer, and its reference count is one cache line that all threads fight over.)
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <limits>
#include <memory>

#include "dns/answer_table.hpp"

namespace signpost::dns {

class TableSlot {
 public:
  explicit TableSlot(const AnswerTable* first) : next_(first), seen_(first->generation()) {}
  void offer(const AnswerTable* table) { next_.store(table, std::memory_order_release); }
  const AnswerTable& begin_batch() {
    const AnswerTable* table = next_.load(std::memory_order_acquire);
    seen_.store(table->generation(), std::memory_order_release);
    return *table;
  }
  /// The thread reads no more: its slot keeps no table alive and may be given to another thread.
  void retire() { seen_.store(retired, std::memory_order_release); }
  [[nodiscard]] std::uint64_t seen() const { return seen_.load(std::memory_order_acquire); }

 private:
  friend class AnswerTables;
  static constexpr std::uint64_t retired = std::numeric_limits<std::uint64_t>::max();
  alignas(64) std::atomic<const AnswerTable*> next_;
  alignas(64) std::atomic<std::uint64_t> seen_;
};

/// Control thread only. Owns the tables; must outlive every thread and server that reads from it.
class AnswerTables {
 public:
  explicit AnswerTables(std::unique_ptr<const AnswerTable> first) {
    kept_.push_back(std::move(first));
  }
  [[nodiscard]] const AnswerTable& current() const { return *kept_.back(); }
  /// A slot lives as long as this object: its address may be given to a thread. Retired slots are
  /// given out again, so there are never more than threads at one time.
  TableSlot& add_slot();
  /// `table->generation()` must be larger than the current one's.
  void publish(std::unique_ptr<const AnswerTable> table);
  [[nodiscard]] std::size_t kept() const { return kept_.size(); }

 private:
  std::deque<std::unique_ptr<const AnswerTable>> kept_;
  std::deque<TableSlot> slots_;
};

}  // namespace signpost::dns
