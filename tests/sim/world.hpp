// World: what one seed draws before anything happens: how large the group is, how fast it elects,
// how far apart its clocks are, how the sidecars are configured and how good their network is.
#pragma once

#include <vector>

#include "sidecar/config/config.hpp"
#include "tests/sim/engine.hpp"
#include "tests/sim/group_model.hpp"
#include "tests/sim/process.hpp"

namespace signpost::sim {

struct World {
  std::uint64_t seed = 0;
  GroupShape group;
  config::Config config;         // the same for every sidecar
  std::vector<HostClock> hosts;  // one per sidecar
  std::vector<Duration> starts;  // when each sidecar is started first
  std::vector<Duration>
      broker_starts;   // when each broker is there first; zero = from the beginning
  Duration latency{};  // one way, sidecar to broker
  Duration jitter{};
  Duration faults_until{};  // length of the phase with faults

  [[nodiscard]] std::size_t sidecars() const { return hosts.size(); }
  [[nodiscard]] const config::Group& published() const { return config.groups.front(); }
};

World draw_world(std::uint64_t seed);

/// The address that clients of this node are given; the only ones that may ever be answered.
std::string address_of(std::size_t node);

}  // namespace signpost::sim
