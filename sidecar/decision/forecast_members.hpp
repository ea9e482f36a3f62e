// Members: who belongs to a group and who hears whom, from what its nodes say of themselves and of
// each other. A part of forecast().
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "sidecar/decision/forecast.hpp"

namespace signpost::decision {

class Members {
 public:
  explicit Members(const ForecastInput& input);

  /// Some node is a member of an HA group; nothing else here is worth asking otherwise.
  [[nodiscard]] bool is_group() const { return is_group_; }
  /// A node that takes part (MASTER or REPLICA) has listed the others.
  [[nodiscard]] bool is_listed() const { return listed_ > 0; }
  /// How many count for a majority. Only the group's own list tells; without one, the configured.
  [[nodiscard]] std::size_t size() const { return listed_ > 0 ? listed_ : configured_; }
  /// The most that hear each other, or that wait for an election.
  [[nodiscard]] const std::vector<std::string>& in_contact() const { return in_contact_; }
  [[nodiscard]] bool is_in_contact(const std::string& name) const;
  /// The current master; null if there is none, or more than one.
  [[nodiscard]] const ForecastNode* master() const { return master_; }
  /// By replication address: who has it.
  [[nodiscard]] const std::map<std::string, std::string>& addresses() const { return addresses_; }
  /// Members that the configuration does not name.
  [[nodiscard]] const std::vector<std::string>& unwatched() const { return unwatched_; }

 private:
  void note_peers(const ForecastInput& input, const ForecastNode& observer);

  bool is_group_ = false;
  std::size_t configured_ = 0;
  std::size_t listed_ = 0;
  std::vector<std::string> in_contact_;
  const ForecastNode* master_ = nullptr;
  std::map<std::string, std::string> addresses_;
  std::vector<std::string> unwatched_;
};

/// It is MASTER or REPLICA, by its own word of just now: its list of peers is alive.
bool takes_part(const ForecastNode& node);

}  // namespace signpost::decision
