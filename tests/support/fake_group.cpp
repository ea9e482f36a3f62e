#include "tests/support/fake_group.hpp"

namespace signpost::test {
namespace {

using probe::NodeRole;
using probe::State;

class FakeProber final : public probe::Prober {
 public:
  FakeProber(runtime::Clock& clock, std::string node, std::shared_ptr<FakeBroker> broker)
      : clock_(clock), node_(std::move(node)), broker_(std::move(broker)) {}

  boost::asio::awaitable<probe::Result<probe::VirtualhostReport>> virtualhosts(
      probe::TimePoint deadline) override {
    ++broker_->virtualhost_requests;
    bool late = co_await wait(deadline);
    if (late) co_return probe::Failure{probe::errc::timed_out, "no answer within the deadline"};
    if (broker_->failure) co_return *broker_->failure;
    probe::VirtualhostReport report;
    if (broker_->row && broker_->in_group) report.rows.push_back(*broker_->row);
    report.broker_time = date();
    co_return report;
  }

  boost::asio::awaitable<probe::Result<probe::RolesReport>> roles(
      probe::TimePoint deadline) override {
    ++broker_->roles_requests;
    bool late = co_await wait(deadline);
    if (late) co_return probe::Failure{probe::errc::timed_out, "no answer within the deadline"};
    if (broker_->failure) co_return *broker_->failure;
    probe::RolesReport report;
    report.broker_time = date();
    if (!broker_->in_group) co_return report;
    report.nodes.push_back(
        {node_, "BDB_HA", "weather", broker_->role, State::active, State::active, {}, ""});
    report.nodes.back().quorum_override = broker_->quorum_override;
    report.nodes.back().transaction_id = broker_->transaction_id;
    for (const std::string& name : broker_->calls_master) {
      probe::PeerRow peer;
      peer.observer = node_;
      peer.name = name;
      peer.role = NodeRole::master;
      report.peers.push_back(peer);
    }
    co_return report;
  }

 private:
  [[nodiscard]] std::optional<probe::WallTime> date() const {
    if (!broker_->clock_ahead) return std::nullopt;
    return std::chrono::floor<std::chrono::seconds>(clock_.wall_now() + *broker_->clock_ahead);
  }

  boost::asio::awaitable<bool> wait(probe::TimePoint deadline) {
    probe::TimePoint answer = clock_.now() + broker_->latency;
    co_await clock_.sleep_until(std::min(answer, deadline));
    co_return answer > deadline;
  }

  runtime::Clock& clock_;
  std::string node_;
  std::shared_ptr<FakeBroker> broker_;
};

config::Config config_of(std::size_t size) {
  config::Config c;
  config::Group group;
  group.name = group.ha_group = group.virtualhost = "weather";
  for (std::size_t i = 1; i <= size; ++i) {
    std::string name = "n" + std::to_string(i);
    config::Broker broker;
    broker.name = name;
    broker.target.host = "127.0.0.1" + std::to_string(i);
    c.brokers.push_back(broker);
    config::Node node;
    node.name = name;
    node.broker = i - 1;
    node.address = {"127.0.0.1" + std::to_string(i)};
    node.amqp = node.address.front() + ":5672";
    group.nodes.push_back(node);
    group.policy.nodes.push_back(name);
  }
  group.record.name = dns::Name::parse("active.ha.test.").value();
  group.record.txt = true;
  group.record.srv = true;
  group.record.srv_templates = {{"_amqp._tcp", 5672}};
  c.groups.push_back(group);
  config::Serve serve;
  serve.zone = dns::Name::parse("ha.test.").value();
  serve.ns = {dns::Name::parse("ns1.ha.test.").value()};
  serve.ns_address[serve.ns.front()] = {"127.0.0.1"};
  c.serve = serve;
  return c;
}

}  // namespace

FakeGroup::FakeGroup(runtime::Clock& clock, std::size_t size)
    : clock_(clock), config_(config_of(size)) {
  for (const auto& node : config_.groups.front().nodes)
    brokers_[node.name] = std::make_shared<FakeBroker>();
}

void FakeGroup::elect(const std::string& active, std::chrono::milliseconds opened) {
  for (auto& [name, broker] : brokers_) {
    probe::VirtualhostRow row;
    row.node = name;
    row.node_type = "BDB_HA";
    row.node_state = State::active;
    row.group = row.name = "weather";
    bool is_active = name == active;
    row.type = is_active ? "BDB_HA" : "BDB_HA_REPLICA";
    row.state = is_active ? State::active : State::unavailable;
    row.role = broker->role = is_active ? NodeRole::master : NodeRole::replica;
    row.last_opened = probe::WallTime(opened);
    broker->row = row;
    broker->calls_master = is_active ? std::vector<std::string>{} : std::vector{active};
  }
}

void FakeGroup::kill(const std::string& node) {
  brokers_.at(node)->failure = probe::Failure{probe::errc::connect_refused, "connection refused"};
}

std::unique_ptr<probe::Prober> FakeGroup::prober(const config::Broker& broker) {
  return std::make_unique<FakeProber>(clock_, broker.name, brokers_.at(broker.name));
}

std::uint64_t FakeStore::save(runtime::State state) {
  newest = std::move(state);
  ++saves;
  ++sequence_;
  if (!stalled) finish();
  return sequence_;
}

void FakeStore::finish(const std::string& error) {
  if (done_) done_(sequence_, error);
}

}  // namespace signpost::test
