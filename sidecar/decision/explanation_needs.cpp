// What the next change needs: alternatives, any of which would change what clients are told. Where
// that is not plain from the table, decide() is asked with the need fulfilled.
#include <fmt/core.h>

#include <algorithm>

#include "sidecar/decision/explain_text.hpp"
#include "sidecar/decision/explanation_parts.hpp"

namespace signpost::decision {
namespace {

using namespace std::chrono_literals;
using Need = Explanation::Need;

class Needs {
 public:
  explicit Needs(const Explained& e) : e_(e) {}

  std::vector<Need> list() {
    if (e_.decision().reason == Reason::held) {
      hold_ends();
      return std::move(needs_);
    }
    switch (e_.decision().table_reason) {
      case Reason::starting:
        add("first_round", "", "every broker to have been asked once");
        break;
      case Reason::single_active:
      case Reason::active_moved:
      case Reason::newest_of_several:
        another_claims();
        policies_later();
        break;
      case Reason::stale_claim:
        if (e_.decision().candidate == e_.standing().active)
          another_claims();
        else
          held_off();
        break;
      case Reason::unconfirmed:
        confirmation();
        break;
      case Reason::conflict:
        conflict();
        break;
      case Reason::electing:
      case Reason::blind:
        nobody_claims();
        break;
      case Reason::damped:
        damping_ends();
        break;
      case Reason::held:
        break;
    }
    return std::move(needs_);
  }

 private:
  void add(const char* kind, const std::string& node, std::string text,
           std::optional<Duration> in = std::nullopt) {
    needs_.push_back({kind, node, std::move(text), in});
  }
  [[nodiscard]] Duration left(TimePoint when) const { return std::max(when - e_.now, Duration{}); }
  [[nodiscard]] std::string majority_text() const {
    return fmt::format("a majority ({} of {})", majority_of(e_.view), e_.view.nodes.size());
  }
  [[nodiscard]] bool is_withheld() const { return e_.decision().action != Action::keep; }

  /// What a new claim needs besides: it must be confirmed, and not come too soon.
  [[nodiscard]] std::string conditions() const {
    std::string text;
    if (e_.policy.ask_amqp) {
      text = ", and AMQP to accept it";
      if (!e_.policy.require_amqp)
        text +=
            fmt::format(" or to give no clear answer for {}", span_text(e_.policy.confirm_within));
    }
    if (auto until = damped_until(e_))
      text += fmt::format(", and {} to pass (damping)", span_text(left(*until)));
    return text;
  }
  [[nodiscard]] std::string alone_for(Duration span) const {
    return span == Duration{}
               ? "to be the only one to claim"
               : fmt::format("to be the only one to claim for {} without a break", span_text(span));
  }

  // ---- claims of nodes that do not claim yet

  void another_claims() {
    const std::string& active = e_.table_node();
    if (!e_.standing().active) {
      add("claim", "", "a node to claim that it is active" + conditions());
      return;
    }
    if (e_.view.nodes.size() < 2) return;
    const auto& opened = e_.standing().opened;
    newer_claim("another node to claim,");
    std::string when = opened ? fmt::format(", opened within 2 s of {},", active) : "";
    if (e_.view.has_witnesses)
      add("witnessed_claim", "",
          fmt::format("another node to claim{} and {} to call it MASTER{}", when, majority_text(),
                      conditions()));
    else
      add("undenied_claim", "",
          fmt::format("another node to claim{} and every other node to say that it is not active{}",
                      when, conditions()));
    add("lone_claim", "",
        fmt::format("another node {}{}", alone_for(e_.policy.stale_hold), conditions()));
  }

  void newer_claim(const char* who) {
    if (!e_.standing().opened) return;  // nothing can be later than an unknown time
    add("newer_claim", "",
        fmt::format("{} opened more than 2 s after {}{}", who, e_.table_node(), conditions()));
  }

  void comes_back() {
    const Standing& standing = e_.standing();
    if (!standing.active) return;
    if (is_withheld())
      add("claim_again", e_.table_node(),
          fmt::format("{} to claim again, which brings its address back", e_.table_node()));
    else if (standing.published.node != standing.active)
      add("claim_again", e_.table_node(),
          fmt::format("{} to claim again, which sends clients to it", e_.table_node()));
  }

  // ---- policies

  void policy_due(const std::string& what) {
    auto named = plan_about(e_.decision().table_reason, e_.policy);
    if (!named || named->plan.action == Action::keep || named->plan.action == e_.standing().action)
      return;
    if (!e_.view.all_asked) {
      add(named->key, "",
          fmt::format("{}, and every broker to have been asked once: then {} ({})", what,
                      answer_text({e_.standing().active, named->plan.action}), named->key));
      return;
    }
    Duration wait = left(e_.standing().doubtful_since.value_or(e_.now) + named->plan.after);
    add(named->key, "",
        fmt::format("{} for {} more: then {} ({})", what, span_text(wait),
                    answer_text({e_.standing().active, named->plan.action}), named->key),
        wait);
  }

  void policy_later(const Plan& plan, const char* key, const std::string& what) {
    if (plan.action == Action::keep) return;
    std::string wait = plan.after == Duration{} ? "" : " for " + span_text(plan.after);
    add(key, "",
        fmt::format("{}{}: then {} ({})", what, wait,
                    answer_text({e_.standing().active, plan.action}), key));
  }

