// Agent::reconfigure: from one configuration to the next without a restart.
#include <algorithm>
#include <map>

#include "sidecar/agent/agent.hpp"
#include "sidecar/agent/saved_group.hpp"
#include "sidecar/runtime/logging.hpp"

namespace signpost::agent {

using runtime::Severity;

namespace {

// The answers in hand are about the same nodes.
bool has_same_members(const config::Group& a, const config::Config& config_a,
                      const config::Group& b, const config::Config& config_b) {
  return a.ha_group == b.ha_group && a.virtualhost == b.virtualhost &&
         std::equal(a.nodes.begin(), a.nodes.end(), b.nodes.begin(), b.nodes.end(),
                    [&](const config::Node& x, const config::Node& y) {
                      return x.name == y.name &&
                             config_a.brokers[x.broker].target == config_b.brokers[y.broker].target;
                    });
}

void log_difference(const config::Config& before, const config::Config& after) {
  auto names = [](const config::Config& c) {
    std::map<std::string, std::size_t> found;
    for (const config::Group& g : c.groups)
      if (g.discovered) found[g.name] = g.nodes.size();
    return found;
  };
  auto old = names(before), now = names(after);
  for (const auto& [name, nodes] : now) {
    if (old.count(name) == 0 || old[name] != nodes)
      runtime::log(Severity::notice, "group_discovered",
                   {{"group", name}, {"nodes", std::to_string(nodes)}});
  }
  for (const auto& [name, nodes] : old) {
    if (now.count(name) == 0) runtime::log(Severity::notice, "group_vanished", {{"group", name}});
  }
}

}  // namespace

// The loop, and whether it is a new one, which has not begun.
std::pair<std::unique_ptr<DecisionLoop>, bool> Agent::carry_over(
    std::shared_ptr<const config::Group> group, const config::Config& next,
    const Remembered& remembered) {
  for (auto& old : groups_) {
    if (!old || old->group().name != group->name) continue;
    const std::uint64_t others = remembered.generation_of_others(*group);
    if (!has_same_members(old->group(), *config_, *group, next)) {
      decision::Saved saved = old->arbiter().saved();
      if (saved.generation <= others && others > 0) saved.generation = others + 1;
      return {make_group(std::move(group), saved), true};
    }
    auto loop = std::move(old);
    loop->adopt(std::move(group), others);
    return {std::move(loop), false};
  }
  auto saved = remembered.of(*group);
  return {make_group(std::move(group), saved), true};
}

void Agent::reconfigure(std::shared_ptr<const config::Config> next) {
  auto members = discovered_members(*config_);
  auto discovery = std::make_unique<Discovery>(std::move(next), members, clock_.now(),
                                               urls_of(config_->brokers));
  std::swap(discovery_, discovery);
  const auto before = config_;
  try {
    apply(discovery_->effective());
  } catch (...) {
    std::swap(discovery_, discovery);
    throw;
  }
  log_difference(*before, *config_);
  // What the brokers have must be heard anew, from all of them, before any of it is believed.
  all_listed_ = false;
  for (const auto& seat : brokers_) seat->listed = false;
  apply_discovered();
}

// After a start a group of the first broker alone must not be believed: that one may be a resumed
// old master.
void Agent::apply_once_all_are_listed() {
  all_listed_ = all_listed_ || std::all_of(brokers_.begin(), brokers_.end(),
                                           [](const auto& seat) { return seat->listed; });
  if (all_listed_) apply_discovered();
}

void Agent::apply_discovered() {
  for (const std::string& refusal : discovery_->take_refusals())
    runtime::log(Severity::warning, "group_refused", {{"detail", refusal}});
  if (discovery_->effective() == config_) return;
  log_difference(*config_, *discovery_->effective());
  apply(discovery_->effective());
}

void Agent::apply(std::shared_ptr<const config::Config> next) {
  std::vector<std::shared_ptr<Seat>> seats;
  for (const config::Broker& broker : next->brokers) {
    auto same = std::find_if(brokers_.begin(), brokers_.end(),
                             [&](const auto& seat) { return seat->loop->broker() == broker; });
    seats.push_back(same != brokers_.end() ? *same : make_seat(broker));
  }
  // From here on nothing can fail.
  saved_ = state();
  std::vector<std::unique_ptr<DecisionLoop>> groups;
  std::vector<DecisionLoop*> made;
  const Remembered remembered(saved_, *next, clock_);
  for (const config::Group& group : next->groups) {
    auto [loop, is_new] =
        carry_over(std::shared_ptr<const config::Group>(next, &group), *next, remembered);
    if (is_new) made.push_back(loop.get());
    groups.push_back(std::move(loop));
  }
  for (const auto& seat : brokers_) {
    if (std::find(seats.begin(), seats.end(), seat) == seats.end()) seat->loop->retire();
  }
  for (const auto& seat : seats) {
    bool is_new = std::find(brokers_.begin(), brokers_.end(), seat) == brokers_.end();
    if (is_new && tasks_ != nullptr) tasks_->spawn(run_seat(seat));
  }
  groups_ = std::move(groups);
  brokers_ = std::move(seats);
  config_ = std::move(next);
  assign_members();
  if (publisher_ == nullptr) return;
  publisher_->reconfigure(config_);
  for (DecisionLoop* loop : made) loop->begin();
  dirty_ = false;
  on_change();
}

bool Agent::set_hold(const std::string& group, std::optional<decision::Hold> hold,
                     const std::string& who, const std::string& why) {
  for (auto& loop : groups_) {
    if (loop->group().name != group) continue;
    loop->set_hold(std::move(hold), who, why);
    dirty_ = true;  // the hold itself is kept in the state file
    flush();
    return true;
  }
  return false;
}

const DecisionLoop* Agent::group(const std::string& name) const {
  auto found = std::find_if(groups_.begin(), groups_.end(),
                            [&](const auto& loop) { return loop->group().name == name; });
  return found == groups_.end() ? nullptr : found->get();
}

}  // namespace signpost::agent
