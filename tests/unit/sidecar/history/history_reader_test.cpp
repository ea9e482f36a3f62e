#include "sidecar/history/history_reader.hpp"

#include <sys/stat.h>

#include "sidecar/history/entry_json.hpp"
#include "tests/unit/sidecar/history/example.hpp"

namespace signpost::history {
namespace {

using HistoryReader = test::InDirectory;

std::string line(std::uint64_t seq, const char* event = "evidence") {
  Entry entry;
  entry.event = event;
  entry.seq = seq;
  return to_line(entry);
}

std::vector<std::uint64_t> seqs(const std::vector<Entry>& entries) {
  std::vector<std::uint64_t> all;
  for (const Entry& entry : entries) all.push_back(entry.seq);
  return all;
}

using Seqs = std::vector<std::uint64_t>;

TEST_F(HistoryReader, ReadsTheRotatedFilesFirst) {
  write(path, line(5));
  write(rotated_path(path, 1), line(3) + line(4));
  write(rotated_path(path, 2), line(1) + line(2));
  write(rotated_path(path, 4), line(99));  // not one of a row
  EXPECT_EQ(seqs(read_history(path, Rotated::include)->entries), (Seqs{1, 2, 3, 4, 5}));
  EXPECT_EQ(seqs(read_history(path, Rotated::leave_out)->entries), (Seqs{5}));
}

TEST_F(HistoryReader, SkipsDamagedLinesAndNamesThem) {
  write(path, line(1) + "{\"v\":1,\n" + line(2) + "\n" + line(3));
  const auto history = read_history(path, Rotated::include);
  ASSERT_TRUE(history);
  EXPECT_EQ(seqs(history->entries), (Seqs{1, 2, 3}));
  ASSERT_EQ(history->damaged.size(), 1U);
  EXPECT_EQ(history->damaged[0].file, path);
  EXPECT_EQ(history->damaged[0].line, 2U);
  EXPECT_NE(history->damaged[0].what.find("is no JSON"), std::string::npos);
  EXPECT_FALSE(history->damaged[0].is_cut_off);
}

TEST_F(HistoryReader, TellsALineThatACrashCutOff) {
  write(path, line(1) + line(2).substr(0, 20));
  auto history = read_history(path, Rotated::include);
  ASSERT_EQ(history->damaged.size(), 1U);
  EXPECT_TRUE(history->damaged[0].is_cut_off);
  write(path, line(1) + line(2).substr(0, 20) + "\n" + line(3, "start"));
  history = read_history(path, Rotated::include);
  ASSERT_EQ(history->damaged.size(), 1U);
  EXPECT_TRUE(history->damaged[0].is_cut_off);
  EXPECT_EQ(seqs(history->entries), (Seqs{1, 3}));
}

TEST_F(HistoryReader, TakesALastLineThatMissesItsNewlineOnly) {
  std::string text = line(1) + line(2);
  text.pop_back();
  write(path, text);
  const auto history = read_history(path, Rotated::include);
  EXPECT_EQ(seqs(history->entries), (Seqs{1, 2}));
  EXPECT_TRUE(history->damaged.empty());
}

TEST_F(HistoryReader, BoundsALineWithoutEnd) {
  write(path, line(1) + std::string(10 * line_octets_max, 'x') + "\n" + line(2));
  const auto history = read_history(path, Rotated::include);
  EXPECT_EQ(seqs(history->entries), (Seqs{1, 2}));
  ASSERT_EQ(history->damaged.size(), 1U);
  EXPECT_NE(history->damaged[0].what.find("longer than"), std::string::npos);
}

TEST_F(HistoryReader, CountsDamagedLinesBeyondTheFirstHundred) {
  std::string text;
  for (int i = 0; i < 250; ++i) text += "x\n";
  write(path, text);
  const auto history = read_history(path, Rotated::include);
  EXPECT_EQ(history->damaged.size(), damaged_max);
  EXPECT_EQ(history->damaged_more, 150U);
}

TEST_F(HistoryReader, KeepsTheNewestEntriesOfAGiant) {
  std::string text;
  for (std::uint64_t i = 1; i <= 57; ++i) text += line(i);
  write(path, text);
  const auto history = read_history(path, Rotated::include, 10);
  EXPECT_EQ(seqs(history->entries), (Seqs{48, 49, 50, 51, 52, 53, 54, 55, 56, 57}));
  EXPECT_EQ(history->older_left_out, 47U);
}

TEST_F(HistoryReader, SaysWhyItCannotRead) {
  auto history = read_history(path, Rotated::include);
  ASSERT_FALSE(history);
  EXPECT_EQ(history.error(), "cannot read " + path.string() + ": No such file or directory");
  history = read_history(directory, Rotated::include);
  ASSERT_FALSE(history);
  EXPECT_NE(history.error().find("no regular file"), std::string::npos);
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  history = read_history(path, Rotated::include);
  ASSERT_FALSE(history);
  EXPECT_NE(history.error().find("no regular file"), std::string::npos);
}

TEST_F(HistoryReader, ReadsATailOfTheNewestFileThatHasEntries) {
  EXPECT_TRUE(read_tail(path, 1'000).empty());
  write(rotated_path(path, 1), line(1) + line(2));
  write(path, "");
  EXPECT_EQ(seqs(read_tail(path, 1'000)), (Seqs{1, 2}));
  write(path, line(3) + line(4) + line(5));
  EXPECT_EQ(seqs(read_tail(path, line(5).size() + 10)), (Seqs{5}));
}

TEST(LastDecisionBefore, TakesTheNewestOfTheGroupThatIsNotLater) {
  const auto entry = [](std::uint64_t seq, const char* group, std::int64_t ms, bool has_step) {
    Entry e;
    e.seq = seq;
    e.group = group;
    e.time = test::wall(ms);
    if (has_step) e.step = decision::Step();
    return e;
  };
  const std::vector<Entry> entries{entry(1, "a", 10, true), entry(2, "b", 20, true),
                                   entry(3, "a", 30, false), entry(4, "a", 40, true)};
  EXPECT_EQ(last_decision_before(entries, "a", test::wall(39))->seq, 1U);
  EXPECT_EQ(last_decision_before(entries, "a", test::wall(40))->seq, 4U);
  EXPECT_EQ(last_decision_before(entries, "b", test::wall(99))->seq, 2U);
  EXPECT_FALSE(last_decision_before(entries, "a", test::wall(9)));
  EXPECT_FALSE(last_decision_before(entries, "c", test::wall(99)));
}

}  // namespace
}  // namespace signpost::history