  void policies_later() {
    policy_later(e_.policy.on_none, "on_none", "nobody to claim while a majority answers");
    policy_later(e_.policy.on_blind, "on_blind", "nobody to claim and no majority to answer");
    policy_later(e_.policy.on_conflict, "on_conflict",
                 "several nodes to claim with nothing to order them");
  }

  // ---- one situation each

  void nobody_claims() {
    comes_back();
    another_claims();
    policy_due(e_.decision().table_reason == Reason::blind
                   ? "nobody to claim and no majority to answer"
                   : "nobody to claim");
  }

  void held_off() {
    const std::string& node = e_.decision().candidate;
    const NodeView* claim = find(e_.view, node);
    TimePoint due = e_.standing().stale_since.value_or(e_.now) + e_.policy.stale_hold;
    if (auto until = damped_until(e_)) due = std::max(due, *until);
    add("lone_claim", node,
        fmt::format("{} to be the only one to claim for {} more", node, span_text(left(due))),
        left(due));
    bool unordered =
        claim != nullptr && order_of(claim->opened, e_.standing().opened) == Order::unordered;
    if (unordered && e_.view.has_witnesses)
      add("witnesses", node,
          fmt::format("{} to call {} MASTER, in views from after the time of {}{}", majority_text(),
                      node, e_.table_node(), conditions()));
    else if (unordered)
      add("denial", node,
          fmt::format("every node but {} to say that it is not active{}", node, conditions()));
    newer_claim("a claim");
    comes_back();
  }

  void confirmation() {
    const std::string& node = e_.decision().candidate;
    Verdict then = ask([&](NodeView& v) {
      if (v.name == node) v.confirmation = Confirmation::confirmed;
    });
    std::string more = waits(then)
                           ? fmt::format(", and {} {}", node, alone_for(e_.policy.stale_hold))
                           : after_that(then);
    add("confirmation", node, fmt::format("AMQP to accept {}{}", node, more));
    const NodeView* claim = find(e_.view, node);
    if (changes(then) && claim != nullptr && claim->confirmed_at)
      add("confirm_within", node,
          fmt::format("AMQP to give no clear answer for {} more",
                      span_text(left(*claim->confirmed_at))),
          left(*claim->confirmed_at));
    comes_back();
  }

  void conflict() {
    std::vector<std::string> all = claimants(e_.view);
    for (const std::string& node : all) {
      Verdict then = ask([&](NodeView& v) {
        if (v.name != node && v.says == Says::active) v.says = Says::not_active;
      });
      bool is_told = e_.standing().published.node == node && !is_withheld();
      if (node == e_.standing().active && is_told) continue;
      add("only_claim", node,
          waits(then) ? fmt::format("{} {}", node, alone_for(e_.policy.stale_hold))
                      : fmt::format("{} to be the only one to claim{}", node, after_that(then)));
    }
    for (const std::string& node : all) {
      Verdict then = ask([&](NodeView& v) {
        if (v.says == Says::active) return;
        v.is_observer = true;
        v.views_asked = e_.now;
        v.calls_master = {node};
      });
      if (changes(then))
        add("witnesses", node, fmt::format("{} to call {} MASTER", majority_text(), node));
    }
    add("newer_claim", "",
        fmt::format("a claim that was opened more than 2 s after those of {}{}", list_text(all),
                    conditions()));
    policy_due("this conflict to go on");
  }

  void damping_ends() {
    TimePoint until = damped_until(e_).value_or(e_.now);
    add("damping", e_.decision().candidate,
        fmt::format("{} to pass since the last change (damping): then {}", span_text(left(until)),
                    e_.decision().candidate),
        left(until));
    comes_back();
  }

  void hold_ends() {
    if (!e_.hold) {
      add("hold", "", "the hold to be released or to run out");
      return;
    }
    const Decision& d = e_.decision();
    Publication now{d.active, d.action};
    std::string then = d.would_be && *d.would_be != now
                           ? fmt::format(": then {}", answer_text(*d.would_be))
                           : ", which alone changes nothing";
    add("hold", e_.hold->node,
        fmt::format("the hold of {} to be released, or to run out in {}{}",
                    e_.hold->who.empty() ? "an operator" : e_.hold->who,
                    span_text(left(e_.hold->until)), then),
        left(e_.hold->until));
  }

  // ---- asking decide()

  /// The verdict with every node's view changed by `change`, with views from after P's time.
  template <class Change>
  [[nodiscard]] Verdict ask(Change change) const {
    GroupView view = e_.view;
    for (NodeView& node : view.nodes) change(node);
    Standing standing = e_.standing();
    standing.seen_since = TimePoint{} - 1h;
    return decide(view, standing, std::nullopt, e_.policy, e_.now);
  }
  [[nodiscard]] bool changes(const Verdict& v) const {
    return v.published != e_.standing().published;
  }
  /// Only time would be missing then.
  [[nodiscard]] static bool waits(const Verdict& then) {
    return then.reason == Reason::stale_claim && then.stale_since.has_value();
  }
  /// What else would be missing.
  [[nodiscard]] std::string after_that(const Verdict& then) const {
    if (then.reason == Reason::unconfirmed) return ", and AMQP to accept it";
    return then.reason == Reason::damped ? conditions() : "";
  }

  const Explained& e_;
  std::vector<Need> needs_;
};

}  // namespace

std::vector<Need> needs_of(const Explained& e) { return Needs(e).list(); }

}  // namespace signpost::decision
