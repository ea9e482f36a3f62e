#include "sidecar/history/what_if.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace signpost::history {
namespace {

using namespace std::chrono_literals;
using decision::Confirmation;
using decision::Duration;
using decision::GroupView;
using decision::Memory;
using decision::NodeView;
using decision::Policy;
using decision::Says;
using decision::Step;
using runtime::TimePoint;
using runtime::WallTime;

// The agent notices a deadline up to a tenth of a second late; an entry this soon after it is that.
constexpr auto tick_latest = 200ms;
// Deadlines of one situation: a handful. More would be a loop.
constexpr int ticks_max = 100;

/// The same answers, given again `later`: what a silent node said is not renewed.
GroupView repeated(GroupView view, Duration later) {
  for (NodeView& node : view.nodes) {
    if (node.says == Says::nothing) continue;
    node.answer_started += later;
    node.views_asked += later;
    if (node.says == Says::active && node.last_claimed) *node.last_claimed += later;
  }
  return view;
}

/// What this policy would have made of the same answers, as far as they show it.
GroupView as_seen(GroupView view, const Policy& recorded, const Policy& policy, TimePoint now) {
  for (NodeView& node : view.nodes) {
    if (node.says != Says::nothing && node.answer_started + policy.max_view_age < now)
      node.says = Says::nothing;
    if (node.says != Says::active) {
      node.opened.reset();
      continue;
    }
    if (!policy.ask_amqp) {
      node.confirmation = Confirmation::confirmed;
      node.confirmed_at.reset();
    } else if (node.confirmed_at) {  // no answer: by time alone
      *node.confirmed_at += policy.confirm_within - recorded.confirm_within;
      const bool is_over = now >= *node.confirmed_at && !policy.require_amqp;
      node.confirmation = is_over ? Confirmation::confirmed : Confirmation::pending;
      if (policy.require_amqp) node.confirmed_at.reset();
    }
  }
  return view;
}

Told told(const Memory& memory) {
  return {{memory.decision.active, memory.decision.action}, memory.decision.reason};
}

/// The reason of a change is another one in the next moment: it says why now, not how it stands.
bool is_alike(const Memory& recorded, const Memory& replayed) {
  const bool is_news = recorded.decision.change != decision::Decision::Change::none ||
                       replayed.decision.change != decision::Decision::Change::none;
  return is_news ? told(recorded).what == told(replayed).what : told(recorded) == told(replayed);
}

/// While clients are told something else the reasons are those of another situation.
bool is_same_divergence(const Divergence& d, const Told& recorded, const Told& replayed) {
  if (d.recorded.what != recorded.what || d.replayed.what != replayed.what) return false;
  return recorded.what != replayed.what || (d.recorded == recorded && d.replayed == replayed);
}

/// Follows one group.
class Follower {
 public:
  Follower(std::string group, const Policy& policy, std::vector<Divergence>& out)
      : group_(std::move(group)), policy_(policy), out_(out) {}

  void take(const Entry& entry) {
    const Step& step = *entry.step;
    if (!last_ || step.now < last_->now || !has_same_nodes(step.view, last_->view)) {
      memory_ = step.before;
    } else {
      play_until(step.now - tick_latest);
    }
    last_ = step;
    last_time_ = entry.time;
    recording_ = *entry.policy;
    settle_at(step.now);
    compare(step.after, entry.time);
  }

  /// The process went on deciding until then.
  void play_until(TimePoint end) {
    for (int i = 0; last_ && i < ticks_max && memory_.deadline; ++i) {
      const TimePoint due = *memory_.deadline;
      if (due <= settled_at_ || due > end) return;
      settle_at(due);
      compare(last_->after,
              last_time_ + std::chrono::floor<std::chrono::milliseconds>(due - last_->now));
      const TimePoint after = due + 1ns;  // the next answers: what was news is a fact
      settle_at(after);
    }
  }

  /// The next step begins from the recorded memory: what this process kept is gone.
  void restart() { last_.reset(); }

