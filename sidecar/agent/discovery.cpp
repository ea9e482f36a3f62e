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

struct FoundBroker {
  std::size_t index;
  bool is_guess;
};

// Names may be given anew, so a broker is found by where it is asked. One that moved is found by
// its name, unless that one was another's then: a node must never get the address of another
// broker.
std::optional<FoundBroker> broker_of(const Discovery::Member& member,
                                     const std::set<std::string>& asked,
                                     const std::vector<config::Broker>& brokers) {
  auto find = [&](auto&& is_it) -> std::optional<std::size_t> {
    for (std::size_t b = 0; b < brokers.size(); ++b)
      if (is_it(brokers[b])) return b;
    return std::nullopt;
  };
  auto is_there = [&](const config::Broker& b) { return b.target.url() == member.url; };
  auto has_name = [&](const config::Broker& b) {
    return b.name == member.broker && !b.address.empty();
  };
  if (auto found = find([&](const auto& b) { return is_there(b) && has_name(b); }))
    return FoundBroker{*found, false};
  if (auto found = find([&](const auto& b) { return is_there(b) && !b.address.empty(); }))
    return FoundBroker{*found, false};
  if (find(is_there)) return std::nullopt;  // it is the one, and has no address any more
  auto found =
      find([&](const config::Broker& b) { return has_name(b) && !asked.contains(b.target.url()); });
  if (!found) return std::nullopt;
  return FoundBroker{*found, !member.url.empty()};
}

bool is_node_name(const std::string& name) {
  auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  return !name.empty() && name.size() <= Discovery::node_name_max &&
         std::none_of(name.begin(), name.end(), is_control);
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
                     probe::TimePoint now, std::set<std::string> asked)
    : configured_(std::move(configured)),
      taken_(taken_names(*configured_)),
      heard_(configured_->brokers.size()) {
  for (const config::Group& g : configured_->groups)
    configured_groups_.insert({g.name, g.ha_group});
  for (const auto& [group, members] : remembered)
    for (const Member& member : members) asked.insert(member.url);
  for (const auto& [group, members] : remembered) {
    if (!is_wanted(group)) continue;
    for (const Member& member : members) {
      auto broker = broker_of(member, asked, configured_->brokers);
      if (!broker || !is_node_name(member.node)) continue;
      Seen seen{member.node, now, true, broker->is_guess};
      members_ += groups_[group].emplace(broker->index, std::move(seen)).second ? 1 : 0;
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
// Without a grace that counts for what an earlier run remembered: a restart takes stock. A guess
// has none either: it must not last longer than it takes to ask.
bool Discovery::has_run_out(const Seen& seen, std::size_t broker, probe::TimePoint now) const {
  auto grace = configured_->discover->grace;
  if (!heard_[broker] || *heard_[broker] <= seen.last) return false;
  if (grace.count() == 0 || seen.is_guess) return seen.is_remembered;
  return now - seen.last >= grace;
}

bool Discovery::saw(std::size_t broker, const probe::RolesReport& report, probe::TimePoint now) {
  if (!configured_->discover || configured_->brokers[broker].address.empty()) return false;
  const bool is_first = !std::exchange(heard_[broker], now);
  bool changed = is_first && is_settled();
  for (const probe::NodeRow& row : report.nodes)
    if (!row.group.empty() && is_wanted(row.group)) changed |= take(broker, row, now);
  if (changed) rebuild();
  return tick(now) || changed;
}

// True if it is a new member, or another node than before.
bool Discovery::take(std::size_t broker, const probe::NodeRow& row, probe::TimePoint now) {
  if (!is_node_name(row.name)) {
    refuse(
        row.group,
        fmt::format("a node of it has a name of more than {} octets, or with a control character",
                    node_name_max),
        fmt::format(" (on {})", configured_->brokers[broker].name));
    return false;
  }
  auto group = groups_.find(row.group);
  if (group == groups_.end() && groups_.size() >= groups_max) {
    refuse(row.group, fmt::format("more than {} groups are reported", groups_max));
    return false;
  }
  if (group == groups_.end() || group->second.count(broker) == 0) {
    if (members_ >= members_max) {
      refuse(row.group, fmt::format("more than {} nodes of groups are reported", members_max));
      return false;
    }
    ++members_;
  }
  Seen& seen = groups_[row.group][broker];
  if (seen.last == now) return false;  // a second node of the group on one broker: the first counts
  bool is_other = seen.node != row.name;
  seen = {row.name, now, false, false};
  return is_other;
}

bool Discovery::tick(probe::TimePoint now) {
  if (!configured_->discover) return false;
  bool changed = false;
  for (auto group = groups_.begin(); group != groups_.end();) {
    auto gone = std::erase_if(group->second, [&](const auto& member) {
      return has_run_out(member.second, member.first, now);
    });
    members_ -= gone;
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

// Each reason is said once, wherever it is found.
void Discovery::refuse(const std::string& group, const std::string& why, const std::string& where) {
  if (refused_.size() >= groups_max || std::exchange(refused_[group], why) == why) return;
  refusals_.push_back(fmt::format("group \"{}\" is not published: {}{}", group, why, where));
}

std::vector<std::string> Discovery::take_refusals() { return std::exchange(refusals_, {}); }

std::set<std::string> urls_of(const std::vector<config::Broker>& brokers) {
  std::set<std::string> urls;
  for (const config::Broker& broker : brokers) urls.insert(broker.target.url());
  return urls;
}

Discovery::Members discovered_members(const config::Config& effective) {
  Discovery::Members all;
  for (const config::Group& group : effective.groups) {
    if (!group.discovered) continue;
    for (const config::Node& node : group.nodes) {
      const config::Broker& broker = effective.brokers[node.broker];
      all[group.name].push_back({node.name, broker.name, broker.target.url()});
    }
  }
  return all;
}

}  // namespace signpost::agent
