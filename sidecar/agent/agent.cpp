#include "sidecar/agent/agent.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "dns/zone_snapshot.hpp"
#include "sidecar/agent/saved_group.hpp"
#include "sidecar/runtime/logging.hpp"

namespace signpost::agent {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using runtime::Severity;

namespace {

// Holds, damping and stale claims end by time alone; this is how late they may be noticed.
constexpr auto tick_interval = 100ms;
constexpr auto save_again_interval = 1s;

Discovery::Members members_in(const runtime::State& state) {
  Discovery::Members all;
  for (const auto& [name, group] : state.groups) {
    for (const runtime::SavedMember& m : group.members)
      all[name].push_back({m.node, m.broker, m.url});
  }
  return all;
}

std::uint32_t unix_seconds(const runtime::Clock& clock) {
  return static_cast<std::uint32_t>(
      std::chrono::floor<std::chrono::seconds>(clock.wall_now()).time_since_epoch().count());
}

}  // namespace

Agent::Agent(std::shared_ptr<const config::Config> config, const runtime::State& saved,
             MakeProber make_prober, runtime::Clock& clock, runtime::StateStore& store,
             history::Recorder& recorder)
    : discovery_(std::make_unique<Discovery>(std::move(config), members_in(saved), clock.now())),
      config_(discovery_->effective()),
      make_prober_(std::move(make_prober)),
      clock_(clock),
      store_(store),
      recorder_(recorder),
      serial_(saved.serial == 0 ? unix_seconds(clock)
                                : dns::next_serial(saved.serial, unix_seconds(clock))),
      saved_(saved) {
  for (const config::Broker& broker : config_->brokers) brokers_.push_back(make_seat(broker));
  const Remembered remembered(saved, *config_, clock);
  for (const config::Group& group : config_->groups) {
    groups_.push_back(
        make_group(std::shared_ptr<const config::Group>(config_, &group), remembered.of(group)));
  }
  assign_members();
}

std::shared_ptr<Agent::Seat> Agent::make_seat(const config::Broker& broker) {
  auto seat = std::make_shared<Seat>();
  // The loop calls back only while it runs, and run_seat() keeps the seat for so long.
  seat->loop = std::make_unique<BrokerLoop>(
      broker, make_prober_(broker), clock_,
      [this, s = seat.get()](const BrokerAnswer& answer) { on_answer(*s, answer); });
  return seat;
}

std::unique_ptr<DecisionLoop> Agent::make_group(std::shared_ptr<const config::Group> group,
                                                const std::optional<decision::Saved>& saved) {
  // A group that was forgotten and comes back must not begin below where it was.
  generation_floor_ = std::max(
      generation_floor_, static_cast<std::uint64_t>(clock_.wall_now().time_since_epoch().count()));
  return std::make_unique<DecisionLoop>(std::move(group), saved, generation_floor_, clock_,
                                        recorder_, [this](DecisionLoop&) { dirty_ = true; });
}

void Agent::assign_members() {
  for (std::size_t b = 0; b < brokers_.size(); ++b) {
    brokers_[b]->index = b;
    brokers_[b]->members.clear();
  }
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const auto& nodes = groups_[g]->group().nodes;
    for (std::size_t n = 0; n < nodes.size(); ++n)
      brokers_[nodes[n].broker]->members.emplace_back(g, n);
  }
}

std::vector<Wanted> Agent::wanted() const {
  std::vector<Wanted> all;
  all.reserve(groups_.size());
  for (const auto& g : groups_) all.push_back({g->shared_group(), g->arbiter().decision()});
  return all;
}

void Agent::start(Publisher& publisher, runtime::TaskGroup& tasks) {
  publisher_ = &publisher;
  tasks_ = &tasks;
  store_.on_done(
      [this](std::uint64_t sequence, const std::string& error) { on_saved(sequence, error); });
  // What clients are told is what they were told last; what has changed since is decided, saved and
  // published like any other change.
  for (const auto& g : groups_) g->begin();
  saved_ = stored_ = state();
  awaited_sequence_ = store_.save(stored_);
  dirty_ = false;
  on_change();
  for (const auto& seat : brokers_) tasks.spawn(run_seat(seat));
  tasks.spawn(tick_loop());
}

asio::awaitable<void> Agent::run_seat(std::shared_ptr<Seat> seat) { co_await seat->loop->run(); }

