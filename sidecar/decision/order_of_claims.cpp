#include "sidecar/decision/order_of_claims.hpp"

#include <algorithm>

namespace signpost::decision {
namespace {

using namespace std::chrono_literals;

// A peer's view is what that peer said of itself when it was last asked (a ping each second, 1 s of
// time-out): so it can be this old when it is given, and one that may date from before P's time
// names the node before P. (One that names P itself does not, or a move by votes would be followed
// by three seconds of conflict.) And a resumed old master calls itself MASTER to its peers as well:
// a member that calls two nodes MASTER tells nothing, nor does a master's view of another.
constexpr auto view_lag_max = 3s;

bool names(const NodeView& observer, const NodeView& subject, const Inputs& in) {
  if (!observer.is_observer || observer.name == subject.name) return false;
  if (observer.views_asked + in.policy.max_view_age < in.now) return false;
  bool is_P = in.standing.active == subject.name;
  if (in.standing.active && !is_P && observer.views_asked <= in.standing.seen_since + view_lag_max)
    return false;
  return observer.calls_master.size() == 1 && observer.calls_master.front() == subject.name;
}

std::size_t votes(const NodeView& subject, const Inputs& in) {
  return static_cast<std::size_t>(
      std::count_if(in.view.nodes.begin(), in.view.nodes.end(),
                    [&](const NodeView& observer) { return names(observer, subject, in); }));
}

bool others_deny(const NodeView& subject, const GroupView& view) {
  return std::all_of(view.nodes.begin(), view.nodes.end(), [&](const NodeView& other) {
    return other.name == subject.name || other.says == Says::not_active;
  });
}

}  // namespace

bool is_majority(std::size_t count, const GroupView& view) { return 2 * count > view.nodes.size(); }

bool majority_names(const NodeView& subject, const Inputs& in) {
  return in.view.has_witnesses && is_majority(votes(subject, in) + 1, in.view);
}

bool may_follow(const NodeView& claim, const Inputs& in) {
  if (!in.standing.active) return true;
  Order order = order_of(claim.opened, in.standing.opened);
  if (order != Order::unordered) return order == Order::later;
  return majority_names(claim, in) || (!in.view.has_witnesses && others_deny(claim, in.view));
}

std::size_t votes_for(const std::string& node, const GroupView& view, const Standing& standing,
                      const Policy& policy, TimePoint now) {
  NodeView subject;
  subject.name = node;
  return votes(subject, {view, standing, policy, now});
}

}  // namespace signpost::decision