 private:
  static bool has_same_nodes(const GroupView& a, const GroupView& b) {
    return std::equal(a.nodes.begin(), a.nodes.end(), b.nodes.begin(), b.nodes.end(),
                      [](const NodeView& x, const NodeView& y) { return x.name == y.name; });
  }

  void settle_at(TimePoint now) {
    const GroupView view = repeated(last_->view, now - last_->now);
    memory_ = settle(memory_, as_seen(view, recording_, policy_, now), last_->hold, policy_, now);
    settled_at_ = now;
  }

  void compare(const Memory& then, WallTime time) {
    const Told recorded = told(then);
    const Told replayed = told(memory_);
    if (open_) {
      Divergence& open = out_[*open_];
      if (is_same_divergence(open, recorded, replayed)) return;
      open.until = time;
      open_.reset();
    }
    if (is_alike(then, memory_)) return;
    open_ = out_.size();
    out_.push_back({group_, time, std::nullopt, recorded, replayed});
  }

  std::string group_;
  const Policy& policy_;
  std::vector<Divergence>& out_;
  std::optional<Step> last_;
  WallTime last_time_{};
  Policy recording_;
  Memory memory_;
  TimePoint settled_at_{};
  std::optional<std::size_t> open_;
};

std::optional<std::string> why_not(const Entry& entry, const Policy* policy) {
  if (policy == nullptr)
    return fmt::format("group \"{}\" is not in this configuration", entry.group);
  std::set<std::string_view> recorded;
  for (const NodeView& node : entry.step->view.nodes) recorded.insert(node.name);
  if (recorded != std::set<std::string_view>(policy->nodes.begin(), policy->nodes.end()))
    return fmt::format("group \"{}\" has other nodes in this configuration", entry.group);
  return std::nullopt;
}

std::optional<std::string> limit_of(const Entry& entry, const Policy& policy) {
  const Policy& recorded = *entry.policy;
  if (policy.max_view_age > recorded.max_view_age)
    return fmt::format(
        "group \"{}\": answers older than the recorded max_view_age are not in the history",
        entry.group);
  if (policy.ask_amqp && (!recorded.ask_amqp || (recorded.require_amqp && !policy.require_amqp)))
    return fmt::format("group \"{}\": what AMQP would have confirmed is not in the history",
                       entry.group);
  return std::nullopt;
}

class Notes {
 public:
  explicit Notes(std::vector<std::string>& out) : out_(out) {}
  void add(const std::optional<std::string>& note) {
    if (note && said_.insert(*note).second) out_.push_back(*note);
  }

 private:
  std::vector<std::string>& out_;
  std::set<std::string> said_;
};

}  // namespace

std::string to_text(const decision::Publication& publication) {
  std::string node = publication.node.value_or("none");
  if (publication.action == decision::Action::keep) return node;
  return fmt::format("{} withheld ({})", node, to_word(publication.action));
}

WhatIf what_if(const std::vector<Entry>& entries, const PolicyOf& policy_of) {
  WhatIf result;
  Notes notes(result.notes);
  std::map<std::string, Follower> followers;
  for (const Entry& entry : entries) {
    if (entry.event == "start" || entry.event == "stop") {
      for (auto& [name, follower] : followers) {
        if (entry.event == "stop") follower.play_until(entry.mono);
        follower.restart();
      }
    }
    if (!entry.step || !entry.policy) continue;
    const Policy* policy = policy_of(entry.group);
    if (const auto why = why_not(entry, policy)) {
      notes.add(why);
      continue;
    }
    notes.add(limit_of(entry, *policy));
    auto follower = followers.try_emplace(entry.group, entry.group, *policy, result.divergences);
    follower.first->second.take(entry);
    ++result.steps;
  }
  result.groups = followers.size();
  std::stable_sort(result.divergences.begin(), result.divergences.end(),
                   [](const Divergence& a, const Divergence& b) { return a.from < b.from; });
  return result;
}

}  // namespace signpost::history
