#include "sidecar/history/history_writer.hpp"

#include <sys/stat.h>

#include <boost/asio/io_context.hpp>
#include <functional>

#include "sidecar/history/history_reader.hpp"
#include "tests/unit/sidecar/history/example.hpp"

namespace signpost::history {
namespace {

namespace fs = std::filesystem;

Entry event(const char* word) {
  Entry entry;
  entry.event = word;
  return entry;
}

struct Writer : test::InDirectory {
  boost::asio::io_context context{1};

  // Real thread, real disk: the bound only catches hangs.
  void wait_for(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition() && std::chrono::steady_clock::now() < end) {
      context.restart();
      context.run_for(std::chrono::milliseconds(10));
    }
    ASSERT_TRUE(condition());
  }
  std::vector<Entry> written() const {
    auto history = read_history(path, Rotated::include);
    return history ? history->entries : std::vector<Entry>();
  }
};

TEST_F(Writer, WritesWhatItWasGivenBeforeItGoes) {
  {
    HistoryWriter writer(context.get_executor(), {path});
    for (int i = 0; i < 50; ++i) writer.add(test::full_entry());
  }
  const std::vector<Entry> entries = written();
  ASSERT_EQ(entries.size(), 50U);
  for (std::size_t i = 0; i < entries.size(); ++i) ASSERT_EQ(entries[i].seq, i + 1);
  EXPECT_EQ(entries.back().step->after, test::full_entry().step->after);
}

TEST_F(Writer, GoesOnCountingAfterARestart) {
  for (std::uint64_t run = 1; run <= 100; ++run) {
    HistoryWriter writer(context.get_executor(), {path});
    writer.add(event("start"));
    EXPECT_NE(writer.recent().json("", 1).find("\"seq\":" + std::to_string(run)),
              std::string::npos);
  }
  EXPECT_EQ(written().back().seq, 100U);
}

TEST_F(Writer, RemembersTheRecentEntriesOverARestart) {
  { HistoryWriter(context.get_executor(), {path}).add(event("hold")); }
  HistoryWriter writer(context.get_executor(), {path});
  EXPECT_NE(writer.recent().json("", 10).find("\"event\":\"hold\""), std::string::npos);
}

TEST_F(Writer, CountsThroughRotations) {
  {
    HistoryWriter writer(context.get_executor(), {path, 64 << 10, 20});
    for (int i = 0; i < 300; ++i) writer.add(test::full_entry());
    wait_for([&] { return written().size() == 300; });
  }
  const std::vector<Entry> entries = written();
  ASSERT_EQ(entries.size(), 300U);
  EXPECT_EQ(entries.back().seq, 300U);
  EXPECT_TRUE(fs::exists(rotated_path(path, 5)));
  HistoryWriter writer(context.get_executor(), {path, 64 << 10, 20});
  writer.add(event("start"));
  EXPECT_NE(writer.recent().json("", 1).find("\"seq\":301"), std::string::npos);
}

TEST_F(Writer, KeepsEntriesUntilTheDiskIsMended) {
  path = directory / "later" / "history.jsonl";
  HistoryWriter writer(context.get_executor(), {path});
  writer.add(event("start"));
  wait_for([&] { return !writer.error().empty(); });
  EXPECT_NE(writer.error().find(path.string()), std::string::npos);
  writer.add(event("stop"));
  fs::create_directory(directory / "later");
  wait_for([&] { return writer.error().empty(); });
  wait_for([&] { return written().size() == 2; });
  EXPECT_EQ(written()[0].event, "start");
  EXPECT_EQ(written()[1].event, "stop");
}

TEST_F(Writer, LeavesOutWhatIsTooMuchAndSaysHowMuch) {
  path = directory / "later" / "history.jsonl";
  HistoryWriter writer(context.get_executor(), {path}, 10);
  for (int i = 0; i < 25; ++i) writer.add(event("evidence"));
  wait_for([&] { return !writer.error().empty(); });
  fs::create_directory(directory / "later");
  wait_for([&] { return written().size() == 11; });
  writer.add(event("stop"));
  wait_for([&] { return written().size() == 12; });
  const std::vector<Entry> entries = written();
  EXPECT_EQ(entries[9].seq, 10U);
  EXPECT_EQ(entries[10].event, "left_out");
  EXPECT_EQ(entries[10].seq, 25U);
  EXPECT_TRUE(entries[10].detail.starts_with("15 entries up to this one were lost"))
      << entries[10].detail;
  EXPECT_EQ(entries[11].seq, 26U);
}

TEST_F(Writer, DoesNotWaitForADiskThatFailsWhenItGoes) {
  path = directory / "never" / "history.jsonl";
  const auto begun = std::chrono::steady_clock::now();
  { HistoryWriter(context.get_executor(), {path}).add(event("stop")); }
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(5));
}

}  // namespace
}  // namespace signpost::history
