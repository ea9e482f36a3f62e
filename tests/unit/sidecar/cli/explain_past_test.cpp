#include "sidecar/cli/explain_past.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <sstream>

#include "sidecar/cli/explain_command.hpp"
#include "sidecar/config/environment.hpp"
#include "sidecar/decision/explain_text.hpp"
#include "sidecar/history/entry_json.hpp"
#include "tests/unit/sidecar/cli/temporary_directory.hpp"

namespace signpost::cli {
namespace {

using namespace std::chrono_literals;
using history::Entry;

const runtime::WallTime t0{1'795'317'000'000ms};  // 2026-11-22T03:10:00Z

decision::GroupView view_of(const char* active) {
  decision::GroupView view;
  for (const char* name : {"n1", "n2", "n3"}) {
    decision::NodeView node;
    node.name = name;
    bool is_active = active != nullptr && std::string(active) == name;
    node.says = is_active ? decision::Says::active : decision::Says::not_active;
    if (is_active) node.opened = t0;
    view.nodes.push_back(node);
  }
  return view;
}

/// What a daemon writes down of one group: n1, nobody, n2, each a minute after the other.
std::vector<Entry> entries(const std::string& group) {
  std::vector<Entry> all;
  decision::Memory memory;
  decision::Policy policy;
  policy.nodes = {"n1", "n2", "n3"};
  policy.on_none = {decision::Action::withdraw, 5min};
  const char* active[] = {"n1", nullptr, "n2"};
  for (int i = 0; i < 3; ++i) {
    decision::Step step;
    step.now = decision::TimePoint{1000s + i * 1min};
    step.before = memory;
    step.view = view_of(active[i]);
    for (decision::NodeView& node : step.view.nodes) {
      node.answer_started = step.now - 100ms;
      if (node.opened) node.opened = t0 + i * 1min;
    }
    step.after = memory = settle(memory, step.view, std::nullopt, policy, step.now);
    Entry entry;
    entry.time = t0 + i * 1min;
    entry.mono = step.now;
    entry.event = "decision";
    entry.group = group;
    entry.step = step;
    entry.policy = policy;
    entry.seq = static_cast<std::uint64_t>(i + 1);
    all.push_back(entry);
  }
  return all;
}

TEST(ExplainPast, SaysWhatTheDaemonWouldHaveSaidThen) {
  const auto past = explain_past(entries("orders"), "orders", t0 + 90s);
  ASSERT_TRUE(past);
  EXPECT_TRUE(past->text.starts_with(
      "as decided at 2026-11-22T03:11:00.000Z, 30 s before 2026-11-22T03:11:30.000Z\n"
      "orders -> n1 (generation 1)\n"
      "reason    electing for 0 s\n"
      "because   no virtualhost is active (3 of 3 nodes answer): the record stays on n1\n"))
      << past->text;
  EXPECT_NE(past->text.find("- nobody to claim for 5 min more: then NODATA (on_none)\n"),
            std::string::npos)
      << past->text;
}

TEST(ExplainPast, GivesTheSameAsJson) {
  const auto past = explain_past(entries("orders"), std::nullopt, t0 + 1h);
  ASSERT_TRUE(past);
  const auto document = boost::json::parse(past->json);
  const auto& group = document.at("groups").at(0);
  EXPECT_EQ(group.at("name").as_string(), "orders");
  EXPECT_EQ(group.at("decided_at").as_string(), "2026-11-22T03:12:00.000Z");
  EXPECT_TRUE(group.at("stopped_at").is_null());
  EXPECT_EQ(group.at("explain").at("row").at("word").as_string(), "sole_claim_new");
}

TEST(ExplainPast, SaysThatTheDaemonWasStoppedInBetween) {
  auto all = entries("orders");
  Entry stop;
  stop.time = t0 + 150s;
  stop.event = "stop";
  stop.seq = 4;
  all.push_back(stop);
  const auto past = explain_past(all, "orders", t0 + 1h);
  ASSERT_TRUE(past);
  EXPECT_NE(past->text.find("signpost was stopped or restarted at 2026-11-22T03:12:30.000Z\n"),
            std::string::npos)
      << past->text;
  EXPECT_EQ(explain_past(all, "orders", t0 + 140s)->text.find("stopped"), std::string::npos);
}

TEST(ExplainPast, SaysWhatIsMissing) {
  const auto unknown = explain_past(entries("orders"), "odrers", t0);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().exit_code, exit_usage);
  EXPECT_EQ(unknown.error().reason, "the history knows no group \"odrers\"; it knows: orders");
  const auto early = explain_past(entries("orders"), "orders", t0 - 1s);
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().exit_code, exit_no_input);
  EXPECT_FALSE(explain_past({}, std::nullopt, t0));
}

