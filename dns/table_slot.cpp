#include "dns/table_slot.hpp"

#include <algorithm>
#include <utility>

namespace signpost::dns {

TableSlot& AnswerTables::add_slot() {
  const AnswerTable* table = kept_.back().get();
  for (auto& slot : slots_) {
    if (slot.seen() != TableSlot::retired) continue;
    slot.offer(table);
    slot.seen_.store(table->generation(), std::memory_order_release);
    return slot;
  }
  return slots_.emplace_back(table);
}

void AnswerTables::publish(std::unique_ptr<const AnswerTable> table) {
  kept_.push_back(std::move(table));
  std::uint64_t oldest = TableSlot::retired;
  for (auto& slot : slots_) {
    slot.offer(kept_.back().get());
    oldest = std::min(oldest, slot.seen());
  }
  // A thread may still read the table it last reported, and none before it.
  while (kept_.size() > 1 && kept_.front()->generation() < oldest) kept_.pop_front();
}

}  // namespace signpost::dns
