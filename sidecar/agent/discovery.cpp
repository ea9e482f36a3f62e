#include "sidecar/agent/discovery.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace signpost::agent {
namespace {

constexpr std::string_view placeholder = "{group}";

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

std::optional<dns::Name> name_of(const std::string& name_template, const std::string& label) {
  std::string text = name_template;
  for (auto at = text.find(placeholder); at != std::string::npos;
       at = text.find(placeholder, at + label.size()))
    text.replace(at, placeholder.size(), label);
  auto name = dns::Name::parse(text);
  return name ? std::optional(*name) : std::nullopt;
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
    : configured_(std::move(configured)), heard_(configured_->brokers.size()) {
  for (const config::Group& g : configured_->groups)
    configured_groups_.insert({g.name, g.ha_group});
  for (const auto& [group, members] : remembered) {
    for (const Member& member : members) {
      for (std::size_t b = 0; b < configured_->brokers.size(); ++b) {
        if (configured_->brokers[b].name == member.broker && is_wanted(group))
          groups_[group][b] = {member.node, now};
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
bool Discovery::has_run_out(const Seen& seen, std::size_t broker, probe::TimePoint now) const {
  auto grace = configured_->discover->grace;
  return grace.count() > 0 && heard_[broker] > seen.last && now - seen.last >= grace;
}

bool Discovery::saw(std::size_t broker, const probe::RolesReport& report, probe::TimePoint now) {
  if (!configured_->discover || configured_->brokers[broker].address.empty()) return false;
  heard_[broker] = now;
  bool changed = false;
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
    seen = {row.name, now};
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

void Discovery::rebuild() {
  if (!configured_->discover) {
    effective_ = configured_;
    return;
  }
  auto next = std::make_shared<config::Config>(*configured_);
  std::set<dns::Name> taken;
  for (const config::Group& g : next->groups) taken.insert(g.record.name);
  for (const auto& [group, members] : groups_) {
    std::string label = label_of(group);
    auto name = label.empty() ? std::nullopt : name_of(configured_->discover->name, label);
    if (!name) {
      refuse(group, "its name makes no host name (letters, digits and hyphens)");
    } else if (!taken.insert(*name).second) {
      refuse(group, "another group has the name " + name->to_text() + " already");
    } else {
      config::Group made = group_of(*configured_, group, *name);
      for (const auto& [broker, seen] : members)
        add_node(made, seen.node, broker, configured_->brokers[broker]);
      next->groups.push_back(std::move(made));
    }
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
    for (const auto& [broker, seen] : by_broker)
      all[group].push_back({seen.node, configured_->brokers[broker].name});
  }
  return all;
}

}  // namespace signpost::agent
