// Script: a situation as a person tells it, read from a text file (README.md here is the grammar).
// Reading is strict: a line that is not understood is an error and never skipped.
#pragma once

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "sidecar/decision/arbiter.hpp"
#include "tests/scenario/state_word.hpp"

namespace signpost::scenario {

/// Script time: since signpost started. Brokers' clocks show the same unless a line says otherwise.
using Time = std::chrono::milliseconds;

struct ScriptError : std::runtime_error {
  ScriptError(std::size_t at_line, const std::string& what)
      : std::runtime_error(what), line(at_line) {}
  std::size_t line;
};

/// "n1 is ACTIVE": from now on, each 500 ms. "n1 says ACTIVE": once.
struct Answer {
  std::vector<std::string> nodes;
  const StateWord* state = nullptr;
  bool from_now_on = false;
  std::optional<Time> opened;
  std::optional<Time> asked_at;
};
/// "n3 calls n2 MASTER", "n3 answers no roles"
struct Views {
  std::vector<std::string> nodes;
  std::optional<std::vector<std::string>> masters;  // nullopt = its roles cannot be asked
};
struct Amqp {
  std::string node;
  decision::AmqpSeen::Outcome outcome{};
  std::optional<Time> asked_at;
};
/// "operator pins n3 for 1h"
struct Order {
  decision::Hold::Kind kind{};
  std::string node;
  Time lasts{};
};
struct Release {};
/// "operator sets on_none withdraw after 5s"
struct SetPolicy {
  decision::Policy policy;  // all of it, with the change in it
};
struct Restart {
  Time down_for{};
  bool remembers = true;
  std::optional<std::vector<std::string>> nodes;  // the configuration names others now
};

struct Expectation {
  std::optional<std::optional<std::string>> active;
  decision::Action action = decision::Action::keep;
  std::optional<decision::Reason> reason;
  bool alarm = false;
  std::optional<std::string> candidate;
  std::optional<decision::Publication> would_be;
  std::optional<decision::Reason> table_reason;
  std::optional<std::vector<decision::Decision::Change>> changes;  // since this was last asked
  std::optional<decision::Reason> by;  // the reason under which the generation grew last
  std::optional<std::uint64_t> generation;
  std::optional<std::optional<Time>> opened;
  std::optional<std::string> previous;
  std::optional<Time> evidence_of;
  std::vector<std::string> because;
  std::vector<std::string> next;
  std::vector<std::pair<std::string, std::string>> roles;  // node, word
};
/// `throughout`: at every step since the line before.
struct Expect {
  Expectation what;
  bool throughout = false;
};

using What = std::variant<Answer, Views, Amqp, Order, Release, SetPolicy, Restart, Expect>;

struct Line {
  std::size_t number = 0;
  Time at{};
  What what;
};

struct Script {
  std::vector<std::string> nodes;
  std::vector<std::string> strangers;  // names that answer although no node is called so
  bool is_plain = false;               // no HA group: virtualhosts of another type
  decision::Policy policy;
  std::optional<decision::Saved> saved;
  std::vector<Line> lines;
};

/// The generation of a group without a saved one starts above this.
inline constexpr std::uint64_t generation_floor = 1000;

probe::TimePoint to_steady(Time t);
probe::WallTime to_wall(Time t);

/// Throws ScriptError.
Script read_script(const std::string& text);

}  // namespace signpost::scenario
