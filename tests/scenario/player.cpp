// The file is long because each kind of line of a script is one short act of one interpreter.
#include "tests/scenario/player.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "tests/scenario/expectation.hpp"

namespace signpost::scenario {
namespace {

using namespace std::chrono_literals;
using decision::Arbiter;
using decision::Decision;

// As the configuration's defaults: interval, timeout, and roles once a second.
constexpr Time interval = 500ms;
constexpr Time timeout = 400ms;
constexpr Time roles_interval = 1s;
constexpr Time first_answer = 1ms;  // of a process that has just begun
constexpr Time roles_delay = 1ms;   // behind the virtualhosts, on the same connection

// A broker, asked again and again once a line has said "is".
struct Node {
  const StateWord* state = find_state("ABSENT");
  std::optional<Time> opened;
  bool asked_for_ever = false;
  bool answers_roles = true;
  std::vector<std::string> calls_master;
  std::optional<Time> next_request;
  std::optional<Time> next_roles;

  [[nodiscard]] Time delay() const {
    return state->failure == probe::errc::timed_out ? timeout : Time{};
  }
};

class Player {
 public:
  explicit Player(const Script& script)
      : script_(script),
        arbiter_(script.policy, script.saved, generation_floor, to_steady(Time{})) {
    note_growth();
  }
  Outcome play();

 private:
  void act(const Answer& answer);
  void act(const Views& views);
  void act(const Amqp& amqp);
  void act(const Order& order);
  void act(const Release& release);
  void act(const SetPolicy& set);
  void act(const Restart& restart);
  void act(const Expect& expect);

  void run_until(Time end);
  void tick_until(Time end);
  bool run_next(Time end);
  void ask(const std::string& name, Node& node);
  void observe(const std::string& name, Time started, Time finished, decision::Said said);
  void ask_roles(const std::string& name, Node& node);
  void after_step(bool says_changed, const Decision& before);
  void note_growth();
  void check_step(bool says_changed, const Decision& before);
  void fail(const std::string& what);
  void compare(const Expectation& expected);

