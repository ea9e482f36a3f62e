// Found: discovery with three brokers, without an agent.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sidecar/agent/discovery.hpp"

namespace signpost::test {

inline const probe::TimePoint t0{std::chrono::seconds(1000)};

inline config::Config discovering(std::size_t brokers = 3) {
  config::Config c;
  for (std::size_t b = 1; b <= brokers; ++b) {
    config::Broker broker;
    broker.name = "b" + std::to_string(b);
    broker.address = {"192.0.2." + std::to_string(b)};
    broker.target.host = "10.0.0." + std::to_string(c.brokers.size() + 1);
    c.brokers.push_back(broker);
  }
  c.discover.emplace();
  c.discover->name = "{group}.ha.test.";
  return c;
}

inline probe::RolesReport report(const std::vector<std::pair<std::string, std::string>>& nodes) {
  probe::RolesReport r;
  for (const auto& [group, node] : nodes) {
    r.nodes.push_back({node,
                       "BDB_HA",
                       group,
                       probe::NodeRole::replica,
                       probe::State::active,
                       probe::State::active,
                       {},
                       ""});
  }
  return r;
}

// "weather(n1@0,n2@1) ..."
inline std::string shown(const agent::Discovery& d) {
  std::string all;
  for (const config::Group& g : d.effective()->groups) {
    all += (all.empty() ? "" : " ") + g.name + "(";
    for (const config::Node& n : g.nodes)
      all += (&n == &g.nodes.front() ? "" : ",") + n.name + "@" + std::to_string(n.broker);
    all += ")";
  }
  return all;
}

struct Found : testing::Test {
  config::Config config = discovering();
  std::unique_ptr<agent::Discovery> d;
  agent::Discovery& make(const agent::Discovery::Members& remembered = {},
                         const std::set<std::string>& asked = {}) {
    d = std::make_unique<agent::Discovery>(std::make_shared<const config::Config>(config),
                                           remembered, t0, asked);
    return *d;
  }
};

}  // namespace signpost::test
