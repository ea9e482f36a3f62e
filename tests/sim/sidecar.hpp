// Sidecar: one signpost through all its lives: the real agent on a simulated machine. It is
// started, killed at any step, restarted with what its disk kept, stopped and continued, and given
// orders.
#pragma once

#include <memory>
#include <optional>

#include "sidecar/agent/agent.hpp"
#include "tests/sim/knowledge.hpp"
#include "tests/sim/process.hpp"
#include "tests/sim/sim_publisher.hpp"
#include "tests/sim/sim_store.hpp"

namespace signpost::sim {

/// What the invariants want to hear about.
class Witness {
 public:
  Witness() = default;
  virtual ~Witness() = default;
  Witness(const Witness&) = delete;
  Witness& operator=(const Witness&) = delete;

  /// A life begins: what its first table says. `remembered`: the state file it read.
  virtual void on_start(std::size_t sidecar, const Answer& first,
                        const runtime::State& remembered) = 0;
  virtual void on_answer(std::size_t sidecar, const Answer& answer) = 0;
  /// Before the agent hears of it.
  virtual void on_order(std::size_t sidecar, const std::optional<decision::Hold>& hold) = 0;
};

class Sidecar {
 public:
  /// All references must outlive it.
  Sidecar(Engine& engine, boost::asio::io_context& context, Network& network, const World& world,
          std::size_t index, Dice dice, Witness& witness);
  ~Sidecar();
  Sidecar(const Sidecar&) = delete;
  Sidecar& operator=(const Sidecar&) = delete;

  bool start();  // false: it runs
  bool crash();  // false: it does not run
  bool stop();
  bool resume();
  /// nullopt = release.
  bool order(const std::optional<decision::Hold>& hold);
  bool reload(bool other_interval);
  /// Runs `what` once, `after` the agent asks to save its state next.
  void at_next_save(Duration after, std::function<void()> what);

  [[nodiscard]] bool runs() const { return life_ != nullptr; }
  [[nodiscard]] bool is_stopped() const { return life_ && life_->process.stopped(); }
  /// Only while it runs.
  [[nodiscard]] const agent::Agent& agent() const { return *life_->agent; }
  [[nodiscard]] const Process& process() const { return life_->process; }
  [[nodiscard]] const Knowledge& knowledge() const { return life_->knowledge; }
  [[nodiscard]] const SimPublisher& publisher() const { return *life_->publisher; }
  [[nodiscard]] const decision::Decision& decision() const {
    return life_->agent->groups().front()->arbiter().decision();
  }
  [[nodiscard]] std::size_t tasks() const { return life_->tasks.size(); }
  [[nodiscard]] int lives() const { return lives_; }
  [[nodiscard]] std::string name() const { return "s" + std::to_string(index_ + 1); }
  [[nodiscard]] Disk& disk() { return disk_; }
  [[nodiscard]] const Disk& disk() const { return disk_; }
  [[nodiscard]] HostClock& host() { return host_; }
  /// The disk works again.
  void disk_recovered();

 private:
  struct Life {
    Life(Process& p, std::size_t nodes)
        : process(p), knowledge(nodes), tasks(p.context().get_executor()) {}
    ~Life();
    Life(const Life&) = delete;
    Life& operator=(const Life&) = delete;

    Process& process;  // owned by Sidecar::processes_: late events still look at it
    Knowledge knowledge;
    std::unique_ptr<SimStore> store;
    std::unique_ptr<agent::Agent> agent;
    std::unique_ptr<SimPublisher> publisher;
    runtime::TaskGroup tasks;
  };

  void on_save();

  Engine& engine_;
  boost::asio::io_context& context_;
  Network& network_;
  const World& world_;
  std::size_t index_;
  Dice dice_;
  Witness& witness_;
  HostClock host_;
  Disk disk_;
  history::NoRecorder recorder_;
  std::vector<std::unique_ptr<Process>> processes_;
  std::unique_ptr<Life> life_;
  int lives_ = 0;
  bool other_interval_ = false;
  Duration armed_after_{};
  std::function<void()> armed_;
};

}  // namespace signpost::sim
