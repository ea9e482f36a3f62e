#include "dns/table_slot.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "tests/support/dns_query.hpp"
#include "tests/support/dns_zone.hpp"

namespace signpost::test {
namespace {

std::unique_ptr<const dns::AnswerTable> table(std::uint64_t generation) {
  auto zone = small_zone();
  zone.soa.serial = static_cast<std::uint32_t>(generation);
  return compiled(zone, generation);
}

TEST(AnswerTables, KeepATableUntilEverySlotHasBegunABatchWithANewerOne) {
  dns::AnswerTables tables(table(1));
  dns::TableSlot& busy = tables.add_slot();
  dns::TableSlot& idle = tables.add_slot();
  tables.publish(table(2));
  EXPECT_EQ(tables.kept(), 2U);
  EXPECT_EQ(busy.begin_batch().generation(), 2U);
  tables.publish(table(3));
  EXPECT_EQ(tables.kept(), 3U) << "the idle thread may still read the first";
  busy.begin_batch();
  EXPECT_EQ(idle.begin_batch().generation(), 3U);
  tables.publish(table(4));
  EXPECT_EQ(tables.kept(), 2U);
  EXPECT_EQ(tables.current().generation(), 4U);
}

TEST(AnswerTables, KeepOnlyTheNewestWithoutSlots) {
  dns::AnswerTables tables(table(1));
  tables.publish(table(2));
  EXPECT_EQ(tables.kept(), 1U);
  EXPECT_EQ(tables.current().generation(), 2U);
}

TEST(AnswerTables, GiveARetiredSlotOutAgain) {
  dns::AnswerTables tables(table(1));
  dns::TableSlot& first = tables.add_slot();
  first.retire();
  tables.publish(table(2));
  EXPECT_EQ(tables.kept(), 1U) << "a retired slot keeps nothing alive";
  dns::TableSlot& second = tables.add_slot();
  EXPECT_EQ(&first, &second);
  EXPECT_EQ(second.seen(), 2U);
  EXPECT_EQ(second.begin_batch().generation(), 2U);
}

// Readers check that the table they hold is whole: its answer carries its own generation.
TEST(AnswerTables, AreReadByThreadsWhileNewOnesArePublished) {
  constexpr std::uint64_t last = 500;
  constexpr int readers = 3;
  dns::AnswerTables tables(table(1));
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  std::atomic<int> up_to_date{0};
  const Octets apex = wire_name("ha.test.");
  std::vector<std::thread> threads;
  for (int i = 0; i < readers; ++i) {
    threads.emplace_back([&, &slot = tables.add_slot()] {
      std::uint64_t before = 0;
      while (!stop) {
        const dns::AnswerTable& current = slot.begin_batch();
        const auto soa = current.find(apex, 6);
        if (soa.answer_count != 1 || current.serial() != current.generation()) ++wrong;
        if (current.generation() < before) ++wrong;
        if (before < last && current.generation() == last) ++up_to_date;
        before = current.generation();
      }
    });
  }
  std::size_t most = 0;
  for (std::uint64_t generation = 2; generation <= last; ++generation) {
    tables.publish(table(generation));
    most = std::max(most, tables.kept());
  }
  while (up_to_date < readers) std::this_thread::yield();
  stop = true;
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_LT(most, last) << "nothing was freed on the way";
}

}  // namespace
}  // namespace signpost::test
