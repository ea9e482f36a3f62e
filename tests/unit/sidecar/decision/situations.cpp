#include "tests/unit/sidecar/decision/situations.hpp"

#include <algorithm>
#include <utility>

namespace signpost::decision::test {
namespace {

using namespace std::chrono_literals;

const TimePoint t0{1000s};
const WallTime epoch{1'700'000'000'000ms};

class Maker {
 public:
  explicit Maker(std::string name, int size = 3) {
    s_.name = std::move(name);
    s_.step.now = t0 + 60s;
    for (int i = 1; i <= size; ++i) {
      NodeView v;
      v.name = "n" + std::to_string(i);
      v.says = Says::not_active;
      v.answer_started = s_.step.now - 100ms;
      s_.policy.nodes.push_back(v.name);
      view().nodes.push_back(v);
    }
    view().has_witnesses = size >= 3;
    Memory& m = s_.step.before;
    m.standing.active = m.standing.published.node = m.decision.active = "n1";
    m.standing.opened = epoch + 100s;
    m.standing.seen_since = t0;
    m.standing.last_change = t0;
    m.decision.generation = 41;
    m.decision.reason_since = t0;
  }
  Maker& claims(int i, std::optional<std::chrono::milliseconds> opened) {
    node(i).says = Says::active;
    node(i).opened = opened ? std::optional(epoch + *opened) : std::nullopt;
    node(i).last_claimed = node(i).answer_started;
    return *this;
  }
  Maker& silent(int i) {
    node(i).says = Says::nothing;
    return *this;
  }
  Maker& calls_master(int observer, int subject) {
    node(observer).is_observer = true;
    node(observer).views_asked = s_.step.now - 500ms;
    node(observer).calls_master = {"n" + std::to_string(subject)};
    return *this;
  }
  Maker& amqp(int i, Confirmation confirmation) {
    s_.policy.ask_amqp = true;
    node(i).confirmation = confirmation;
    if (confirmation == Confirmation::pending) node(i).confirmed_at = s_.step.now + 400ms;
    return *this;
  }
  Maker& never_confirmed_by_time(int i) {
    s_.policy.require_amqp = true;
    node(i).confirmed_at.reset();
    return *this;
  }
  Maker& nothing_published() {
    s_.step.before.standing = Standing{};
    s_.step.before.decision = Decision{};
    return *this;
  }
  Maker& not_all_asked() {
    view().all_asked = false;
    return *this;
  }
  /// n1's claim is as young as the view.
  Maker& seen_just_now() {
    s_.step.before.standing.seen_since = s_.step.now - 1s;
    return *this;
  }
  Maker& opened_unknown() {
    s_.step.before.standing.opened.reset();
    return *this;
  }
  Maker& stale_for(int i, Duration span) {
    s_.step.before.standing.stale_node = node(i).name;
    s_.step.before.standing.stale_since = s_.step.now - span;
    return *this;
  }
  Maker& damping(Duration span) {
    s_.policy.damping = span;
    return *this;
  }
  Maker& plan(Plan Policy::*member, Action action, Duration after = {}) {
    s_.policy.*member = {action, after};
    return *this;
  }
  /// In doubt for 5 s, and this is what a policy has put in the place of the address.
  Maker& already(Action action) {
    Standing& standing = s_.step.before.standing;
    standing.action = standing.published.action = s_.step.before.decision.action = action;
    standing.doubtful_since = s_.step.now - 5s;
    return *this;
  }
  Maker& hold(Hold::Kind kind, std::string node = "") {
    s_.step.hold = Hold{kind,          std::move(node),   "JE upgrade", "jane", s_.step.now + 3h,
                        epoch + 1000s, epoch + 1000s + 4h};
    return *this;
  }
  /// A hold has just ended, under which clients were sent there.
  Maker& told(int i) {
    Memory& m = s_.step.before;
    m.standing.published.node = m.decision.active = node(i).name;
    return *this;
  }
  Maker& hold_of_nobody() {
    s_.step.hold->who.clear();
    s_.step.hold->reason.clear();
    return *this;
  }
  Situation made() {
    s_.step.after = settle(s_.step.before, s_.step.view, s_.step.hold, s_.policy, s_.step.now);
    return s_;
  }

