// Agent: the loops and groups of one signpost, without process, sockets or files: those come in
// through its parts, so that a simulation runs this very code on a virtual clock.
//
// Order at a change: decide -> state file -> publish. The state goes first so that a crash
// cannot bring the old answer back; but it is waited for at most `save_patience`: a stalled disk
// must not delay a failover.
#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "probe/prober.hpp"
#include "sidecar/agent/broker_loop.hpp"
#include "sidecar/agent/decision_loop.hpp"
#include "sidecar/agent/discovery.hpp"
#include "sidecar/agent/publisher.hpp"
#include "sidecar/agent/saved_group.hpp"
#include "sidecar/runtime/state_store.hpp"
#include "sidecar/runtime/task_group.hpp"

namespace signpost::agent {

class Agent {
 public:
  static constexpr auto save_patience = std::chrono::milliseconds(50);
  /// Groups that are no more are remembered for their generation; so many need a megabyte.
  static constexpr std::size_t strangers_max = 4096;
  /// May throw (a certificate that cannot be read); nothing is changed then.
  using MakeProber = std::function<std::unique_ptr<probe::Prober>(const config::Broker&)>;

  /// All references must outlive the agent.
  Agent(std::shared_ptr<const config::Config> config, const runtime::State& saved,
        MakeProber make_prober, runtime::Clock& clock, runtime::StateStore& store,
        history::Recorder& recorder);

  /// Before start(): what the state file says, for the publisher's first table.
  [[nodiscard]] std::vector<Wanted> wanted() const;
  [[nodiscard]] std::uint32_t serial() const { return serial_; }

  /// Spawns the loops. `publisher` and `tasks` must outlive them.
  void start(Publisher& publisher, runtime::TaskGroup& tasks);

  /// Another configuration, without a restart. Brokers and groups that are the same go on as if
  /// nothing had happened; a group whose members changed keeps its generation, its active node and
  /// its hold, and is asked anew. Discovered groups stay, as far as the new configuration has them.
  void reconfigure(std::shared_ptr<const config::Config> next);
  /// nullopt = release. False: no such group.
  bool set_hold(const std::string& group, std::optional<decision::Hold> hold,
                const std::string& who, const std::string& why);

  /// The loops were told to end: an order would do half of what it says.
  [[nodiscard]] bool is_stopping() const { return tasks_ != nullptr && tasks_->is_stopping(); }
  /// In force: the configured groups and the discovered ones.
  [[nodiscard]] const std::shared_ptr<const config::Config>& config() const { return config_; }
  /// The configured groups only: what a reload is compared with.
  [[nodiscard]] const std::shared_ptr<const config::Config>& configured() const {
    return discovery_->configured();
  }
  [[nodiscard]] const std::vector<std::unique_ptr<DecisionLoop>>& groups() const { return groups_; }
  /// nullptr: no such group.
  [[nodiscard]] const DecisionLoop* group(const std::string& name) const;
  /// By index into Config::brokers.
  [[nodiscard]] const BrokerLoop& broker(std::size_t index) const { return *brokers_[index]->loop; }
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
  /// One broker: its loop, and which nodes of which groups live there.
  struct Seat {
    std::unique_ptr<BrokerLoop> loop;
    std::size_t index = 0;                                     // into Config::brokers
    std::vector<std::pair<std::size_t, std::size_t>> members;  // (group, node)
    bool heard = false;
    bool listed = false;  // it said which nodes it has, or failed
  };

  std::shared_ptr<Seat> make_seat(const config::Broker& broker);
  std::unique_ptr<DecisionLoop> make_group(std::shared_ptr<const config::Group> group,
                                           const std::optional<decision::Saved>& saved);
  std::pair<std::unique_ptr<DecisionLoop>, bool> carry_over(
      std::shared_ptr<const config::Group> group, const config::Config& next,
      const Remembered& remembered);
  void assign_members();
  void apply(std::shared_ptr<const config::Config> next);
  void apply_discovered();
  void apply_once_all_are_listed();
  void forget_strangers(runtime::State& state) const;
  void on_answer(Seat& seat, const BrokerAnswer& answer);
  void flush();
  void on_change();
  void on_saved(std::uint64_t sequence, const std::string& error);
  void publish_now();
  void save_again();
  static boost::asio::awaitable<void> run_seat(std::shared_ptr<Seat> seat);
  boost::asio::awaitable<void> publish_by(runtime::TimePoint deadline);
  boost::asio::awaitable<void> tick_loop();

  std::unique_ptr<Discovery> discovery_;
  std::shared_ptr<const config::Config> config_;
  MakeProber make_prober_;
  runtime::Clock& clock_;
  runtime::StateStore& store_;
  history::Recorder& recorder_;
  Publisher* publisher_ = nullptr;
  runtime::TaskGroup* tasks_ = nullptr;
  std::uint64_t generation_floor_ = 0;  // of the next new group: the time in milliseconds
  std::vector<std::shared_ptr<Seat>> brokers_;
  std::vector<std::unique_ptr<DecisionLoop>> groups_;
  std::uint32_t serial_ = 0;
  runtime::State saved_;   // what is remembered, of groups of earlier configurations, too
  runtime::State stored_;  // the newest that was given to the store
  std::uint64_t awaited_sequence_ = 0;
  std::uint64_t stored_sequence_ = 0;  // the newest that the store has answered
  bool all_listed_ = false;  // every broker once, so discovered groups have all their members
  bool dirty_ = false;       // some group's decision changed since the last flush()
  bool publish_due_ = false;
  runtime::TimePoint publish_deadline_{};
  std::string state_error_;
  runtime::TimePoint save_again_at_{};
};

}  // namespace signpost::agent
