// Entries for tests: one with every field set, and the history of a small group made by the real
// arbiter.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "sidecar/decision/arbiter.hpp"
#include "sidecar/history/recorder.hpp"

namespace signpost::history::test {

using namespace std::chrono_literals;
using decision::Action;
using runtime::TimePoint;
using runtime::WallTime;

inline TimePoint mono(std::int64_t ns) { return TimePoint(std::chrono::nanoseconds(ns)); }
inline WallTime wall(std::int64_t ms) {
  return WallTime(std::chrono::milliseconds(1'700'000'000'000 + ms));
}

/// No member has the value that is left out, nor that of another member.
inline decision::Memory full_memory(std::int64_t n) {
  decision::Memory m;
  m.standing = {"n1",
                Action::servfail,
                {"n2", Action::withdraw},
                wall(n + 1),
                mono(n + 2),
                mono(n + 3),
                mono(n + 4),
                "n3",
                mono(n + 5)};
  m.decision = {"n4",
                Action::fallback,
                decision::Publication{"n5", Action::servfail},
                wall(n + 6),
                (std::uint64_t{1} << 60) + 7,
                decision::Reason::held,
                decision::Reason::conflict,
                true,
                "n6",
                mono(n + 8),
                mono(n + 9),
                mono(n + 10),
                decision::Decision::Change::withheld,
                "n7"};
  m.generation_floor = 11;
  m.doubted = true;
  m.deadline = mono(n + 12);
  return m;
}

inline Entry full_entry() {
  Entry e;
  e.time = wall(1);
  e.mono = mono(1'000'000'000'000'000'003);
  e.event = "decision";
  e.group = "weather \"report\"\n";
  e.actor = "uid 1000";
  e.detail = "d\u00e9tail";
  e.seq = 42;
  decision::Step step;
  step.now = mono(7);
  step.before = full_memory(100);
  step.after = full_memory(200);
  step.view = {{{"n1",
                 decision::Says::active,
                 wall(13),
                 mono(14),
                 mono(15),
                 decision::Confirmation::pending,
                 mono(16),
                 true,
                 mono(17),
                 {"n2", "n3"}},
                {"n2",
                 decision::Says::not_active,
                 {},
                 mono(18),
                 {},
                 decision::Confirmation::denied,
                 {},
                 false,
                 {},
                 {}},
                {}},
               false,
               true};
  step.hold = decision::Hold{
      decision::Hold::Kind::pin, "n8", "work on n1", "alice", mono(19), wall(20), wall(21)};
  e.step = step;
  decision::Policy p;
  p.nodes = {"n1", "n2", ""};
  p.max_view_age = 1ms;
  p.stale_hold = 2ms;
  p.damping = 3ms;
  p.on_none = {Action::withdraw, 4ms};
  p.on_conflict = {Action::servfail, 5ms};
  p.on_blind = {Action::fallback, 6ms};
  p.ask_amqp = true;
  p.require_amqp = true;
  p.confirm_within = 7ms;
  e.policy = p;
  return e;
}

/// One group, seen by the real arbiter; every step is an entry.
class Group {
 public:
  explicit Group(decision::Policy policy = with_three_nodes(), std::string name = "weather")
      : name_(std::move(name)), arbiter_(std::move(policy), std::nullopt, 0, now_) {}

  static decision::Policy with_three_nodes() {
    decision::Policy policy;
    policy.nodes = {"n1", "n2", "n3"};
    return policy;
  }

  void pass(decision::Duration time) {
    now_ += time;
    if (arbiter_.tick(now_)) note("decision");
  }
  /// `opened`: milliseconds since some moment; nullopt = not active.
  void answer(const std::string& node, std::optional<std::int64_t> opened) {
    decision::VirtualhostSeen seen;
    if (opened) {
      probe::VirtualhostRow row;
      row.group = "weather";
      row.node = node;
      row.node_state = probe::State::active;
      row.type = "BDB_HA";
      row.state = probe::State::active;
      row.last_opened = wall(*opened);
      seen.row = row;
    }
    arbiter_.observe({node, now_, now_, seen}, now_);
    note("decision");
  }
  void fail(const std::string& node) {
    arbiter_.observe({node, now_, now_, decision::Failed{}}, now_);
    note("decision");
  }
  void hold(std::optional<decision::Hold> hold) {
    arbiter_.set_hold(std::move(hold), now_);
    note("decision");
  }
  void event(const char* word) {
    Entry e;
    e.time = wall_now();
    e.mono = now_;
    e.event = word;
    e.seq = ++seq_;
    entries.push_back(e);
  }

  [[nodiscard]] TimePoint now() const { return now_; }
  [[nodiscard]] WallTime wall_now() const {
    return wall(0) + std::chrono::duration_cast<std::chrono::milliseconds>(now_ - TimePoint(1h));
  }
  [[nodiscard]] const decision::Decision& decision() const { return arbiter_.decision(); }

  std::vector<Entry> entries;

 private:
  void note(const char* word) {
    event(word);
    entries.back().group = name_;
    entries.back().step = arbiter_.last_step();
    entries.back().policy = arbiter_.policy();
  }

  TimePoint now_{1h};
  std::string name_;
  std::uint64_t seq_ = 0;
  decision::Arbiter arbiter_;
};

/// n1 is active; n2 claims with an older activation and is held off for stale_hold (30 s).
inline Group with_a_stale_claim() {
  Group group;
  group.answer("n1", 100'000);
  group.answer("n2", std::nullopt);
  group.answer("n3", std::nullopt);
  group.pass(500ms);
  group.answer("n1", 100'000);
  for (int i = 0; i < 70; ++i) {
    group.pass(500ms);
    group.answer("n1", std::nullopt);
    group.answer("n2", 50'000);
  }
  return group;
}

class InDirectory : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = std::filesystem::temp_directory_path() / "signpost-history-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    directory = name;
    path = directory / "history.jsonl";
  }
  void TearDown() override { std::filesystem::remove_all(directory); }

  static std::string read(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  }
  static void write(const std::filesystem::path& file, const std::string& text) {
    std::ofstream(file, std::ios::binary) << text;
  }

  std::filesystem::path directory, path;
};

}  // namespace signpost::history::test
