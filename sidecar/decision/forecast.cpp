#include "sidecar/decision/forecast.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <functional>

#include "sidecar/decision/forecast_members.hpp"

namespace signpost::decision {
namespace {

using probe::NodeRole;
using probe::State;
using Severity = Risk::Severity;
using Names = std::vector<std::string>;

constexpr std::size_t risks_max = 32;  // nobody reads more at 3 a.m.

// "n1 and n2", "n1, n2 and n3"; long lists are cut.
std::string listed(const Names& names) {
  constexpr std::size_t shown_max = 5;
  const std::size_t shown = names.size() > shown_max ? shown_max - 1 : names.size();
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) {
    const bool is_last = i + 1 == names.size();
    text += (i == 0 ? "" : is_last ? " and " : ", ") + names[i];
  }
  if (shown < names.size()) text += fmt::format(" and {} more", names.size() - shown);
  return text;
}

Names names_of(const ForecastInput& input, const std::function<bool(const ForecastNode&)>& which) {
  Names names;
  for (const ForecastNode& n : input.nodes) {
    if (which(n)) names.push_back(n.name);
  }
  return names;
}

std::string as_of(const ForecastNode& n) { return n.is_current ? "" : " (by its last answer)"; }

std::string put(const std::string& node, const char* settings) {
  return fmt::format("PUT {} to /api/latest/virtualhostnode/{} of its broker", settings, node);
}

bool has_priority_zero(const ForecastNode& n) { return n.own && n.own->priority == 0; }
bool is_primary(const ForecastNode& n) { return n.own && n.own->designated_primary == true; }

/// The rules, in the order of the risks they report: the file is long because they stand together.
class Rules {
 public:
  explicit Rules(const ForecastInput& input) : input_(input), members_(input) {}

  std::vector<Risk> apply() {
    if (members_.is_group()) {
      majority();
      quorum_overrides();
      designated_primaries();
      permitted_nodes();
      unwatched_members();
      priorities();
      for (const ForecastNode& n : input_.nodes) not_electable(n);
      for (const ForecastNode& n : input_.nodes) replica_lag(n);
    }
    clock_difference();
    std::stable_sort(risks_.begin(), risks_.end(),
                     [](const Risk& a, const Risk& b) { return a.severity < b.severity; });
    if (risks_.size() > risks_max) risks_.resize(risks_max);
    return std::move(risks_);
  }

 private:
  void warn(const char* id, const std::string& node, std::string text, std::string cure) {
    risks_.push_back({id, Severity::warn, node, std::move(text), std::move(cure)});
  }
  void inform(const char* id, const std::string& node, std::string text, std::string cure) {
    risks_.push_back({id, Severity::info, node, std::move(text), std::move(cure)});
  }

  void majority();
  void quorum_overrides();
  void designated_primaries();
  void permitted_nodes();
  void differing_permissions();
  void priorities();
  void not_electable(const ForecastNode& n);
  void replica_lag(const ForecastNode& n);
  void clock_difference();
  void unwatched_members();

  [[nodiscard]] std::size_t needed() const;
  [[nodiscard]] bool nobody_could_follow() const;