void Agent::on_answer(Seat& seat, const BrokerAnswer& answer) {
  seat.heard = true;
  auto tell = [&](const auto& said_about) {
    for (auto [group, node] : seat.members) {
      DecisionLoop& loop = *groups_[group];
      loop.observe(node, answer, said_about(loop.members()[node]));
    }
  };
  if (const auto* report = std::get_if<probe::VirtualhostReport>(&answer.result)) {
    decision::VirtualhostIndex index(*report);
    tell([&](const decision::Membership& who) { return index.about(who); });
  } else if (const auto* roles = std::get_if<probe::RolesReport>(&answer.result)) {
    decision::RolesIndex index(*roles);
    tell([&](const decision::Membership& who) { return index.about(who); });
    discovery_->saw(seat.index, *roles, answer.finished);
    seat.listed = true;
  } else {
    const auto& failed = std::get<decision::Failed>(answer.result);
    tell([&](const decision::Membership&) { return decision::Said(failed); });
    seat.listed = true;
  }
  flush();
  apply_once_all_are_listed();
}

// One answer may change hundreds of groups: they are saved and published together.
void Agent::flush() {
  if (std::exchange(dirty_, false)) on_change();
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
  if (now != stored_) {
    saved_ = stored_ = std::move(now);
    awaited_sequence_ = store_.save(stored_);
  } else if (begins && stored_sequence_ >= awaited_sequence_) {
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
  stored_sequence_ = std::max(stored_sequence_, sequence);
  if (publish_due_ && sequence >= awaited_sequence_) publish_now();
}

// A full or read-only disk may be mended at any time; until then what is published is not
// remembered.
void Agent::save_again() {
  if (state_error_.empty() || clock_.now() < save_again_at_) return;
  save_again_at_ = clock_.now() + save_again_interval;
  awaited_sequence_ = store_.save(stored_);
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
    flush();
    discovery_->tick(clock_.now());
    apply_once_all_are_listed();
    save_again();
  }
}

bool Agent::first_round_done() const {
  return std::all_of(brokers_.begin(), brokers_.end(),
                     [](const auto& seat) { return seat->heard; });
}

std::size_t Agent::brokers_answering() const {
  return static_cast<std::size_t>(std::count_if(
      brokers_.begin(), brokers_.end(), [](const auto& seat) { return seat->loop->answers(); }));
}

runtime::State Agent::state() const {
  runtime::State s;
  s.serial = serial_;
  s.groups = saved_.groups;  // groups of an earlier configuration keep their generation
  for (auto& [name, group] : s.groups) group.members.clear();
  for (const auto& [name, members] : discovered_members(*config_)) {
    for (const Discovery::Member& m : members)
      s.groups[name].members.push_back({m.node, m.broker, m.url});
  }
  for (const auto& g : groups_) {
    runtime::SavedGroup& kept = s.groups[g->group().name];
    auto members = std::move(kept.members);
    kept = to_saved(g->arbiter().saved());
    kept.members = std::move(members);
    kept.record = g->group().record.name.to_text();
    kept.ha_group = g->group().ha_group;
  }
  forget_strangers(s);
  return s;
}

// Names come and go for years. What was never active, nor held, nor found, is not worth a line; nor
// is what lives on under another name; and of the groups that are no more only the latest are kept.
void Agent::forget_strangers(runtime::State& s) const {
  std::set<std::string> living;
  std::map<std::pair<std::string, std::string>, std::uint64_t> generations;
  for (const auto& g : groups_) {
    living.insert(g->group().name);
    const runtime::SavedGroup& kept = s.groups[g->group().name];
    generations[{kept.record, kept.ha_group}] = kept.generation;
  }
  std::erase_if(s.groups, [&](const auto& entry) {
    const auto& [name, group] = entry;
    if (group.generation == 0 && !group.hold && group.members.empty() && !group.is_ha) return true;
    if (living.contains(name)) return false;
    auto heir = generations.find({group.record, group.ha_group});
    return heir != generations.end() && heir->second >= group.generation;
  });
  using Rank = std::tuple<bool, runtime::WallTime, std::uint64_t, std::string>;
  std::vector<Rank> strangers;
  for (auto& [name, group] : s.groups) {
    if (living.contains(name)) continue;
    if (!group.gone) group.gone = clock_.wall_now();
    // A hold that still runs is what somebody ordered: it goes last.
    bool is_held = group.hold && group.hold->until > clock_.wall_now();
    strangers.emplace_back(is_held, *group.gone, group.generation, name);
  }
  if (strangers.size() <= strangers_max) return;
  std::sort(strangers.begin(), strangers.end());
  for (std::size_t i = 0; i + strangers_max < strangers.size(); ++i)
    s.groups.erase(std::get<std::string>(strangers[i]));
}

}  // namespace signpost::agent
