// FakeGroup: three brokers of group "weather" that say what a test tells them to, after as long as
// the test likes. No sockets.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "probe/prober.hpp"
#include "sidecar/config/config.hpp"
#include "sidecar/runtime/clock.hpp"
#include "sidecar/runtime/state_store.hpp"

namespace signpost::test {

struct FakeBroker {
  std::optional<probe::VirtualhostRow> row;
  probe::NodeRole role = probe::NodeRole::waiting;
  std::vector<std::string> calls_master;
  std::optional<probe::Failure> failure;
  std::chrono::milliseconds latency{1};
  std::optional<std::int64_t> quorum_override, transaction_id;
  std::optional<std::chrono::milliseconds> clock_ahead;  // of ours; absent = answers have no date
  bool in_group = true;                                  // false: it has no node of the group
  int virtualhost_requests = 0;
  int roles_requests = 0;
};

class FakeGroup {
 public:
  FakeGroup(runtime::Clock& clock, std::size_t size = 3);

  FakeBroker& operator[](const std::string& node) { return *brokers_.at(node); }
  /// `node` is MASTER since `opened`, everybody else a replica that says so.
  void elect(const std::string& node, std::chrono::milliseconds opened);
  void kill(const std::string& node);

  [[nodiscard]] const config::Config& config() const { return config_; }
  [[nodiscard]] std::shared_ptr<const config::Config> shared_config() const {
    return std::make_shared<const config::Config>(config_);
  }
  /// For Agent: a prober for the broker of this name.
  std::unique_ptr<probe::Prober> prober(const config::Broker& broker);

 private:
  runtime::Clock& clock_;
  std::map<std::string, std::shared_ptr<FakeBroker>> brokers_;
  config::Config config_;
};

/// Keeps the newest state in memory. `stalled`: save() is never answered, as on a dying disk.
class FakeStore final : public runtime::StateStore {
 public:
  void on_done(Done done) override { done_ = std::move(done); }
  std::uint64_t save(runtime::State state) override;
  /// Answers what save() left open.
  void finish(const std::string& error = "");

  runtime::State newest;
  int saves = 0;
  bool stalled = false;

 private:
  Done done_;
  std::uint64_t sequence_ = 0;
};

}  // namespace signpost::test
