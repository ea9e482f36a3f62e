// Every situation matches exactly one row of the truth table, and decide() does what that row says.
// The rows are written here a second time, from the table's words, on facts of their own: integers
// for times, a number for a node. Longer than most files, because the table is one thing.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <string>
#include <vector>

#include "sidecar/decision/active_node.hpp"

namespace signpost::decision {
namespace {

using namespace std::chrono_literals;

constexpr int nobody = -1;
constexpr int unknown = -1;  // a lastOpenedTime

struct NodeInput {
  Says says = Says::nothing;
  int opened = unknown;  // seconds
  Confirmation confirmation = Confirmation::confirmed;
  int names = nobody;  // the peer it calls MASTER, being a replica
};

enum class Wait { not_begun, running, over };

struct Input {
  std::vector<NodeInput> nodes;
  bool has_P = false;  // P is node 0
  int P_opened = unknown;
  bool views_are_from_before_P = false;
  bool all_asked = true;
  Wait wait = Wait::not_begun;
  int waits = nobody;
  bool damping_is_over = true;
  std::optional<Hold::Kind> hold;
};

// What the table speaks of.
struct Facts {
  const Input& in;
  std::vector<int> claims{};
  int sole = nobody;  // the one claim, or the one of several that counts alone

  explicit Facts(const Input& input) : in(input) {
    for (int i = 0; i < size(); ++i)
      if (node(i).says == Says::active) claims.push_back(i);
    for (int c : claims)
      if (claims.size() == 1 || is_later_than_all(c)) sole = c;
    for (int c : claims)
      if (sole == nobody && majority_names(c)) sole = c;
  }
  [[nodiscard]] int size() const { return static_cast<int>(in.nodes.size()); }
  [[nodiscard]] const NodeInput& node(int i) const { return in.nodes[static_cast<std::size_t>(i)]; }
  [[nodiscard]] int P() const { return in.has_P ? 0 : nobody; }
  static bool is_later(int a, int b) { return a != unknown && b != unknown && a > b + 2; }

