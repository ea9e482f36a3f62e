#include "tests/sim/sidecar.hpp"

#include <fmt/format.h>

#include "tests/sim/sim_log.hpp"
#include "tests/sim/sim_prober.hpp"

namespace signpost::sim {

Sidecar::Sidecar(Engine& engine, boost::asio::io_context& context, Network& network,
                 const World& world, std::size_t index, Dice dice, Witness& witness)
    : engine_(engine),
      context_(context),
      network_(network),
      world_(world),
      index_(index),
      dice_(dice),
      witness_(witness),
      host_(world.hosts[index]) {}

Sidecar::~Sidecar() { crash(); }

// The loops unwind where they are; nothing they would still do reaches the world.
Sidecar::Life::~Life() {
  process.kill();
  tasks.request_stop();
  while (tasks.size() > 0 && process.context().poll() > 0) {
  }
}

bool Sidecar::start() {
  if (life_) return false;
  ++lives_;
  other_interval_ = false;
  engine_.note(fmt::format("{} starts", name()));
  processes_.push_back(std::make_unique<Process>(engine_, context_, host_, name()));
  Process& process = *processes_.back();
  log_as(process.who());
  life_ = std::make_unique<Life>(process, world_.group.nodes);
  Life& life = *life_;
  runtime::LoadedState loaded =
      disk_.file.empty() ? runtime::LoadedState{} : runtime::parse_state(disk_.file);
  if (!loaded.damage.empty()) engine_.note(fmt::format("{} finds {}", name(), loaded.damage));
  life.store = std::make_unique<SimStore>(engine_, process, disk_,
                                          dice_.fork("store " + std::to_string(lives_)),
                                          [this] { on_save(); });
  auto config = std::make_shared<const config::Config>(world_.config);
  auto make_prober = [this, &life](const config::Broker& broker) {
    std::size_t node = std::stoul(broker.name.substr(1)) - 1;
    return std::make_unique<SimProber>(engine_, network_, life.process, life.knowledge, index_,
                                       node);
  };
  life.agent = std::make_unique<agent::Agent>(config, loaded.state, make_prober, process,
                                              *life.store, recorder_);
  life.publisher = std::make_unique<SimPublisher>(
      config, life.agent->wanted(), life.agent->serial(),
      [this](const Answer& answer) { witness_.on_answer(index_, answer); });
  witness_.on_start(index_, life.publisher->answer(), loaded.state);
  life.agent->start(*life.publisher, life.tasks);
  return true;
}

bool Sidecar::crash() {
  if (!life_) return false;
  engine_.note(fmt::format("{} ends", name()));
  for (std::size_t n = 0; n < world_.group.nodes; ++n) network_.close(index_, n);
  life_.reset();
  armed_ = nullptr;
  return true;
}

bool Sidecar::stop() {
  if (!life_ || life_->process.stopped()) return false;
  engine_.note(fmt::format("{} is stopped", name()));
  life_->process.stop();
  return true;
}

bool Sidecar::resume() {
  if (!life_ || !life_->process.stopped()) return false;
  engine_.note(fmt::format("{} is continued", name()));
  life_->process.resume();
  return true;
}

bool Sidecar::order(const std::optional<decision::Hold>& hold) {
  if (!life_ || life_->process.stopped()) return false;
  engine_.note(fmt::format("{} {}", name(), hold ? to_word(hold->kind) : "release"));
  log_as(name());
  witness_.on_order(index_, hold);
  return life_->agent->set_hold(world_.published().name, hold, "operator", "simulation");
}

bool Sidecar::reload(bool other_interval) {
  if (!life_ || life_->process.stopped()) return false;
  config::Config next = world_.config;
  if (other_interval != other_interval_) life_->knowledge.reconfigure();
  other_interval_ = other_interval;
  if (other_interval) {
    for (config::Broker& broker : next.brokers) broker.interval += std::chrono::milliseconds(50);
  }
  engine_.note(fmt::format("{} reloads", name()));
  log_as(name());
  life_->agent->reconfigure(std::make_shared<const config::Config>(std::move(next)));
  return true;
}

void Sidecar::at_next_save(Duration after, std::function<void()> what) {
  armed_after_ = after;
  armed_ = std::move(what);
}

void Sidecar::on_save() {
  if (!armed_) return;
  auto what = std::move(armed_);
  armed_ = nullptr;
  engine_.after(armed_after_, std::move(what));
}

void Sidecar::disk_recovered() {
  if (life_) life_->store->go_on();
}

}  // namespace signpost::sim
