#include "sidecar/history/history_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "sidecar/history/entry_json.hpp"
#include "sidecar/history/history_reader.hpp"
#include "tests/unit/sidecar/history/example.hpp"

namespace signpost::history {
namespace {

namespace fs = std::filesystem;
using HistoryFileTest = test::InDirectory;

TEST_F(HistoryFileTest, AppendsToWhatIsThere) {
  write(path, "one\n");
  HistoryFile file({path});
  EXPECT_EQ(file.append("two\n"), "");
  EXPECT_EQ(file.append("three\n"), "");
  EXPECT_EQ(file.flush(), "");
  EXPECT_EQ(read(path), "one\ntwo\nthree\n");
  EXPECT_EQ(file.take_cut_off(), 0U);
}

TEST_F(HistoryFileTest, MakesItForItsOwnerAndTheGroup) {
  const mode_t before = ::umask(0);
  HistoryFile file({path});
  EXPECT_EQ(file.append("one\n"), "");
  ::umask(before);
  EXPECT_EQ(fs::status(path).permissions(), fs::perms(0640));
}

TEST_F(HistoryFileTest, RotatesBeforeALineThatWouldBeTooMuch) {
  HistoryFile file({path, 10, 2});
  for (const char* line : {"1234\n", "5678\n", "abcd\n", "efgh\n", "ABCD\n", "EFGH\n", "last\n"})
    EXPECT_EQ(file.append(line), "");
  EXPECT_EQ(read(path), "last\n");
  EXPECT_EQ(read(rotated_path(path, 1)), "ABCD\nEFGH\n");
  EXPECT_EQ(read(rotated_path(path, 2)), "abcd\nefgh\n");
  EXPECT_FALSE(fs::exists(rotated_path(path, 3)));
}

TEST_F(HistoryFileTest, KeepsNoOlderFileWhenToldSo) {
  write(rotated_path(path, 1), "of an earlier configuration\n");
  HistoryFile file({path, 10, 0});
  for (const char* line : {"1234\n", "5678\n", "abcd\n"}) EXPECT_EQ(file.append(line), "");
  EXPECT_EQ(read(path), "abcd\n");
  EXPECT_FALSE(fs::exists(rotated_path(path, 1)));
}

TEST_F(HistoryFileTest, WritesALineThatIsLargerThanTheFileMayBe) {
  HistoryFile file({path, 10, 1});
  EXPECT_EQ(file.append("much longer than ten\n"), "");
  EXPECT_EQ(file.append("short\n"), "");
  EXPECT_EQ(read(rotated_path(path, 1)), "much longer than ten\n");
  EXPECT_EQ(read(path), "short\n");
}

// A crash can stop the write of the last line anywhere.
TEST_F(HistoryFileTest, GoesOnBehindALineThatIsCutOffAtAnyOctet) {
  Entry entry;  // a short one: the beginnings of a long one are read in entry_json_test
  entry.event = "evidence";
  entry.seq = 1;
  const std::string first = to_line(entry);
  entry.seq = 2;
  const std::string torn = to_line(entry);
  entry.seq = 3;
  entry.event = "start";
  const std::string next = to_line(entry);
  for (std::size_t n = 0; n <= torn.size(); ++n) {
    write(path, first + torn.substr(0, n));
    HistoryFile file({path});
    ASSERT_EQ(file.append(next), "");
    const bool is_torn = n > 0 && n < torn.size();
    ASSERT_EQ(file.take_cut_off(), is_torn ? 1U : 0U) << n;
    const auto history = read_history(path, Rotated::include);
    const bool is_whole = n + 1 >= torn.size();  // its newline alone may be missing
    ASSERT_EQ(history->entries.size(), is_whole ? 3U : 2U) << n;
    ASSERT_EQ(history->entries.back().seq, 3U);
    ASSERT_EQ(history->damaged.size(), is_torn && !is_whole ? 1U : 0U) << n;
    if (is_torn && !is_whole) {
      ASSERT_TRUE(history->damaged[0].is_cut_off) << n;
    }
  }
}

TEST_F(HistoryFileTest, BeginsAnewWhenItWasMovedAway) {
  HistoryFile file({path});
  EXPECT_EQ(file.append("one\n"), "");
  fs::rename(path, directory / "elsewhere");
  EXPECT_EQ(file.append("two\n"), "");
  EXPECT_EQ(read(path), "two\n");
}

TEST_F(HistoryFileTest, FollowsNoLinkAndWaitsForNoFifo) {
  fs::create_symlink(directory / "target", path);
  EXPECT_NE(HistoryFile({path}).append("one\n"), "");
  EXPECT_FALSE(fs::exists(directory / "target"));
  fs::remove(path);
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_NE(HistoryFile({path}).append("one\n").find("no regular file"), std::string::npos);
}

TEST_F(HistoryFileTest, LeavesTheFileToTheSignpostThatHasIt) {
  HistoryFile first({path});
  EXPECT_EQ(first.append("one\n"), "");
  {
    HistoryFile second({path});
    EXPECT_NE(second.append("two\n").find("another signpost"), std::string::npos);
  }
  EXPECT_EQ(first.append("three\n"), "");
  EXPECT_EQ(read(path), "one\nthree\n");
}

TEST_F(HistoryFileTest, SaysWhatFailedAndRecovers) {
  const fs::path later = directory / "later" / "history.jsonl";
  HistoryFile file({later});
  EXPECT_EQ(file.append("one\n"),
            "cannot open the history " + later.string() + ": No such file or directory");
  fs::create_directory(directory / "later");
  EXPECT_EQ(file.append("one\n"), "");
  EXPECT_EQ(read(later), "one\n");
}

TEST_F(HistoryFileTest, SaysThatTheDiskIsFull) {
  struct stat status {};
  if (::stat("/dev/full", &status) != 0) GTEST_SKIP() << "there is no /dev/full";
  EXPECT_NE(HistoryFile({"/dev/full"}).append("one\n"), "");
}

}  // namespace
}  // namespace signpost::history
