#include "tests/scenario/expectation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sidecar/decision/explain_text.hpp"
#include "sidecar/decision/role_word.hpp"

namespace signpost::scenario {
namespace {

using decision::Action;
using decision::Decision;
using decision::Reason;
using Change = Decision::Change;

constexpr std::array reasons{Reason::starting,    Reason::single_active, Reason::active_moved,
                             Reason::stale_claim, Reason::unconfirmed,   Reason::newest_of_several,
                             Reason::conflict,    Reason::electing,      Reason::blind,
                             Reason::damped,      Reason::held};
constexpr std::array actions{Action::keep, Action::withdraw, Action::servfail, Action::fallback};
constexpr std::array changes_known{Change::moved, Change::reactivated, Change::reconfirmed,
                                   Change::withheld, Change::restored};

template <class Values>
auto find_word(const Values& values, const std::string& word) {
  return std::find_if(values.begin(), values.end(),
                      [&](auto value) { return to_word(value) == word; });
}

std::optional<Reason> take_reason_if(Words& words) {
  const auto* found = find_word(reasons, words.peek());
  if (found == reasons.end()) return std::nullopt;
  words.take("a reason");
  return *found;
}

std::optional<Action> take_action_if(Words& words) {
  const auto* found = std::find_if(actions.begin(), actions.end(), [&](Action a) {
    return std::string(to_word(a)) == words.peek();
  });
  if (found == actions.end()) return std::nullopt;
  words.take("an action");
  return *found;
}

std::vector<Change> take_changes(Words& words) {
  std::vector<Change> changes;
  while (!words.empty() && words.peek() != ",") {
    std::string word = words.take("a change");
    const auto* found = std::find_if(changes_known.begin(), changes_known.end(),
                                     [&](Change c) { return std::string(to_word(c)) == word; });
    if (found == changes_known.end()) words.fail("\"" + word + "\" is no change of a decision");
    changes.push_back(*found);
  }
  if (changes.empty()) words.fail("which change? \"no change\" is said for none");
  return changes;
}

std::optional<std::optional<std::string>> take_node_if(Words& words,
                                                       const std::vector<std::string>& nodes) {
  if (words.take_if({"nobody"})) return std::optional<std::string>();
  if (std::find(nodes.begin(), nodes.end(), words.peek()) == nodes.end()) return std::nullopt;
  return std::optional(words.take("a node"));
}

std::string take_node(Words& words, const std::vector<std::string>& nodes) {
  auto node = take_node_if(words, nodes);
  if (!node || !*node) words.fail("\"" + words.peek() + "\" is no node of this script");
  return **node;
}

// What clients are told: a node, and what they get instead of its address.
bool read_publication(Words& words, const std::vector<std::string>& nodes, Expectation& e) {
  if (auto node = take_node_if(words, nodes)) return e.active = *node, true;
  if (auto action = take_action_if(words)) return e.action = *action, true;
  return false;
}

bool read_table(Words& words, const std::vector<std::string>& nodes, Expectation& e) {
  if (auto reason = take_reason_if(words)) return e.reason = reason, true;
  if (words.take_if({"alarm"})) return e.alarm = true;
  if (words.take_if({"candidate"})) return e.candidate = take_node(words, nodes), true;
  if (words.take_if({"would", "be"})) {
    auto node = take_node_if(words, nodes);
    if (!node) words.fail("would be what?");
    e.would_be = {*node, take_action_if(words).value_or(Action::keep)};
    return true;
  }
  if (words.take_if({"table"})) {
    e.table_reason = take_reason_if(words);
    if (!e.table_reason) words.fail("\"" + words.peek() + "\" is no reason");
    return true;
  }
  return false;
}

bool read_growth(Words& words, const std::vector<std::string>& nodes, Expectation& e) {
  if (words.take_if({"no", "change"})) return e.changes.emplace(), true;
  if (words.take_if({"change"})) return e.changes = take_changes(words), true;
  if (words.take_if({"by"})) {
    e.by = take_reason_if(words);
    if (!e.by) words.fail("\"" + words.peek() + "\" is no reason");
    return true;
  }
  if (words.take_if({"generation"})) return e.generation = words.take_number("a generation"), true;
  if (words.take_if({"from"})) return e.previous = take_node(words, nodes), true;
  if (words.take_if({"answer", "of"})) return e.evidence_of = words.take_time("answer of"), true;
  if (words.take_if({"opened", "unknown"})) return e.opened.emplace(), true;
  if (words.take_if({"opened"})) return e.opened = words.take_time("opened"), true;
  return false;
}

bool read_texts(Words& words, const std::vector<std::string>& nodes, Expectation& e) {
  if (words.take_if({"because"})) return e.because.push_back(words.take_quoted("a text")), true;
  if (words.take_if({"next"})) return e.next.push_back(words.take_quoted("a text")), true;
  if (words.take_if({"role"})) {
    std::string node = take_node(words, nodes);
    e.roles.emplace_back(node, words.take("a role"));
    return true;
  }
  return false;
}

class Differences {
 public:
  void check(bool same, const std::string& what, const std::string& expected,
             const std::string& got) {
    if (!same) list.push_back(fmt::format("{} should be {}, but is {}", what, expected, got));
  }
  void contains(const std::string& what, const std::string& whole, const std::string& part) {
    if (whole.find(part) == std::string::npos)
      list.push_back(fmt::format("{} should contain \"{}\", but is \"{}\"", what, part, whole));
  }
  std::vector<std::string> list;
};

std::string shown(const std::optional<std::string>& node) { return node.value_or("nobody"); }
std::string shown(Reason reason) { return std::string(to_word(reason)); }
std::string shown(const std::optional<decision::Publication>& p) {
  return p ? shown(p->node) + " " + to_word(p->action) : "not held";
}
std::string shown(const std::vector<Change>& changes) {
  std::string list;
  for (Change c : changes) list += std::string(list.empty() ? "" : " ") + to_word(c);
  return list.empty() ? "none" : list;
}
std::string shown(const std::optional<probe::WallTime>& t) {
  return t ? fmt::format("{}ms", (*t - to_wall(Time{})).count()) : "unknown";
}

void compare_growth(const Expectation& e, const Decision& d, const Growth& growth,
                    Differences& found) {
  if (e.changes)
    found.check(*e.changes == growth.changes, "the change", shown(*e.changes),
                shown(growth.changes));
  if (e.by)
    found.check(e.by == growth.newest, "the reason of the newest change", shown(*e.by),
                growth.newest ? shown(*growth.newest) : "none");
  if (e.generation)
    found.check(*e.generation == d.generation, "the generation", std::to_string(*e.generation),
                std::to_string(d.generation));
  if (e.previous)
    found.check(d.previous == e.previous, "the node before", *e.previous, shown(d.previous));
  if (e.evidence_of) {
    auto got = std::chrono::duration_cast<Time>(d.evidence_started - to_steady(Time{}));
    found.check(got == *e.evidence_of, "the answer behind it is one that",
                fmt::format("asked at {}ms", e.evidence_of->count()),
                fmt::format("asked at {}ms", got.count()));
  }
  if (e.opened) {
    auto opened = *e.opened ? std::optional(to_wall(**e.opened)) : std::nullopt;
    found.check(d.opened == opened, "opened", shown(opened), shown(d.opened));
  }
}

void compare_texts(const Expectation& e, const decision::Arbiter& arbiter, Differences& found) {
  decision::TimePoint now = arbiter.last_step().now;
  decision::Explanation why =
      explain(arbiter.last_step().after, arbiter.view(now), arbiter.policy(), arbiter.hold(), now);
  for (const std::string& part : e.because) found.contains("because", why.because, part);
  for (const std::string& part : e.next)
    found.contains("what is next", next_change_needs(why), part);
  for (const auto& [node, word] : e.roles) {
    for (const decision::NodeEvidence& evidence : arbiter.evidence()) {
      if (evidence.name() == node)
        found.check(role_word(evidence) == word, node + "'s role", word, role_word(evidence));
    }
  }
}

}  // namespace

Action take_action(Words& words) {
  auto action = take_action_if(words);
  if (!action) words.fail("\"" + words.peek() + "\" is none of keep, withdraw, servfail, fallback");
  return *action;
}

Expectation read_expectation(Words& words, const std::vector<std::string>& nodes) {
  Expectation e;
  do {
    if (!read_publication(words, nodes, e) && !read_table(words, nodes, e) &&
        !read_growth(words, nodes, e) && !read_texts(words, nodes, e))
      words.fail("\"" + words.peek() + "\" is nothing that can be expected");
  } while (words.take_if({","}) || (!words.empty() && e.active && !e.reason));
  return e;
}

std::vector<std::string> differences(const Expectation& e, const decision::Arbiter& arbiter,
                                     const Growth& growth) {
  Differences found;
  const Decision& d = arbiter.decision();
  if (e.active) {
    found.check(d.active == *e.active, "the active node", shown(*e.active), shown(d.active));
    found.check(d.action == e.action, "what clients are told", to_word(e.action),
                to_word(d.action));
  }
  if (e.reason) {
    found.check(d.reason == *e.reason, "the reason", shown(*e.reason), shown(d.reason));
    found.check(d.alarm == e.alarm, "the alarm", e.alarm ? "on" : "off", d.alarm ? "on" : "off");
  }
  if (e.candidate)
    found.check(d.candidate == *e.candidate, "the candidate", *e.candidate, d.candidate);
  if (e.would_be)
    found.check(d.would_be == e.would_be, "under the hold it", shown(e.would_be),
                shown(d.would_be));
  if (e.table_reason)
    found.check(d.table_reason == *e.table_reason, "the table's reason", shown(*e.table_reason),
                shown(d.table_reason));
  compare_growth(e, d, growth, found);
  compare_texts(e, arbiter, found);
  return found.list;
}

}  // namespace signpost::scenario