class ExplainCommandTest : public InTemporaryDirectory {
 protected:
  struct Outcome {
    ExitCode code;
    std::string out, err;
  };
  static Outcome run(const ExplainCommand& command) {
    std::ostringstream out, err;
    config::Environment environment;
    const ExitCode code = explain_command(command, environment, t0 + 10min, out, err);
    return {code, out.str(), err.str()};
  }
  std::string history(const std::string& more = "") {
    std::string lines = more;
    for (const Entry& entry : entries("orders")) lines += history::to_line(entry);
    return write("history.jsonl", lines);
  }
};

TEST_F(ExplainCommandTest, ReadsTheFileThatIsNamed) {
  ExplainCommand command;
  command.file = history();
  command.at = "-8m30s";
  Outcome outcome = run(command);
  EXPECT_EQ(outcome.code, exit_usage);
  EXPECT_NE(outcome.err.find("--at: \"-8m30s\" is no time"), std::string::npos) << outcome.err;
  command.at = "03:11:30";
  outcome = run(command);
  EXPECT_EQ(outcome.code, exit_ok) << outcome.err;
  EXPECT_NE(outcome.out.find("\norders -> n1 "), std::string::npos) << outcome.out;
  command.at.reset();
  outcome = run(command);
  EXPECT_NE(outcome.out.find("\norders -> n2 "), std::string::npos) << outcome.out;
}

// A real failover: what was recorded is enough to explain each moment of it.
TEST_F(ExplainCommandTest, ExplainsAFailoverThatARealDaemonWroteDown) {
  struct Case {
    const char* at;
    const char* headline;
    const char* because;
  };
  const Case cases[] = {
      {"2026-11-25T04:30:13.765Z", "weather -> SERVFAIL (no active node is known yet)",
       "not every broker has been asked once since the start"},
      {"2026-11-25T04:30:14Z", "weather -> n1 (generation 1795581013746)",
       "n1 is the only node whose virtualhost is active (3 of 3 nodes answer)"},
      {"2026-11-25T04:30:15Z", "weather -> n1 (generation 1795581013746)",
       "no virtualhost is active (2 of 3 nodes answer): the record stays on n1"},
      {"2026-11-25T04:30:15.260Z", "weather -> n3 (generation 1795581013747)",
       "n3 is the only node whose virtualhost is active (2 of 3 nodes answer)"},
  };
  for (const Case& c : cases) {
    ExplainCommand command;
    command.file = std::string(SIGNPOST_VECTORS) + "/history/failover.jsonl";
    command.at = c.at;
    const Outcome outcome = run(command);
    EXPECT_EQ(outcome.code, exit_ok) << outcome.err;
    EXPECT_NE(outcome.out.find(std::string("\n") + c.headline + "\n"), std::string::npos)
        << outcome.out;
    EXPECT_NE(outcome.out.find(std::string("because   ") + c.because), std::string::npos)
        << outcome.out;
  }
}

TEST_F(ExplainCommandTest, TakesTheFileFromTheConfiguration) {
  const std::string file = history("not a line\n");
  ExplainCommand command;
  command.config_path = write("signpost.toml", "[history]\nfile = \"" + file + "\"\n");
  command.at = "-0s";
  const Outcome outcome = run(command);
  EXPECT_EQ(outcome.code, exit_ok) << outcome.err;
  EXPECT_NE(outcome.err.find(file + ":1: "), std::string::npos) << outcome.err;
}

TEST_F(ExplainCommandTest, SaysWhyThereIsNoHistory) {
  ExplainCommand command;
  command.at = "-0s";
  command.config_path = directory_ / "missing.toml";
  EXPECT_EQ(run(command).code, exit_no_input);
  command.config_path = write("off.toml", "[history]\nfile = \"\"\n");
  Outcome outcome = run(command);
  EXPECT_EQ(outcome.code, exit_no_input);
  EXPECT_NE(outcome.err.find("turned off"), std::string::npos) << outcome.err;
  command.config_path = write("bad.toml", "[history]\nfile = 5\n");
  EXPECT_EQ(run(command).code, exit_bad_config);
  command.file = directory_ / "none.jsonl";
  EXPECT_EQ(run(command).code, exit_no_input);
}

}  // namespace
}  // namespace signpost::cli
