// Discovery: groups made of what the brokers report, so that a new virtualhost needs no edit. Pure.
//
// A group consists of the nodes that the brokers say they have of it (querybroker/virtualhostnode;
// a node is listed in every state). A broker that is silent keeps what it said last. Groups that
// are configured are not discovered. A group whose name does not make a host name, or makes one
// that is taken, is refused: names are never mangled.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "probe/observation.hpp"
#include "sidecar/config/config.hpp"

namespace signpost::agent {

class Discovery {
 public:
  /// More is a mistake, or an attack: further groups are refused.
  static constexpr std::size_t groups_max = 4096;

  /// Of all groups together: brokers beyond eight for each of so many groups are a mistake, too.
  static constexpr std::size_t members_max = 8 * groups_max;
  /// Octets, as in the configuration.
  static constexpr std::size_t node_name_max = 255;

  /// A member as the state file keeps it: its broker by name, and by where it is asked, which
  /// outlive indices. `url` is empty in older files.
  struct Member {
    std::string node, broker, url{};
    bool operator==(const Member&) const = default;
  };
  /// By group.
  using Members = std::map<std::string, std::vector<Member>>;

  /// `asked`: where brokers were asked until now, as far as that is known; those without nodes are
  /// not in `remembered`.
  Discovery(std::shared_ptr<const config::Config> configured, const Members& remembered,
            probe::TimePoint now, std::set<std::string> asked = {});

  /// What the broker at this index of Config::brokers has. True if effective() changed.
  bool saw(std::size_t broker, const probe::RolesReport& report, probe::TimePoint now);
  /// True if time alone changed effective(): a grace ended.
  bool tick(probe::TimePoint now);

  /// The configured and the discovered groups, these sorted by name.
  [[nodiscard]] const std::shared_ptr<const config::Config>& effective() const {
    return effective_;
  }
  [[nodiscard]] const std::shared_ptr<const config::Config>& configured() const {
    return configured_;
  }
  /// Why groups were left out, one line each, since the last call.
  std::vector<std::string> take_refusals();

 private:
  struct Seen {
    std::string node;
    probe::TimePoint last{};
    bool is_remembered = false;  // by an earlier run, and not reported since
    bool is_guess = false;       // then: its broker is asked elsewhere, and has only the same name
    bool operator==(const Seen&) const = default;
  };
  using ByBroker = std::map<std::size_t, Seen>;

  [[nodiscard]] bool is_wanted(const std::string& group) const;
  bool take_name(const std::string& group, std::map<dns::Name, std::string>& taken);
  bool take(std::size_t broker, const probe::NodeRow& row, probe::TimePoint now);
  [[nodiscard]] bool has_run_out(const Seen& seen, std::size_t broker, probe::TimePoint now) const;
  [[nodiscard]] bool is_settled() const;
  void refuse(const std::string& group, const std::string& why, const std::string& where = "");
  void rebuild();

  std::shared_ptr<const config::Config> configured_;
  std::shared_ptr<const config::Config> effective_;
  std::set<std::string> configured_groups_;
  std::map<std::string, ByBroker> groups_;
  std::size_t members_ = 0;                   // of them all
  std::map<std::string, dns::Name> holders_;  // the published ones, and their names
  std::map<dns::Name, std::string> taken_;
  std::vector<std::optional<probe::TimePoint>> heard_;  // by broker: when it last said anything
  std::map<std::string, std::string> refused_;
  std::vector<std::string> refusals_;
};

/// Where these brokers are asked.
std::set<std::string> urls_of(const std::vector<config::Broker>& brokers);

/// The members of the discovered groups in a configuration that is in force. What was heard and is
/// not believed yet is no part of it.
Discovery::Members discovered_members(const config::Config& effective);

/// "weather*", "?x": * any number of characters, ? exactly one. Case matters.
bool matches(const std::string& pattern, const std::string& text);

}  // namespace signpost::agent
