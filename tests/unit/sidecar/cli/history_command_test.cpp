// `signpost history` and `signpost replay`, from a file to text and exit code.
#include "sidecar/cli/history_command.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "sidecar/cli/replay_command.hpp"
#include "sidecar/history/entry_json.hpp"
#include "tests/unit/sidecar/config/test_environment.hpp"
#include "tests/unit/sidecar/history/example.hpp"

namespace signpost::cli {
namespace {

constexpr const char* config_text = R"(version = 1
[[group]]
name = "weather"
node = [
  { name = "n1", address = "10.0.0.11" },
  { name = "n2", address = "10.0.0.12" },
  { name = "n3", address = "10.0.0.13" },
]
record = { name = "orders.mq.example.com." }
publish = { mode = "observe" }
)";

struct Commands : history::test::InDirectory {
  std::ostringstream out, err;

  void write_entries(const std::vector<history::Entry>& entries, const std::string& more = "") {
    std::string text;
    for (const history::Entry& entry : entries) text += to_line(entry);
    write(path, text + more);
  }
  ExitCode history(HistoryCommand command, runtime::WallTime now = {}) {
    return history_command(command, config::test_environment(), now, out, err);
  }
  ExitCode replay(ReplayCommand command) {
    return replay_command(command, config::test_environment(), out, err);
  }
  ReplayCommand replay_of_file() const { return {path, false, std::nullopt, StatusOutput::table}; }
  HistoryCommand history_of_file() const {
    return {"", path, std::nullopt, std::nullopt, StatusOutput::table};
  }
};

std::vector<history::Entry> a_day() {
  history::test::Group group = history::test::with_a_stale_claim();
  group.event("hold");
  group.entries.back().group = "weather";
  group.entries.back().actor = "alice";
  group.entries.back().detail = "freeze: work on n1";
  group.event("stop");
  return group.entries;
}

TEST_F(Commands, HistoryShowsMovesAndWhatPeopleDid) {
  write_entries(a_day());
  EXPECT_EQ(history(history_of_file()), exit_ok);
  EXPECT_EQ(err.str(), "");
  const std::string text = out.str();
  EXPECT_NE(text.find("weather  moved  none  n1  active_moved"), std::string::npos) << text;
  EXPECT_NE(text.find("weather  moved  n1    n2  stale_claim"), std::string::npos) << text;
  EXPECT_NE(text.find("alice  freeze: work on n1"), std::string::npos) << text;
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 5) << text;
}

TEST_F(Commands, HistoryLeavesOutOtherGroupsAndOlderEntries) {
  write_entries(a_day());
  HistoryCommand command = history_of_file();
  command.group = "orders";
  EXPECT_EQ(history(command), exit_ok);
  EXPECT_EQ(out.str().find("weather"), std::string::npos);
  EXPECT_NE(out.str().find("stop"), std::string::npos) << "it concerns every group";
  out.str("");
  command.group.reset();
  command.since = std::chrono::seconds(10);
  EXPECT_EQ(history(command, history::test::wall(36'000)), exit_ok);
  EXPECT_EQ(out.str().find("none"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("stale_claim"), std::string::npos);
}

TEST_F(Commands, HistoryFindsTheFileInTheConfiguration) {
  write_entries(a_day());
  const std::string state = "[state]\ndirectory = \"" + directory.string() + "\"\n";
  write(directory / "c.toml", config_text + state);
  HistoryCommand command{directory / "c.toml", std::nullopt, std::nullopt, std::nullopt,
                         StatusOutput::json};
  EXPECT_EQ(history(command), exit_ok) << err.str();
  EXPECT_NE(out.str().find(R"("from":"n1","to":"n2","reason":"stale_claim")"), std::string::npos);
  write(directory / "c.toml", config_text + state + "[history]\nfile = \"\"\n");
  EXPECT_EQ(history(command), exit_no_input);
  EXPECT_NE(err.str().find("turned off"), std::string::npos);
  command.config_path = directory / "none.toml";
  EXPECT_EQ(history(command), exit_no_input);
}

TEST_F(Commands, HistoryOfNothingIsNoError) {
  write(path, "");
  EXPECT_EQ(history(history_of_file()), exit_ok);
  EXPECT_EQ(out.str(), "nothing happened\n");
  std::filesystem::remove(path);
  EXPECT_EQ(history(history_of_file()), exit_no_input);
}

TEST_F(Commands, ReplayFindsAllIdentical) {
  const auto entries = a_day();
  write_entries(entries);
  EXPECT_EQ(replay(replay_of_file()), exit_ok) << out.str();
  EXPECT_EQ(err.str(), "");
  EXPECT_TRUE(out.str().ends_with(std::to_string(entries.size() - 2) +
                                  " decisions of 1 group replayed: all identical\n"));
}

TEST_F(Commands, ReplayShowsWhatDiffersAndEndsWithOne) {
  auto entries = a_day();
  entries[0].step->after.decision.generation += 1;
  write_entries(entries);
  EXPECT_EQ(replay(replay_of_file()), exit_no);
  EXPECT_NE(out.str().find("DIFFERS"), std::string::npos);
  EXPECT_NE(out.str().find("decision.generation: recorded 1, now 0"), std::string::npos)
      << out.str();
  EXPECT_TRUE(out.str().ends_with("replayed: 1 DIFFER\n"));
}

TEST_F(Commands, ReplayTellsACrashFromAForgery) {
  const auto entries = a_day();
  write_entries(entries, to_line(entries[0]).substr(0, 500));
  EXPECT_EQ(replay(replay_of_file()), exit_ok);
  EXPECT_NE(err.str().find(": is cut off"), std::string::npos) << err.str();
  write_entries(entries, "{\"v\":\"\x1b[31m\"}\n" + to_line(entries[0]));
  err.str("");
  EXPECT_EQ(replay(replay_of_file()), exit_no);
  EXPECT_NE(err.str().find(":" + std::to_string(entries.size() + 1) + ": is no JSON"),
            std::string::npos)
      << err.str();
  EXPECT_EQ(err.str().find('\x1b'), std::string::npos);
}

TEST_F(Commands, ReplayTriesAnotherConfiguration) {
  write_entries(a_day());
  write(directory / "c.toml", std::string(config_text) + "[group.decide]\nstale_hold = \"5s\"\n");
  ReplayCommand command = replay_of_file();
  command.config_path = directory / "c.toml";
  EXPECT_EQ(replay(command), exit_ok) << err.str();
  EXPECT_NE(out.str().find("different 1 time\n"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("weather  n1        stale_claim  n2                  stale_claim"),
            std::string::npos)
      << out.str();
  out.str("");
  command.output = StatusOutput::json;
  EXPECT_EQ(replay(command), exit_ok);
  EXPECT_NE(out.str().find(R"("recorded":{"active":"n1","action":"keep","reason":"stale_claim"})"),
            std::string::npos);
  write(directory / "c.toml", config_text);
  out.str("");
  command.output = StatusOutput::table;
  EXPECT_EQ(replay(command), exit_ok);
  EXPECT_NE(out.str().find("nothing would have been different"), std::string::npos);
  write(directory / "c.toml", "version = 1\n");
  EXPECT_EQ(replay(command), exit_bad_config);
}

}  // namespace
}  // namespace signpost::cli