  const ForecastInput& input_;
  const Members members_;
  std::vector<Risk> risks_;
};

/// Members that must hear each other for commits and elections: JE's SIMPLE_MAJORITY, with the two
/// settings that lower it (classes ReplicationMutableConfig and DesignatedPrimaryProvider).
std::size_t Rules::needed() const {
  const auto votes_alone = [&](const ForecastNode& n) {
    return is_primary(n) && n.is_current && members_.is_in_contact(n.name);
  };
  if (members_.size() == 2 && !names_of(input_, votes_alone).empty()) return 1;
  const ForecastNode* master = members_.master();
  const std::int64_t override = master ? master->own->quorum_override.value_or(0) : 0;
  const std::size_t counted = override > 0 ? static_cast<std::size_t>(override) : members_.size();
  return counted / 2 + 1;
}

void Rules::majority() {
  const std::size_t size = members_.size(), heard = members_.in_contact().size();
  if (!input_.all_asked || size < 2 || heard == 0) return;
  const std::string together = fmt::format("{} of {} members hear each other ({})", heard, size,
                                           listed(members_.in_contact()));
  if (heard < needed()) {
    warn("no_majority", "",
         fmt::format("{}: too few to elect a master or to commit until {} more can be heard",
                     together, needed() - heard),
         "start the missing brokers or mend the network between them");
  } else if (heard == needed() && size == 2 && heard == 2) {
    inform("one_failure_from_standstill", "",
           "a group of two stands still as soon as either node fails",
           "add a third node; or, when one has failed, set designatedPrimary on the other by hand");
  } else if (heard == needed()) {
    warn("one_failure_from_standstill", "",
         fmt::format("{}: one failure from standstill, for {} are needed", together, needed()),
         "bring the missing members back before anything else is touched");
  }
}

void Rules::quorum_overrides() {
  for (const ForecastNode& n : input_.nodes) {
    const std::int64_t value = n.own ? n.own->quorum_override.value_or(0) : 0;
    if (value <= 0) continue;
    warn("quorum_override", n.name,
         fmt::format(
             "{} has quorumOverride {}{}: it counts majorities as if the group had size {}, so a "
             "cut between the nodes can make two of them active",
             n.name, value, as_of(n), value),
         put(n.name, "{\"quorumOverride\": 0}") + " once the group has its majority back");
  }
}

void Rules::designated_primaries() {
  const Names primaries = names_of(input_, is_primary);
  if (primaries.size() < 2) return;
  std::string text = fmt::format("{} are designatedPrimary", listed(primaries));
  std::string cure = put(primaries.back(), "{\"designatedPrimary\": false}") +
                     "; at most one node of a group may be primary";
  if (members_.size() == 2) {
    warn("two_designated_primaries", "",
         text + ": each goes on alone when the link between them is cut, and both are active",
         std::move(cure));
  } else {
    inform("two_designated_primaries", "",
           text + ": without effect now, but both would go on alone in a group of two",
           std::move(cure));
  }
}

// Textual, as the broker compares (class ReplicatedEnvironmentFacade): a name does not permit its
// address.
void Rules::permitted_nodes() {
  const std::size_t before = risks_.size();
  std::map<std::string, Names> refused_by;
  Names nobodys;
  for (const ForecastNode& n : input_.nodes) {
    if (!n.own || !n.own->permitted_nodes || n.own->permitted_nodes->empty()) continue;
    const Names& permitted = *n.own->permitted_nodes;
    for (const auto& [address, member] : members_.addresses()) {
      if (!std::binary_search(permitted.begin(), permitted.end(), address))
        refused_by[address].push_back(n.name);
    }
    for (const std::string& address : permitted) {
      if (!members_.addresses().contains(address)) nobodys.push_back(address);
    }
  }
  for (const auto& [address, by] : refused_by) {
    const std::string& member = members_.addresses().at(address);
    warn(
        "permitted_nodes_mismatch", member,
        fmt::format("{} at {} is a member, but no permitted node of {}: when they meet, every "
                    "node that takes it for an intruder goes ERRORED, which can be the whole group",
                    member, address, listed(by)),
        "set permittedNodes on the master to the addresses of all members");
  }
  if (risks_.size() == before) differing_permissions();
  if (!members_.is_listed() || nobodys.empty()) return;
  std::sort(nobodys.begin(), nobodys.end());
  nobodys.erase(std::unique(nobodys.begin(), nobodys.end()), nobodys.end());
  inform("permitted_nodes_mismatch", "",
         fmt::format("permitted to join, but no member: {}", listed(nobodys)),
         "remove it from permittedNodes on the master unless a node is to come");
}

void Rules::differing_permissions() {
  const ForecastNode* first = nullptr;
  for (const ForecastNode& n : input_.nodes) {
    if (!n.own || !n.own->permitted_nodes) continue;
    if (first == nullptr) first = &n;
    if (first->own->permitted_nodes == n.own->permitted_nodes) continue;
    warn("permitted_nodes_mismatch", n.name,
         fmt::format("{}{} permits other nodes than {}{}: one of them may take a member for an "
                     "intruder and go ERRORED",
                     n.name, as_of(n), first->name, as_of(*first)),
         "set permittedNodes on the master again; its replicas take it over");
    return;
  }
}

void Rules::unwatched_members() {
  for (const std::string& name : members_.unwatched()) {
    warn("unwatched_member", name,
         fmt::format("{} is a member of the group, but not configured here: if it becomes active, "
                     "the record cannot follow",
                     name),
         "add it to the group's nodes; or, if its host is gone for good, DELETE "
         "/api/latest/remotereplicationnode/<node>/" +
             name + " at a broker: it still counts for the majority");
  }
}

/// All others that take part have priority 0, and there are some.
bool Rules::nobody_could_follow() const {
  const ForecastNode* master = members_.master();
  if (master == nullptr) return false;
  const auto others = names_of(input_, [&](const ForecastNode& n) {
    return &n != master && members_.is_in_contact(n.name);
  });
  const auto voters_only = names_of(input_, [&](const ForecastNode& n) {
    return &n != master && members_.is_in_contact(n.name) && has_priority_zero(n);
  });
  return !others.empty() && others.size() == voters_only.size() &&
         others.size() + 1 == members_.in_contact().size();
}

void Rules::priorities() {
  const Names zero = names_of(input_, has_priority_zero);
  if (!zero.empty() && zero.size() == input_.nodes.size()) {
    warn(
        "all_priority_zero", "",
        "every node has priority 0: after the next failure or restart nobody is ever elected",
        put(zero.front(), "{\"priority\": 1}") + ", and to those of the others that may be active");
  } else if (nobody_could_follow()) {
    warn("no_successor", "",
         fmt::format("if {} fails nobody takes over: every other member in contact has priority 0",
                     members_.master()->name),
         "give one of them priority 1, or bring back a member that may be elected");
  } else {
    for (const std::string& name : zero) {
      inform("not_electable", name, name + " has priority 0: it votes, but never becomes active",
             put(name, "{\"priority\": 1}") + " unless that is meant");
    }
  }
}

void Rules::not_electable(const ForecastNode& n) {
  if (!n.is_current || !n.own) return;
  const probe::NodeRow& own = *n.own;
  std::string text, cure;
  if (own.state == State::errored) {
    text = "is ERRORED: it has left the group and stays out";
    cure = fmt::format("read its broker's log (HA-1008 = an intruder), mend the cause, then {}",
                       put(n.name, "{\"desiredState\": \"ACTIVE\"}"));
  } else if (own.state == State::stopped) {
    text = "is STOPPED: it has left the group until somebody starts it";
    cure = put(n.name, "{\"desiredState\": \"ACTIVE\"}");
  } else if (own.state != State::active) {
    text = fmt::format("has state {}: it does not take part", to_text(own.state));
    cure = "read its broker's log if it stays so";
  } else if (own.role == NodeRole::detached) {
    text = "is DETACHED: its environment is closed or restarts";
    cure = "read its broker's log if it stays so (HA-1009 = no majority)";
  } else if (own.role == NodeRole::waiting && members_.master() != nullptr) {
    text =
        fmt::format("is WAITING although {} is master: it has not joined", members_.master()->name);
    cure = "look at the network between their replication addresses, then at its broker's log";
  } else {
    return;
  }
  warn("not_electable", n.name, n.name + " " + text, std::move(cure));
}

void Rules::replica_lag(const ForecastNode& n) {
  if (!n.lag || n.lag->overdue <= 0) return;
  warn("replica_lag", n.name,
       fmt::format("{} is more than {} s behind its master ({} transactions): if it takes over, "
                   "what it lacks is lost or must be waited for",
                   n.name, overdue_after.count(), n.lag->transactions),
       "look at its disk, its load and the network to it; do not stop the other nodes meanwhile");
}

void Rules::clock_difference() {
  constexpr std::chrono::milliseconds bound{1000};
  const ForecastNode *ahead = nullptr, *behind = nullptr;
  std::chrono::milliseconds most = bound;
  for (const ForecastNode& a : input_.nodes) {
    for (const ForecastNode& b : input_.nodes) {
      if (!a.clock || !b.clock || proven_lead(*a.clock, *b.clock) <= most) continue;
      most = proven_lead(*a.clock, *b.clock);
      ahead = &a;
      behind = &b;
    }
  }
  if (ahead == nullptr) return;
  warn("clock_difference", "",
       fmt::format("{}'s clock is at least {:.1f} s ahead of {}'s: which of two active nodes is "
                   "the newer one is told by clocks, and JE lets nobody join across more than 2 s",
                   ahead->name, std::chrono::duration<double>(most).count(), behind->name),
       "check time synchronisation on both hosts");
}

}  // namespace

const char* to_word(Risk::Severity severity) {
  switch (severity) {
    case Severity::warn:
      return "warn";
    case Severity::info:
      return "info";
  }
  return "?";
}

std::vector<Risk> forecast(const ForecastInput& input) { return Rules(input).apply(); }

}  // namespace signpost::decision
