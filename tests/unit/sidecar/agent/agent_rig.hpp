// Rig: the whole agent on virtual time: real loops, real arbiter, real zone; brokers, disk and
// clock are fakes.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>

#include "sidecar/agent/agent.hpp"
#include "sidecar/agent/serve_publisher.hpp"
#include "tests/support/fake_group.hpp"
#include "tests/support/sim_clock.hpp"

namespace signpost::test {

/// Keeps what happened.
class KeptEntries final : public history::Recorder {
 public:
  void add(history::Entry entry) override { entries.push_back(std::move(entry)); }
  [[nodiscard]] std::size_t count(const std::string& event) const {
    return static_cast<std::size_t>(std::count_if(entries.begin(), entries.end(),
                                                  [&](const auto& e) { return e.event == event; }));
  }
  std::vector<history::Entry> entries;
};

struct Rig {
  boost::asio::io_context context{1};
  SimClock clock{context};
  FakeGroup group{clock};
  config::Config configured = group.config();  // a test may change it before start()
  FakeStore store;
  KeptEntries recorder;
  std::unique_ptr<agent::Agent> agent;
  std::unique_ptr<agent::ServePublisher> publisher;
  runtime::TaskGroup tasks{context.get_executor()};

  Rig() = default;
  Rig(const Rig&) = delete;
  Rig& operator=(const Rig&) = delete;
  ~Rig() {
    tasks.request_stop();
    boost::asio::co_spawn(context, tasks.join(),
                          [](const std::exception_ptr& e) { EXPECT_FALSE(e); });
    clock.run_for(std::chrono::seconds(1));
  }

  void start(const runtime::State& saved = {}) {
    agent = std::make_unique<agent::Agent>(
        std::make_shared<const config::Config>(configured), saved,
        [this](const config::Broker& b) { return group.prober(b); }, clock, store, recorder);
    publisher =
        std::make_unique<agent::ServePublisher>(agent->config(), agent->wanted(), agent->serial());
    agent->start(*publisher, tasks);
  }
  /// n1 is active for some seconds.
  void steady() {
    group.elect("n1", std::chrono::seconds(100));
    start();
    clock.run_for(std::chrono::milliseconds(5100));
  }
  void apply(const config::Config& next) {
    agent->reconfigure(std::make_shared<const config::Config>(next));
  }
  void hold(decision::Hold::Kind kind, std::string node = "",
            std::chrono::seconds lasting = std::chrono::hours(1),
            const std::string& of = "weather") {
    agent->set_hold(of,
                    decision::Hold{kind, std::move(node), "upgrade", "jane", clock.now() + lasting,
                                   clock.wall_now(), clock.wall_now() + lasting},
                    "jane", "upgrade");
  }
  /// Before start(): the group is discovered, at weather.ha.test.
  void discover_groups() {
    configured.discover.emplace();
    configured.discover->name = "{group}.ha.test.";
    for (std::size_t b = 0; b < configured.brokers.size(); ++b)
      configured.brokers[b].address = configured.groups[0].nodes[b].address;
    configured.groups.clear();
  }
  /// What is configured, without n1.
  [[nodiscard]] config::Config without_n1() const {
    config::Config next = configured;
    next.groups[0].nodes.erase(next.groups[0].nodes.begin());
    next.groups[0].policy.nodes.erase(next.groups[0].policy.nodes.begin());
    return next;
  }
  /// What the disk has.
  [[nodiscard]] runtime::State stored() const {
    return runtime::parse_state(to_json(store.newest)).state;
  }
  std::string address() const { return address(configured.groups[0].record.name.to_text()); }
  /// What the zone says of a name: its first address, "not ready" or "none".
  std::string address(const std::string& name) const {
    dns::Name owner = dns::Name::parse(name).value();
    for (const auto& rrset : publisher->zone().rrsets) {
      if (rrset.type == dns::RRType::a && rrset.owner == owner)
        return dns::rdata_text(rrset.type, rrset.rdata[0]);
    }
    for (const auto& entry : publisher->zone().not_ready)
      if (entry.owner == owner) return "not ready";
    return "none";
  }
  const decision::Decision& decision() const { return agent->groups()[0]->arbiter().decision(); }
};

}  // namespace signpost::test
