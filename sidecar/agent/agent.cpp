#include "sidecar/agent/agent.hpp"

#include <algorithm>

#include "dns/zone_snapshot.hpp"
#include "sidecar/runtime/logging.hpp"

namespace signpost::agent {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using runtime::Severity;

namespace {

// Holds, damping and stale claims end by time alone; this is how late they may be noticed.
constexpr auto tick_interval = 100ms;
constexpr auto save_again_interval = 1s;

std::optional<decision::Saved> saved_group(const runtime::State& state, const std::string& name) {
  auto found = state.groups.find(name);
  if (found == state.groups.end()) return std::nullopt;
  return decision::Saved{found->second.active, found->second.opened, found->second.generation};
}

std::uint32_t unix_seconds(const runtime::Clock& clock) {
  return static_cast<std::uint32_t>(
      std::chrono::floor<std::chrono::seconds>(clock.wall_now()).time_since_epoch().count());
}

}  // namespace

Agent::Agent(const config::Config& config, const runtime::State& saved,
             std::vector<std::unique_ptr<probe::Prober>> probers, runtime::Clock& clock,
             runtime::StateStore& store)
    : config_(config),
      clock_(clock),
      store_(store),
      probers_(std::move(probers)),
      broker_heard_(config.brokers.size(), false),
      members_(config.brokers.size()),
      serial_(saved.serial == 0 ? unix_seconds(clock)
                                : dns::next_serial(saved.serial, unix_seconds(clock))),
      saved_(saved) {
  auto floor = static_cast<std::uint64_t>(clock.wall_now().time_since_epoch().count());
  for (std::size_t g = 0; g < config.groups.size(); ++g) {
    const config::Group& group = config.groups[g];
    for (std::size_t n = 0; n < group.nodes.size(); ++n)
      members_[group.nodes[n].broker].emplace_back(g, n);
    groups_.push_back(std::make_unique<DecisionLoop>(group, saved_group(saved, group.name), floor,
                                                     clock,
                                                     [this](DecisionLoop&) { on_change(); }));
  }
  for (std::size_t b = 0; b < config.brokers.size(); ++b) {
    brokers_.push_back(std::make_unique<BrokerLoop>(
        config.brokers[b], *probers_[b], clock,
        [this, b](const BrokerAnswer& answer) { on_answer(b, answer); }));
  }
}

std::vector<Wanted> Agent::wanted() const {
  std::vector<Wanted> all;
  all.reserve(groups_.size());
  for (const auto& g : groups_) all.push_back({&g->group(), g->arbiter().decision()});
  return all;
}

void Agent::start(Publisher& publisher, runtime::TaskGroup& tasks) {
  publisher_ = &publisher;
  tasks_ = &tasks;
  store_.on_done(
      [this](std::uint64_t sequence, const std::string& error) { on_saved(sequence, error); });
  saved_ = state();
  awaited_sequence_ = store_.save(saved_);
  for (const auto& broker : brokers_) tasks.spawn(broker->run());
  tasks.spawn(tick_loop());
}

void Agent::on_answer(std::size_t broker, const BrokerAnswer& answer) {
  broker_heard_[broker] = true;
  for (auto [group, node] : members_[broker]) groups_[group]->observe(node, answer);
}

void Agent::on_change() {
  if (publisher_ == nullptr) return;
  bool visible = publisher_->differs(wanted());
  bool begins = visible && !publish_due_;
  if (visible) serial_ = dns::next_serial(serial_, unix_seconds(clock_));
  if (begins) {
    publish_due_ = true;
    publish_deadline_ = clock_.now() + save_patience;
  }
  runtime::State now = state();
  if (now != saved_) {
    saved_ = now;
    awaited_sequence_ = store_.save(std::move(now));
  } else if (begins) {
    publish_now();  // nothing to remember, nothing to wait for
  }
  if (begins && publish_due_) tasks_->spawn(publish_by(publish_deadline_));
}

void Agent::on_saved(std::uint64_t sequence, const std::string& error) {
  if (error != state_error_) {
    if (!error.empty())
      runtime::log(Severity::error, "state_not_saved", {{"detail", error}});
    else
      runtime::log(Severity::info, "state_saved_again", {});
    state_error_ = error;
  }
  if (publish_due_ && sequence >= awaited_sequence_) publish_now();
}

// A full or read-only disk may be mended at any time; until then what is published is not
// remembered.
void Agent::save_again() {
  if (state_error_.empty() || clock_.now() < save_again_at_) return;
  save_again_at_ = clock_.now() + save_again_interval;
  awaited_sequence_ = store_.save(saved_);
}

void Agent::publish_now() {
  publish_due_ = false;
  publisher_->publish(wanted(), serial_);
  for (const auto& g : groups_) g->note_published(clock_.now());
}

asio::awaitable<void> Agent::publish_by(runtime::TimePoint deadline) {
  co_await clock_.sleep_until(deadline);
  // The deadline of an earlier change, published long ago, is not the one of a later change.
  if (publish_due_ && deadline >= publish_deadline_) publish_now();
}

asio::awaitable<void> Agent::tick_loop() {
  for (;;) {
    co_await clock_.sleep_until(clock_.now() + tick_interval);
    for (const auto& g : groups_) g->tick();
    save_again();
  }
}

bool Agent::first_round_done() const {
  return std::find(broker_heard_.begin(), broker_heard_.end(), false) == broker_heard_.end();
}

std::size_t Agent::brokers_answering() const {
  return static_cast<std::size_t>(
      std::count_if(brokers_.begin(), brokers_.end(), [](const auto& b) { return b->answers(); }));
}

runtime::State Agent::state() const {
  runtime::State s;
  s.serial = serial_;
  s.groups = saved_.groups;  // groups of an earlier configuration keep their generation
  for (const auto& g : groups_) {
    decision::Saved saved = g->arbiter().saved();
    if (saved.generation == 0) continue;  // never seen active: there is nothing to remember
    s.groups[g->group().name] = {saved.generation, saved.active, saved.opened};
  }
  return s;
}

}  // namespace signpost::agent