  const Script& script_;
  Arbiter arbiter_;
  std::map<std::string, Node> nodes_;
  Time now_{};
  std::size_t line_ = 0;
  const Expect* throughout_ = nullptr;
  std::uint64_t generation_ = 0;  // newest ever seen
  bool has_forgotten_ = false;    // restarted without its file, and nothing is published since
  std::optional<Decision> published_;
  Growth growth_;
  Outcome outcome_;
};

void Player::fail(const std::string& what) {
  outcome_.mistakes.push_back({line_, fmt::format("at {}ms: {}", now_.count(), what)});
}

void Player::compare(const Expectation& expected) {
  for (const std::string& difference : differences(expected, arbiter_, growth_)) fail(difference);
  if (expected.changes) growth_.changes.clear();
}

// What holds whatever the script says.
void Player::check_step(bool says_changed, const Decision& before) {
  const decision::Step& step = arbiter_.last_step();
  const Decision& d = arbiter_.decision();
  decision::Memory again = settle(step.before, step.view, step.hold, arbiter_.policy(), step.now);
  if (again != step.after) fail("the same step taken again ends otherwise");
  Decision unchanged = before;
  unchanged.change = Decision::Change::none;
  if (says_changed != (d != unchanged)) fail("the arbiter does not say rightly whether it changed");
  if (d.generation < generation_ && !(has_forgotten_ && d.generation == 0))
    fail("the generation shrank");
  if ((d.change != Decision::Change::none) != (d.generation > before.generation))
    fail("a change without a new generation, or the reverse");
}

void Player::note_growth() {
  const Decision& d = arbiter_.decision();
  bool tells = d.active || d.action != decision::Action::keep;  // SERVFAIL tells nothing
  bool told_otherwise =
      published_ && tells && (published_->active != d.active || published_->action != d.action);
  if (told_otherwise && d.generation == generation_)
    fail("clients are told something else under the same generation");
  bool news = !published_ || published_->reason != d.reason || published_->alarm != d.alarm ||
              d.generation != generation_;
  if (news)
    outcome_.trace.push_back(fmt::format("{:>9}ms  {:<4} {:<8} {:<17} {:<6} generation {} {}",
                                         now_.count(), d.active.value_or("-"), to_word(d.action),
                                         to_word(d.reason), d.alarm ? "alarm" : "", d.generation,
                                         d.generation == generation_ ? "" : to_word(d.change)));
  if (d.change != Decision::Change::none && d.generation != generation_) {
    growth_.changes.push_back(d.change);
    growth_.newest = d.reason;
  }
  if (d.generation > generation_) has_forgotten_ = false;
  generation_ = std::max(generation_, d.generation);
  published_ = d;
}

void Player::after_step(bool says_changed, const Decision& before) {
  ++outcome_.steps;
  check_step(says_changed, before);
  note_growth();
  if (throughout_ != nullptr) compare(throughout_->what);
}

void Player::observe(const std::string& name, Time started, Time finished, decision::Said said) {
  Decision before = arbiter_.decision();
  std::size_t asked = outcome_.steps;
  auto step = arbiter_.last_step().now;
  bool changed = arbiter_.observe({name, to_steady(started), to_steady(finished), std::move(said)},
                                  to_steady(finished));
  if (asked == outcome_.steps && step == arbiter_.last_step().now && !changed &&
      before == arbiter_.decision())
    return;  // dropped
  after_step(changed, before);
}

void Player::ask(const std::string& name, Node& node) {
  Time started = *node.next_request;
  auto opened = node.opened ? std::optional(to_wall(*node.opened)) : std::nullopt;
  observe(name, started, now_, virtualhost_answer(*node.state, name, script_.is_plain, opened));
  node.next_request = started + interval;
}

void Player::ask_roles(const std::string& name, Node& node) {
  Time started = *node.next_roles;
  if (node.answers_roles)
    observe(name, started, now_,
            roles_answer(*node.state, name, script_.is_plain, node.calls_master));
  else
    observe(name, started, now_,
            decision::Failed{decision::Failed::Question::roles,
                             {probe::errc::timed_out, "scripted: no roles"}});
  node.next_roles.reset();
  if (node.asked_for_ever) node.next_roles = started + roles_interval;
}

void Player::tick_until(Time end) {
  while (arbiter_.next_deadline() && *arbiter_.next_deadline() <= to_steady(end)) {
    auto due = *arbiter_.next_deadline();
    now_ = std::max(now_, std::chrono::ceil<Time>(due - to_steady(Time{})));
    Decision before = arbiter_.decision();
    bool changed = arbiter_.tick(to_steady(now_));
    after_step(changed, before);
    if (arbiter_.next_deadline() && *arbiter_.next_deadline() <= to_steady(now_))
      return fail("a deadline that has passed is still due");
  }
}

// The next answer that is due by `end`, with the arbiter's deadlines before it.
bool Player::run_next(Time end) {
  std::pair<const std::string, Node>* next = nullptr;
  bool about_roles = false;
  Time when = end;
  auto consider = [&](auto& entry, const std::optional<Time>& started, bool roles) {
    if (!started) return;
    Time due = *started + entry.second.delay();
    if (due > when || (due == when && next != nullptr)) return;
    next = &entry;
    about_roles = roles;
    when = due;
  };
  for (auto& entry : nodes_) {
    consider(entry, entry.second.next_request, false);
    consider(entry, entry.second.next_roles, true);
  }
  if (next == nullptr) return false;
  tick_until(when);
  now_ = when;
  if (about_roles)
    ask_roles(next->first, next->second);
  else
    ask(next->first, next->second);
  return true;
}

void Player::run_until(Time end) {
  while (run_next(end)) {
  }
  tick_until(end);
  now_ = end;
}

void Player::act(const Answer& answer) {
  for (const std::string& name : answer.nodes) {
    Node& node = nodes_[name];
    if (answer.from_now_on || !node.asked_for_ever) {
      node.state = answer.state;
      node.opened = answer.opened;
      node.asked_for_ever = answer.from_now_on;
      node.next_request.reset();
      node.next_roles = now_ + roles_delay;
    }
    if (answer.from_now_on) {
      node.next_request = now_;  // run by the next line
      continue;
    }
    auto opened = answer.opened ? std::optional(to_wall(*answer.opened)) : std::nullopt;
    observe(name, answer.asked_at.value_or(now_), now_,
            virtualhost_answer(*answer.state, name, script_.is_plain, opened));
  }
}

void Player::act(const Views& views) {
  for (const std::string& name : views.nodes) {
    Node& node = nodes_[name];
    node.answers_roles = views.masters.has_value();
    if (views.masters) node.calls_master = *views.masters;
    node.next_roles = now_;
  }
}

void Player::act(const Amqp& amqp) {
  observe(amqp.node, amqp.asked_at.value_or(now_), now_, decision::AmqpSeen{amqp.outcome, ""});
}

void Player::act(const Order& order) {
  Decision before = arbiter_.decision();
  decision::Hold hold{order.kind,
                      order.node,
                      "scripted",
                      "operator",
                      to_steady(now_ + order.lasts),
                      to_wall(now_),
                      to_wall(now_ + order.lasts)};
  after_step(arbiter_.set_hold(hold, to_steady(now_)), before);
}

void Player::act(const Release& /*release*/) {
  Decision before = arbiter_.decision();
  after_step(arbiter_.set_hold(std::nullopt, to_steady(now_)), before);
}

void Player::act(const SetPolicy& set) {
  Decision before = arbiter_.decision();
  decision::Policy policy = set.policy;
  policy.nodes = arbiter_.policy().nodes;
  after_step(arbiter_.set_policy(policy, to_steady(now_)), before);
}

void Player::act(const Restart& restart) {
  std::optional<decision::Saved> saved;
  if (restart.remembers) saved = arbiter_.saved();
  now_ += restart.down_for;
  decision::Policy policy = arbiter_.policy();
  if (restart.nodes) policy.nodes = *restart.nodes;
  // Without its file the floor is what a clock gives: above every generation before.
  std::uint64_t floor = restart.remembers ? generation_floor : generation_ + 1000;
  has_forgotten_ = !restart.remembers;
  if (has_forgotten_) published_.reset();
  arbiter_ = Arbiter(policy, saved, floor, to_steady(now_));
  arbiter_.begin(to_steady(now_));
  note_growth();
  for (auto& [name, node] : nodes_) {
    if (!node.asked_for_ever) continue;
    node.next_request = now_ + first_answer;
    node.next_roles = now_ + first_answer + roles_delay;
  }
}

void Player::act(const Expect& expect) { compare(expect.what); }

Outcome Player::play() {
  for (const Line& line : script_.lines) {
    line_ = line.number;
    const auto* expect = std::get_if<Expect>(&line.what);
    throughout_ = expect != nullptr && expect->throughout ? expect : nullptr;
    run_until(line.at);
    throughout_ = nullptr;
    std::visit([&](const auto& what) { act(what); }, line.what);
  }
  return std::move(outcome_);
}

}  // namespace

Outcome play(const Script& script) { return Player(script).play(); }

}  // namespace signpost::scenario