  [[nodiscard]] bool is_later_than_all(int c) const {
    for (int other : claims)
      if (other != c && !is_later(node(c).opened, node(other).opened)) return false;
    return true;
  }
  [[nodiscard]] bool majority_names(int subject) const {
    if (size() < 3) return false;
    bool count = !in.has_P || subject == P() || !in.views_are_from_before_P;
    int votes = 1;
    for (int i = 0; i < size(); ++i) votes += count && node(i).names == subject ? 1 : 0;
    return 2 * votes > size();
  }
  [[nodiscard]] bool others_all_say_not_active(int subject) const {
    for (int i = 0; i < size(); ++i)
      if (i != subject && node(i).says != Says::not_active) return false;
    return true;
  }
  [[nodiscard]] bool majority_answers() const {
    int answers = 0;
    for (const NodeInput& n : in.nodes) answers += n.says == Says::nothing ? 0 : 1;
    return 2 * answers > size();
  }
  [[nodiscard]] bool is_starting() const { return !in.has_P && !in.all_asked; }
  [[nodiscard]] bool is_N() const { return sole != nobody && sole != P(); }
  [[nodiscard]] bool is_confirmed() const {
    return node(sole).confirmation == Confirmation::confirmed;
  }
  /// What is not known of it, its own claim tells.
  [[nodiscard]] int P_opened() const {
    bool tells = in.P_opened == unknown && in.has_P && node(P()).says == Says::active;
    return tells ? node(P()).opened : in.P_opened;
  }
  [[nodiscard]] bool may_follow() const {
    if (!in.has_P || is_later(node(sole).opened, P_opened())) return true;
    if (is_later(P_opened(), node(sole).opened)) return false;
    return majority_names(sole) || (size() < 3 && others_all_say_not_active(sole));
  }
  [[nodiscard]] bool has_waited() const { return in.wait == Wait::over && in.waits == sole; }
  [[nodiscard]] bool is_too_soon() const { return in.has_P && !in.damping_is_over; }
};

struct Row {
  const char* name;
  bool (*matches)(const Facts&);
  int (*active)(const Facts&);
  Reason reason;
  bool alarm;
};

int stays(const Facts& f) { return f.P(); }
int follows(const Facts& f) { return f.sole; }

// clang-format off
// The rows for what is claimed; none of them holds while signpost is starting.
const std::array<Row, 13> rows{{
    {"starting", [](const Facts& f) { return f.is_starting(); }, stays, Reason::starting, false},
    {"one: P", [](const Facts& f) { return f.claims.size() == 1 && f.in.has_P && f.sole == f.P(); }, stays, Reason::single_active, false},
    {"one: N unconfirmed", [](const Facts& f) { return f.claims.size() == 1 && f.is_N() && !f.is_confirmed(); }, stays, Reason::unconfirmed, false},
    {"one: N follows", [](const Facts& f) { return f.claims.size() == 1 && f.is_N() && f.is_confirmed() && f.may_follow(); }, follows, Reason::active_moved, false},
    {"one: N held off", [](const Facts& f) { return f.claims.size() == 1 && f.is_N() && f.is_confirmed() && !f.may_follow() && !f.has_waited(); }, stays, Reason::stale_claim, true},
    {"one: N has waited", [](const Facts& f) { return f.claims.size() == 1 && f.is_N() && f.is_confirmed() && !f.may_follow() && f.has_waited(); }, follows, Reason::stale_claim, true},
    {"several: P", [](const Facts& f) { return f.claims.size() > 1 && f.in.has_P && f.sole == f.P(); }, stays, Reason::newest_of_several, false},
    {"several: N unconfirmed", [](const Facts& f) { return f.claims.size() > 1 && f.is_N() && !f.is_confirmed(); }, stays, Reason::unconfirmed, false},
    {"several: N follows", [](const Facts& f) { return f.claims.size() > 1 && f.is_N() && f.is_confirmed() && f.may_follow(); }, follows, Reason::newest_of_several, false},
    {"several: N held off or waited", [](const Facts& f) { return f.claims.size() > 1 && f.is_N() && f.is_confirmed() && !f.may_follow(); },
     [](const Facts& f) { return f.has_waited() ? f.sole : f.P(); }, Reason::stale_claim, true},
    {"several: conflict", [](const Facts& f) { return f.claims.size() > 1 && f.sole == nobody; }, stays, Reason::conflict, true},
    {"none: electing", [](const Facts& f) { return f.claims.empty() && f.majority_answers(); }, stays, Reason::electing, false},
    {"none: blind", [](const Facts& f) { return f.claims.empty() && !f.majority_answers(); }, stays, Reason::blind, true},
}};
// clang-format on

std::string name_of(int node) { return "n" + std::to_string(node + 1); }
std::optional<std::string> optional_name(int node) {
  return node == nobody ? std::nullopt : std::optional(name_of(node));
}
std::optional<WallTime> wall(int opened) {
  return opened == unknown ? std::nullopt
                           : std::optional(WallTime(1'700'000'000s + std::chrono::seconds(opened)));
}

constexpr TimePoint now{10'000s};

// The same input in decide()'s terms.
struct Question {
  GroupView view;
  Standing standing;
  Policy policy;
  std::optional<Hold> hold;

  explicit Question(const Input& in) {
    for (std::size_t i = 0; i < in.nodes.size(); ++i) {
      const NodeInput& n = in.nodes[i];
      NodeView v;
      v.name = name_of(static_cast<int>(i));
      policy.nodes.push_back(v.name);
      v.says = n.says;
      v.answer_started = now - 100ms;
      if (n.says == Says::active) v.opened = wall(n.opened), v.last_claimed = v.answer_started;
      v.confirmation = n.confirmation;
      v.is_observer = n.names != nobody;
      v.views_asked = now - 500ms;
      if (v.is_observer) v.calls_master = {name_of(n.names)};
      view.nodes.push_back(std::move(v));
    }
    view.has_witnesses = in.nodes.size() >= 3;
  }

  void set_circumstances(const Input& in) {
    standing = Standing{};
    policy.damping = {};
    view.all_asked = in.all_asked;
    standing.seen_since = in.views_are_from_before_P ? now - 3s : now - 1h;
    if (in.has_P) {
      standing.active = standing.published.node = "n1";
      standing.opened = wall(in.P_opened);
      standing.last_change = now - 1min;
    }
    if (!in.damping_is_over) policy.damping = 2min;
    if (in.wait != Wait::not_begun) {
      standing.stale_node = name_of(in.waits);
      standing.stale_since = in.wait == Wait::over ? now - 30s : now - 29s;
    }
    hold.reset();
    if (in.hold) hold = Hold{*in.hold, "n2", "", "", now + 1h, {}, {}};
  }
};

class Sweep {
 public:
  std::size_t checked = 0;
  std::array<std::size_t, rows.size()> seen{};
  std::size_t damped = 0;
  int failures = 0;

  void check(const Input& in, Question& q) {
    ++checked;
    Facts f(in);
    const Row* row = nullptr;
    int matching = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      bool is_any = i == 0;
      if ((!is_any && f.is_starting()) || !rows[i].matches(f)) continue;
      ++matching;
      ++seen[i];
      row = &rows[i];
    }
    if (matching != 1) return fail(in, "rows that match", "1", std::to_string(matching));
    compare(in, q, f, *row);
  }

 private:
  void compare(const Input& in, Question& q, const Facts& f, const Row& row) {
    q.set_circumstances(in);
    Verdict v = decide(q.view, q.standing, q.hold, q.policy, now);
    int active = row.active(f);
    Reason reason = row.reason;
    if (active != f.P() && f.is_too_soon()) {  // would change
      active = f.P();
      reason = Reason::damped;
      ++damped;
    }
    if (v.active != optional_name(active))
      fail(in, row.name, name_of(active), v.active.value_or("-"));
    if (v.table_reason != reason)
      fail(in, row.name, std::string(to_word(reason)), std::string(to_word(v.table_reason)));
    if (v.alarm != row.alarm) fail(in, row.name, "another alarm", v.alarm ? "on" : "off");
    Publication published{optional_name(active), Action::keep};
    if (in.hold == Hold::Kind::freeze) published = q.standing.published;
    if (in.hold == Hold::Kind::pin) published = {"n2", Action::keep};
    if (in.hold == Hold::Kind::withdraw) published = {q.standing.published.node, Action::withdraw};
    if (v.published != published) fail(in, row.name, "as ordered", v.published.node.value_or("-"));
    if (v.reason != (in.hold ? Reason::held : reason))
      fail(in, row.name, "held or not", std::string(to_word(v.reason)));
  }

  void fail(const Input& in, const std::string& row, const std::string& expected,
            const std::string& got) {
    constexpr int shown = 5;
    if (++failures > shown) return;
    std::string text;
    for (const NodeInput& n : in.nodes) {
      text += " [says " + std::to_string(static_cast<int>(n.says)) + " opened " +
              std::to_string(n.opened) + " confirmation " +
              std::to_string(static_cast<int>(n.confirmation)) + " names " +
              std::to_string(n.names) + "]";
    }
    ADD_FAILURE() << row << ": expected " << expected << ", got " << got << " for" << text
                  << (in.has_P ? " P opened " + std::to_string(in.P_opened) : " no P")
                  << (in.views_are_from_before_P ? " old views" : "") << " all asked "
                  << in.all_asked << " wait " << static_cast<int>(in.wait) << " of " << in.waits;
  }
};

// P claimed at 100 s: earlier, unordered, later than P, and later than that.
std::vector<NodeInput> states_of(int node, int size) {
  std::vector<NodeInput> states{{Says::active, unknown},
                                {Says::active, 50},
                                {Says::active, 101},
                                {Says::active, 200},
                                {Says::active, 200, Confirmation::pending},
                                {Says::active, 101, Confirmation::denied}};
  if (node == 1) {
    states.push_back({Says::active, 300});
    states.push_back({Says::active, 50, Confirmation::pending});
    states.push_back({Says::active, 300, Confirmation::denied});
  }
  for (Says says : {Says::nothing, Says::not_active}) {
    for (int names = nobody; names < size; ++names) {
      if (names != node) states.push_back({says, unknown, Confirmation::confirmed, names});
    }
  }
  return states;
}

// All that is not about single nodes.
void sweep_circumstances(Sweep& sweep, Input in) {
  bool has_views = std::any_of(in.nodes.begin(), in.nodes.end(),
                               [](const NodeInput& n) { return n.names != nobody; });
  Question q(in);
  struct Published {
    bool has_P;
    int opened;
  };
  using Kind = Hold::Kind;
  for (Published p : {Published{false, unknown}, {true, unknown}, {true, 100}}) {
    in.has_P = p.has_P;
    in.P_opened = p.opened;
    for (bool all_asked : {true, false})
      for (bool old_views : {false, true})
        for (auto [wait, waits] : {std::pair{Wait::not_begun, nobody},
                                   {Wait::running, 1},
                                   {Wait::over, 1},
                                   {Wait::over, 0}})
          for (bool damping_is_over : {true, false})
            for (std::optional<Kind> hold :
                 {std::optional<Kind>(), std::optional(Kind::freeze), std::optional(Kind::pin),
                  std::optional(Kind::withdraw)}) {
              if (old_views && !(has_views && p.has_P)) continue;  // no difference
              in.all_asked = all_asked;
              in.views_are_from_before_P = old_views;
              in.wait = wait;
              in.waits = waits;
              in.damping_is_over = damping_is_over;
              in.hold = hold;
              sweep.check(in, q);
            }
  }
}

void sweep_nodes(Sweep& sweep, Input& in, int size) {
  int node = static_cast<int>(in.nodes.size());
  if (node == size) return sweep_circumstances(sweep, in);
  for (const NodeInput& state : states_of(node, size)) {
    in.nodes.push_back(state);
    sweep_nodes(sweep, in, size);
    in.nodes.pop_back();
  }
}

TEST(TruthTableAsAWhole, EveryInputMatchesExactlyOneRowAndIsDecidedByIt) {
  Sweep sweep;
  for (int size : {2, 3}) {
    Input in;
    sweep_nodes(sweep, in, size);
  }
  std::cout << sweep.checked << " inputs, " << sweep.damped << " of them damped\n";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::cout << "  " << rows[i].name << ": " << sweep.seen[i] << '\n';
    EXPECT_GT(sweep.seen[i], 0U) << rows[i].name << " was never met";
  }
  EXPECT_EQ(sweep.failures, 0);
}

}  // namespace
}  // namespace signpost::decision
