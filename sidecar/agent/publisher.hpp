// Publisher: makes the world see the decisions. The seam between deciding and DNS: level-triggered,
// the newest word wins.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "sidecar/config/config.hpp"
#include "sidecar/decision/arbiter.hpp"

namespace signpost::agent {

struct Wanted {
  std::shared_ptr<const config::Group> group;
  decision::Decision decision;
};

class Publisher {
 public:
  Publisher() = default;
  virtual ~Publisher() = default;
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  /// From now on the groups and the zone's settings are those of `config`.
  virtual void reconfigure(std::shared_ptr<const config::Config> config) = 0;
  /// Would publish() change anything that a client can see?
  [[nodiscard]] virtual bool differs(const std::vector<Wanted>& wanted) const = 0;
  virtual void publish(const std::vector<Wanted>& wanted, std::uint32_t serial) = 0;
};

}  // namespace signpost::agent
