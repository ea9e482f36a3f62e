#include "tests/sim/simulation.hpp"

#include <fmt/format.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "tests/sim/fault_schedule.hpp"
#include "tests/sim/injector.hpp"
#include "tests/sim/liveness.hpp"
#include "tests/sim/sim_log.hpp"

namespace signpost::sim {
namespace {

using namespace std::chrono_literals;

constexpr Duration least_length = 120s;
constexpr std::size_t least_activations = 2;
// A silent host costs JE's defaults 30 s and two sockets of 10 s each, perhaps more than once.
constexpr Duration settling_most = 300s;

class Simulation {
 public:
  Simulation(const Schedule& schedule, bool keep_trace)
      : schedule_(schedule), world_(draw_world(schedule.seed)), dice_(schedule.seed) {
    engine_.keep_trace(keep_trace);
    log_into(&engine_);
    injector_.connect(network_, sidecars_);
    for (std::size_t s = 0; s < world_.sidecars(); ++s) {
      sidecars_.push_back(std::make_unique<Sidecar>(engine_, context_, network_, world_, s,
                                                    dice_.fork("sidecar " + std::to_string(s)),
                                                    invariants_));
    }
  }
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;
  ~Simulation() {
    sidecars_.clear();
    log_into(nullptr);
  }

  Outcome run() {
    phases();
    Outcome o;
    o.schedule = schedule_;
    o.violation = invariants_.violation();
    o.hit = injector_.hit();
    o.trace_hash = engine_.trace_hash();
    o.trace = engine_.trace();
    o.length = engine_.now() - engine_.begun();
    o.sidecars = world_.sidecars();
    o.activations = group_.activations().size();
    o.changes = invariants_.changes();
    return o;
  }

 private:
  // False: an invariant was violated.
  bool phases() {
    prepare();
    if (!run_until(engine_.begun() + world_.faults_until)) return false;
    heal();
    if (!settle()) return false;
    do {
      if (!run_until(engine_.now() + dice_.between(3s, 12s)) || !fail_over() || !settle())
        return false;
    } while (engine_.now() < engine_.begun() + least_length ||
             group_.activations().size() < least_activations);
    return true;
  }

  void prepare() {
    for (std::size_t n = 0; n < world_.group.nodes; ++n) {
      Duration there_from = world_.broker_starts[n];
      if (there_from == Duration{}) continue;
      group_.kill(n);
      engine_.after(there_from, [this, n] { group_.start(n); });
    }
    for (std::size_t s = 0; s < sidecars_.size(); ++s)
      engine_.after(world_.starts[s], [this, s] { sidecars_[s]->start(); });
    injector_.arm(engine_.begun() + world_.faults_until);
    look();
  }

  void look() {
    liveness_.look();
    engine_.after(100ms, [this] { look(); });
  }

  // What the schedule broke has ended by itself; this is for what a broken thing left behind.
  void heal() {
    engine_.note("everything is healed");
    group_.heal_all();
    for (std::size_t n = 0; n < world_.group.nodes; ++n) {
      if (group_.resume(n)) network_.note_resumed(n);
      group_.start(n);
    }
    for (const auto& sidecar : sidecars_) {
      sidecar->start();
      sidecar->resume();
    }
    release_holds();
    // The operator looks again: a release is forgotten by a crash in the milliseconds behind it.
    engine_.after(10s, [this] { release_holds(); });
  }

  // Also those whose end a stopped process could not hear.
  void release_holds() {
    for (const auto& sidecar : sidecars_) {
      if (sidecar->runs() && sidecar->decision().reason == decision::Reason::held)
        sidecar->order(std::nullopt);
    }
  }

  bool run_until(Time end) {
    while (!invariants_.violation() && engine_.step(end)) {
      context_.poll();
      invariants_.after_step();
    }
    return !invariants_.violation();
  }

  bool wait_for(Duration most, const char* invariant, const std::function<bool()>& is_true) {
    Time end = engine_.now() + most;
    while (!is_true()) {
      if (engine_.now() >= end) {
        invariants_.violated(invariant, fmt::format("after {} s", most / 1s));
        return false;
      }
      if (!run_until(engine_.now() + 100ms)) return false;
    }
    return true;
  }

  bool settle() {
    return wait_for(settling_most, "no_settlement",
                    [this] { return group_.settled() && liveness_.only_master(); }) &&
           wait_for(liveness_.patience(), "no_convergence",
                    [this] { return liveness_.converged(); });
  }

  bool fail_over() {
    auto master = liveness_.only_master();
    if (!master) return true;
    std::size_t node = master->node, size = world_.group.nodes;
    if (size > 1 && dice_.chance(0.5)) {
      engine_.note("a planned transfer on a quiet day");
      group_.transfer((node + 1 + dice_.below(size - 1)) % size);
    } else {
      engine_.note("the master is killed on a quiet day");
      if (group_.kill(node)) network_.note_killed(node);
      engine_.after(dice_.between(2s, 6s), [this, node] { group_.start(node); });
      if (!run_until(engine_.now() + 6s)) return false;
    }
    return run_until(engine_.now() + 500ms);
  }

  const Schedule& schedule_;
  World world_;
  Dice dice_;
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      context_.get_executor()};
  Engine engine_;
  GroupModel group_{engine_, dice_.fork("group"), world_.group, [this](const Activation& a) {
                      engine_.note(fmt::format("activation {} on n{}{}", a.epoch, a.node + 1,
                                               a.by_majority ? "" : " without a majority"));
                      invariants_.on_activation(a);
                      injector_.note_activation(a.node);
                    }};
  Injector injector_{engine_, group_, world_, schedule_};
  Network network_{engine_, group_, world_, dice_.fork("network"),
                   [this](std::size_t fault) { injector_.note_hit(fault); }};
  std::vector<std::unique_ptr<Sidecar>> sidecars_;
  Invariants invariants_{engine_, group_, world_, sidecars_};
  Liveness liveness_{engine_, group_, world_, network_, sidecars_, invariants_};
};

}  // namespace

Schedule schedule_of(std::uint64_t seed) { return draw_schedule(draw_world(seed)); }

Outcome simulate(const Schedule& schedule, bool keep_trace) {
  return Simulation(schedule, keep_trace).run();
}

}  // namespace signpost::sim