 private:
  GroupView& view() { return s_.step.view; }
  NodeView& node(int i) { return view().nodes[static_cast<std::size_t>(i - 1)]; }
  Situation s_;
};

std::string named(const char* what, Action action) {
  return std::string(what) + ", " + to_word(action);
}

void add_accepted(std::vector<Situation>& all) {
  all.push_back(Maker("starting").nothing_published().not_all_asked().claims(1, 100s).made());
  all.push_back(Maker("single_active").claims(1, 100s).made());
  all.push_back(Maker("single_active, in a pair", 2).claims(1, 100s).made());
  all.push_back(Maker("single_active, alone in its group", 1).claims(1, 100s).made());
  all.push_back(Maker("single_active, opened at an unknown time")
                    .opened_unknown()
                    .claims(1, std::nullopt)
                    .made());
  all.push_back(Maker("single_active, with every policy and just after a change")
                    .claims(1, 100s)
                    .damping(90s)
                    .plan(&Policy::on_none, Action::withdraw, 30s)
                    .plan(&Policy::on_blind, Action::servfail)
                    .plan(&Policy::on_conflict, Action::fallback, 5min)
                    .made());
  all.push_back(Maker("single_active, AMQP is asked")
                    .claims(1, 100s)
                    .amqp(1, Confirmation::confirmed)
                    .made());
  all.push_back(
      Maker("single_active, another is called MASTER").claims(1, 100s).calls_master(3, 2).made());
  all.push_back(Maker("single_active, long after a change, with damping")
                    .claims(1, 100s)
                    .damping(20s)
                    .made());
  all.push_back(Maker("active_moved").silent(1).claims(2, 120s).made());
  all.push_back(Maker("newest_of_several, by time").claims(1, 100s).claims(2, 120s).made());
  all.push_back(Maker("newest_of_several, by majority")
                    .claims(1, 100s)
                    .claims(2, 101s)
                    .calls_master(3, 2)
                    .made());
  all.push_back(
      Maker("newest_of_several, the old master is back").claims(1, 100s).claims(2, 50s).made());
}

void add_doubts(std::vector<Situation>& all) {
  all.push_back(Maker("stale_claim, older").claims(2, 50s).stale_for(2, 18s).made());
  all.push_back(Maker("stale_claim, within 2 s").claims(2, 101s).made());
  all.push_back(stale_among_witnesses());
  all.push_back(Maker("stale_claim, in a pair", 2).silent(1).claims(2, 101s).made());
  all.push_back(Maker("stale_claim, waited for").claims(2, 50s).stale_for(2, 30s).made());
  all.push_back(
      Maker("unconfirmed, pending").claims(2, 120s).amqp(2, Confirmation::pending).made());
  all.push_back(Maker("unconfirmed, denied").claims(2, 120s).amqp(2, Confirmation::denied).made());
  all.push_back(Maker("unconfirmed, older").claims(2, 50s).amqp(2, Confirmation::pending).made());
  all.push_back(Maker("unconfirmed, older, waiting for some time")
                    .claims(2, 50s)
                    .stale_for(2, 18s)
                    .amqp(2, Confirmation::pending)
                    .made());
  all.push_back(Maker("unconfirmed, older, another waited before")
                    .claims(2, 50s)
                    .stale_for(3, 18s)
                    .amqp(2, Confirmation::pending)
                    .made());
  all.push_back(Maker("unconfirmed, AMQP is required")
                    .claims(2, 120s)
                    .amqp(2, Confirmation::pending)
                    .never_confirmed_by_time(2)
                    .made());
  all.push_back(Maker("unconfirmed, nothing published yet")
                    .nothing_published()
                    .claims(2, 50s)
                    .amqp(2, Confirmation::denied)
                    .made());
  all.push_back(
      Maker("conflict, the active node among them").claims(1, 100s).claims(2, 101s).made());
  all.push_back(Maker("conflict, the active node not among them")
                    .claims(2, 120s)
                    .claims(3, 121s)
                    .plan(&Policy::on_conflict, Action::servfail, 10s)
                    .made());
  all.push_back(Maker("conflict, of all three")
                    .claims(1, 100s)
                    .claims(2, 101s)
                    .claims(3, std::nullopt)
                    .made());
  all.push_back(Maker("conflict, AMQP has confirmed only one of them")
                    .claims(2, 120s)
                    .claims(3, 121s)
                    .amqp(2, Confirmation::confirmed)
                    .amqp(3, Confirmation::pending)
                    .made());
  all.push_back(Maker("conflict, just after a change, with damping")
                    .claims(2, 120s)
                    .claims(3, 121s)
                    .damping(72s)
                    .made());
  all.push_back(Maker("conflict, nothing published yet")
                    .nothing_published()
                    .claims(2, 120s)
                    .claims(3, 121s)
                    .made());
  all.push_back(Maker("electing").silent(1).made());
  all.push_back(Maker("electing, AMQP is asked").silent(1).amqp(2, Confirmation::confirmed).made());
  all.push_back(Maker("electing, a node is on its way").silent(1).calls_master(3, 2).made());
  all.push_back(Maker("electing, nothing published yet").nothing_published().made());
  all.push_back(Maker("electing, with a policy")
                    .silent(1)
                    .plan(&Policy::on_none, Action::withdraw, 25s)
                    .made());
  all.push_back(Maker("electing, with a policy, just after a start")
                    .not_all_asked()
                    .silent(1)
                    .plan(&Policy::on_none, Action::withdraw, 25s)
                    .made());
  all.push_back(Maker("blind").silent(1).silent(2).made());
  all.push_back(Maker("blind, with a policy")
                    .silent(1)
                    .silent(2)
                    .silent(3)
                    .plan(&Policy::on_blind, Action::fallback, 2min)
                    .made());
  all.push_back(Maker("damped").silent(1).claims(2, 120s).damping(72s).made());
}

void add_withheld(std::vector<Situation>& all) {
  for (Action action : {Action::withdraw, Action::servfail, Action::fallback}) {
    all.push_back(
        Maker(named("electing", action)).plan(&Policy::on_none, action).already(action).made());
    all.push_back(Maker(named("blind", action))
                      .silent(1)
                      .silent(2)
                      .plan(&Policy::on_blind, action)
                      .already(action)
                      .made());
    all.push_back(Maker(named("conflict", action))
                      .claims(1, 100s)
                      .claims(2, 101s)
                      .plan(&Policy::on_conflict, action)
                      .already(action)
                      .made());
    all.push_back(Maker(named("stale_claim", action)).claims(2, 50s).already(action).made());
    all.push_back(Maker(named("unconfirmed", action))
                      .claims(2, 120s)
                      .amqp(2, Confirmation::pending)
                      .already(action)
                      .made());
    all.push_back(
        Maker(named("damped", action)).claims(2, 120s).damping(72s).already(action).made());
    all.push_back(Maker(named("held, frozen", action))
                      .silent(1)
                      .already(action)
                      .hold(Hold::Kind::freeze)
                      .made());
  }
}

void add_held(std::vector<Situation>& all) {
  all.push_back(
      Maker("held, frozen, the same without").claims(1, 100s).hold(Hold::Kind::freeze).made());
  all.push_back(Maker("held, frozen, another without")
                    .silent(1)
                    .claims(2, 120s)
                    .hold(Hold::Kind::freeze)
                    .made());
  all.push_back(
      Maker("held, pinned to another").claims(1, 100s).hold(Hold::Kind::pin, "n3").made());
  all.push_back(
      Maker("held, pinned to the active").claims(1, 100s).hold(Hold::Kind::pin, "n1").made());
  all.push_back(Maker("held, pinned, withheld without")
                    .silent(1)
                    .plan(&Policy::on_none, Action::withdraw)
                    .hold(Hold::Kind::pin, "n2")
                    .made());
  all.push_back(Maker("held, by nobody for no reason")
                    .claims(1, 100s)
                    .hold(Hold::Kind::freeze)
                    .hold_of_nobody()
                    .made());
  all.push_back(Maker("electing, after a hold").silent(1).told(3).made());
  all.push_back(Maker("blind, after a hold, with a policy")
                    .silent(1)
                    .silent(2)
                    .told(3)
                    .plan(&Policy::on_blind, Action::withdraw)
                    .made());
  all.push_back(Maker("stale_claim, after a hold").claims(2, 50s).told(3).made());
  all.push_back(Maker("held, withdrawn").claims(1, 100s).hold(Hold::Kind::withdraw).made());
  all.push_back(Maker("held, nothing published yet")
                    .nothing_published()
                    .not_all_asked()
                    .hold(Hold::Kind::freeze)
                    .made());
}

// A view in which `node` alone claims.
void only(GroupView& view, const std::string& node, std::optional<WallTime> opened) {
  for (NodeView& v : view.nodes) {
    bool it = v.name == node;
    if (it && v.says != Says::active) v.opened = opened;
    if (it || v.says == Says::active) v.says = it ? Says::active : Says::not_active;
    if (it) v.confirmation = Confirmation::confirmed;
  }
}

}  // namespace

const std::vector<Situation>& situations() {
  static const std::vector<Situation> all = [] {
    std::vector<Situation> list;
    add_accepted(list);
    add_doubts(list);
    add_withheld(list);
    add_held(list);
    return list;
  }();
  return all;
}

Situation stale_among_witnesses() {
  return Maker("stale_claim, with a witness")
      .seen_just_now()
      .silent(1)
      .claims(2, 100s)
      .calls_master(3, 2)
      .made();
}

std::optional<Publication> fulfilled(const Situation& s, const Explanation::Need& need) {
  Memory memory = s.step.after;
  GroupView view = s.step.view;
  std::optional<Hold> hold = s.step.hold;
  Standing& standing = memory.standing;
  standing.seen_since = t0;
  standing.last_change.reset();  // where damping is in the way, the text says so
  std::string other = need.node.empty() ? s.policy.nodes.back() : need.node;
  if (need.node.empty() && (other == standing.active || other == standing.published.node))
    other = s.policy.nodes[1];
  const auto& opened = standing.opened;
  auto is = [&](const char* kind) { return need.kind == kind; };
  if (is("hold")) {
    if (need.text.find("changes nothing") != std::string::npos) return std::nullopt;
    hold.reset();
  } else if (is("first_round")) {
    view.all_asked = true;
  } else if (is("claim")) {
    only(view, other, epoch + 500s);
  } else if (is("claim_again")) {
    only(view, need.node, opened);
  } else if (is("newer_claim")) {
    for (NodeView& v : view.nodes) {
      if (v.name != other) continue;
      v.says = Says::active;
      v.opened = epoch + 500s;
      v.confirmation = Confirmation::confirmed;
    }
  } else if (is("lone_claim")) {
    only(view, other, epoch + 50s);
    standing.stale_node = other;
    standing.stale_since = s.step.now - s.policy.stale_hold;
  } else if (is("undenied_claim")) {
    only(view, other, opened);
  } else if (is("denial")) {
    for (NodeView& v : view.nodes) {
      if (v.name != need.node) v.says = Says::not_active;
    }
  } else if (is("witnessed_claim") || is("witnesses")) {
    if (is("witnessed_claim")) {
      only(view, other, opened);
      for (NodeView& v : view.nodes) v.calls_master.clear();
    }
    for (NodeView& v : view.nodes) {
      if (v.says == Says::active) continue;
      v.is_observer = true;
      v.views_asked = s.step.now;
      v.calls_master = {other};
    }
  } else if (is("only_claim") || is("confirmation")) {
    only(view, need.node, std::nullopt);
    if (need.text.find("for ") != std::string::npos) {
      standing.stale_node = need.node;
      standing.stale_since = s.step.now - s.policy.stale_hold;
    }
  } else {
    return std::nullopt;
  }
  return settle(memory, view, hold, s.policy, s.step.now).standing.published;
}

}  // namespace signpost::decision::test
