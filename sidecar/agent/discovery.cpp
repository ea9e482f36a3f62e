#include "sidecar/agent/discovery.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sidecar/agent/taken_names.hpp"
#include "sidecar/config/name_template.hpp"

namespace signpost::agent {
namespace {

// The label that the group's name makes, or empty: letters, digits and inner hyphens (RFC
// 1123 2.1).
std::string label_of(const std::string& group) {
  std::string label;
  for (char c : group) label += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  bool plain = std::all_of(label.begin(), label.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
  bool fits = !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-';
  return plain && fits ? label : "";
}

config::Group group_of(const config::Config& c, const std::string& name, dns::Name record_name) {
  config::Group group = c.discover->like;
  group.name = group.ha_group = group.virtualhost = name;
  group.record.name = std::move(record_name);
  group.discovered = true;
  group.nodes.clear();
  group.policy.nodes.clear();
  return group;
}

void add_node(config::Group& group, const std::string& name, std::size_t index,
              const config::Broker& broker) {
  config::Node node;
  node.name = name;
  node.broker = index;
  node.address = broker.address;
  node.host = broker.host;
  node.amqp = broker.amqp;
  group.nodes.push_back(std::move(node));
  group.policy.nodes.push_back(name);
}

}  // namespace

bool matches(const std::string& pattern, const std::string& text) {
  // Iterative, with one point to come back to: no pattern takes more than pattern x text steps.
  std::size_t p = 0, t = 0, star = std::string::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || (pattern[p] != '*' && pattern[p] == text[t]))) {
      ++p;
      ++t;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (star != std::string::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

Discovery::Discovery(std::shared_ptr<const config::Config> configured, const Members& remembered,
                     probe::TimePoint now)
    : configured_(std::move(configured)),
      taken_(taken_names(*configured_)),
      heard_(configured_->brokers.size()) {
  for (const config::Group& g : configured_->groups)
    configured_groups_.insert({g.name, g.ha_group});
  for (const auto& [group, members] : remembered) {
    for (const Member& member : members) {
      for (std::size_t b = 0; b < configured_->brokers.size(); ++b) {
        if (configured_->brokers[b].name == member.broker && is_wanted(group))
          groups_[group][b] = {member.node, now, true};
      }
    }
  }
  rebuild();
}

bool Discovery::is_wanted(const std::string& group) const {
  if (!configured_->discover) return false;
  if (configured_groups_.count(group) > 0) return false;
  const config::Discover& d = *configured_->discover;
  auto hits = [&](const std::string& pattern) { return matches(pattern, group); };
  bool included = d.include.empty() || std::any_of(d.include.begin(), d.include.end(), hits);
  return included && std::none_of(d.exclude.begin(), d.exclude.end(), hits);
}

// A silent broker says nothing about its nodes: only one that answers without the node drops it.
// Without a grace that counts for what an earlier run remembered: a restart takes stock.
bool Discovery::has_run_out(const Seen& seen, std::size_t broker, probe::TimePoint now) const {
  auto grace = configured_->discover->grace;
  if (!heard_[broker] || *heard_[broker] <= seen.last) return false;
  return grace.count() > 0 ? now - seen.last >= grace : seen.is_remembered;
}

bool Discovery::saw(std::size_t broker, const probe::RolesReport& report, probe::TimePoint now) {
  if (!configured_->discover || configured_->brokers[broker].address.empty()) return false;
  const bool is_first = !std::exchange(heard_[broker], now);
  bool changed = is_first && is_settled();
  for (const probe::NodeRow& row : report.nodes) {
    if (row.group.empty() || !is_wanted(row.group)) continue;
    auto group = groups_.find(row.group);
    if (group == groups_.end()) {
      if (groups_.size() >= groups_max) {
        refuse(row.group, fmt::format("more than {} groups are reported", groups_max));
        continue;
      }
      group = groups_.emplace(row.group, ByBroker()).first;
    }
    Seen& seen = group->second[broker];
    if (seen.last == now) continue;  // a second node of the group on one broker: the first counts
    changed = changed || seen.node != row.name;
    seen = {row.name, now, false};
  }
  if (changed) rebuild();
  return tick(now) || changed;
}

bool Discovery::tick(probe::TimePoint now) {
  if (!configured_->discover) return false;
  bool changed = false;
  for (auto group = groups_.begin(); group != groups_.end();) {
    auto gone = std::erase_if(group->second, [&](const auto& member) {
      return has_run_out(member.second, member.first, now);
    });
    changed = changed || gone > 0;
    group = group->second.empty() ? groups_.erase(group) : std::next(group);
  }
  if (changed) rebuild();
  return changed;
}

bool Discovery::is_settled() const {
  for (std::size_t b = 0; b < heard_.size(); ++b) {
    if (!heard_[b] && !configured_->brokers[b].address.empty()) return false;
  }
  return true;
}

// False: refused.
bool Discovery::take_name(const std::string& group, std::map<dns::Name, std::string>& taken) {
  std::string label = label_of(group);
  auto name = label.empty() ? std::nullopt : config::name_from(configured_->discover->name, label);
  if (!name) {
    refuse(group, "its name makes no host name (letters, digits and hyphens)");
    return false;
  }
  auto [owner, fresh] = taken.emplace(*name, "group \"" + group + "\"");
  if (!fresh) {
    refuse(group, owner->second + " has the name " + name->to_text() + " already");
    return false;
  }
  holders_[group] = *name;
  return true;
}

void Discovery::rebuild() {
  if (!configured_->discover) {
    effective_ = configured_;
    return;
  }
  auto next = std::make_shared<config::Config>(*configured_);
  next->discover->is_settled = is_settled();
  std::map<dns::Name, std::string> taken = taken_;
  // Whoever has a name keeps it: a newcomer must not get what clients are sent to.
  std::erase_if(holders_, [&](const auto& holder) { return groups_.count(holder.first) == 0; });
  for (const auto& [group, name] : holders_) taken.emplace(name, "group \"" + group + "\"");
  for (const auto& [group, members] : groups_) {
    if (holders_.count(group) == 0 && !take_name(group, taken)) continue;
    config::Group made = group_of(*configured_, group, holders_.at(group));
    for (const auto& [broker, seen] : members)
      add_node(made, seen.node, broker, configured_->brokers[broker]);
    next->groups.push_back(std::move(made));
  }
  effective_ = std::move(next);
}

// Each reason is said once.
void Discovery::refuse(const std::string& group, const std::string& why) {
  if (refused_.size() >= groups_max || std::exchange(refused_[group], why) == why) return;
  refusals_.push_back(fmt::format("group \"{}\" is not published: {}", group, why));
}

std::vector<std::string> Discovery::take_refusals() { return std::exchange(refusals_, {}); }

Discovery::Members Discovery::members() const {
  Members all;
  for (const auto& [group, by_broker] : groups_) {
    if (holders_.count(group) == 0) continue;
    for (const auto& [broker, seen] : by_broker)
      all[group].push_back({seen.node, configured_->brokers[broker].name});
  }
  return all;
}

Discovery::Members Discovery::members_for(const config::Config& next) const {
  std::map<std::string, std::string> renamed;
  for (const config::Broker& old : configured_->brokers) {
    for (const config::Broker& now : next.brokers)
      if (old.target == now.target) renamed[old.name] = now.name;
  }
  Members all = members();
  for (auto& [group, list] : all) {
    for (Member& member : list) {
      auto found = renamed.find(member.broker);
      if (found != renamed.end()) member.broker = found->second;
    }
  }
  return all;
}

}  // namespace signpost::agent
