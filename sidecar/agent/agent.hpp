// Agent: the loops and groups of one signpost, without process, sockets or files: those come in
// through its parts, so that a simulation runs this very code on a virtual clock.
//
// Order at a change: decide -> state file -> publish. The state goes first so that a crash
// cannot bring the old answer back; but it is waited for at most `save_patience`: a stalled disk
// must not delay a failover.
#pragma once

#include <memory>
#include <vector>

#include "probe/prober.hpp"
#include "sidecar/agent/broker_loop.hpp"
#include "sidecar/agent/decision_loop.hpp"
#include "sidecar/agent/publisher.hpp"
#include "sidecar/runtime/state_store.hpp"
#include "sidecar/runtime/task_group.hpp"

namespace signpost::agent {

class Agent {
 public:
  static constexpr auto save_patience = std::chrono::milliseconds(50);

  /// `probers`: one per Config::brokers, in order. All references must outlive the agent.
  Agent(const config::Config& config, const runtime::State& saved,
        std::vector<std::unique_ptr<probe::Prober>> probers, runtime::Clock& clock,
        runtime::StateStore& store);

  /// Before start(): what the state file says, for the publisher's first table.
  [[nodiscard]] std::vector<Wanted> wanted() const;
  [[nodiscard]] std::uint32_t serial() const { return serial_; }

  /// Spawns the loops. `publisher` and `tasks` must outlive them.
  void start(Publisher& publisher, runtime::TaskGroup& tasks);

  [[nodiscard]] const std::vector<std::unique_ptr<DecisionLoop>>& groups() const { return groups_; }
  [[nodiscard]] const std::vector<std::unique_ptr<BrokerLoop>>& brokers() const { return brokers_; }
  /// True when every broker was answered or failed once since the start.
  [[nodiscard]] bool first_round_done() const;
  /// How many brokers answered their newest probe.
  [[nodiscard]] std::size_t brokers_answering() const;
  /// A decision is made but not published yet (it waits for the state file).
  [[nodiscard]] bool publish_due() const { return publish_due_; }
  /// Empty, or why the newest state is not on disk.
  [[nodiscard]] const std::string& state_error() const { return state_error_; }
  [[nodiscard]] runtime::State state() const;

 private:
  void on_answer(std::size_t broker, const BrokerAnswer& answer);
  void on_change();
  void on_saved(std::uint64_t sequence, const std::string& error);
  void publish_now();
  void save_again();
  boost::asio::awaitable<void> publish_by(runtime::TimePoint deadline);
  boost::asio::awaitable<void> tick_loop();

  const config::Config& config_;
  runtime::Clock& clock_;
  runtime::StateStore& store_;
  Publisher* publisher_ = nullptr;
  runtime::TaskGroup* tasks_ = nullptr;
  std::vector<std::unique_ptr<probe::Prober>> probers_;
  std::vector<std::unique_ptr<BrokerLoop>> brokers_;
  std::vector<bool> broker_heard_;
  std::vector<std::unique_ptr<DecisionLoop>> groups_;
  std::vector<std::vector<std::pair<std::size_t, std::size_t>>>
      members_;  // by broker: (group, node)
  std::uint32_t serial_ = 0;
  runtime::State saved_;
  std::uint64_t awaited_sequence_ = 0;
  bool publish_due_ = false;
  runtime::TimePoint publish_deadline_{};
  std::string state_error_;
  runtime::TimePoint save_again_at_{};
};

}  // namespace signpost::agent
