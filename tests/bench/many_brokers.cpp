#include "tests/bench/many_brokers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <iterator>
#include <numeric>
#include <random>

#include "probe/management_reply.hpp"

namespace signpost::bench {
namespace {

using namespace std::chrono_literals;

std::string group_name(std::size_t group) { return fmt::format("orders{:04}", group); }
std::string node_name(std::size_t group, std::size_t broker) {
  return fmt::format("n{}-{}", broker + 1, group_name(group));
}
std::string address_of(std::size_t broker) { return fmt::format("10.77.0.1{}", broker + 1); }

config::Group group_of(std::size_t number) {
  config::Group group;
  group.name = group.ha_group = group.virtualhost = group_name(number);
  for (std::size_t b = 0; b < ManyBrokers::size; ++b) {
    config::Node node;
    node.name = node_name(number, b);
    node.broker = b;
    node.address = {address_of(b)};
    node.amqp = address_of(b) + ":5672";
    group.policy.nodes.push_back(node.name);
    group.nodes.push_back(std::move(node));
  }
  group.record.name = dns::Name::parse(group.name + ".ha.test.").value();
  group.record.srv = group.record.txt = true;
  group.record.srv_templates = {{"_amqp._tcp", 5672}};
  return group;
}

config::Config config_of(std::size_t groups) {
  config::Config c;
  for (std::size_t b = 0; b < ManyBrokers::size; ++b) {
    config::Broker broker;
    broker.name = fmt::format("n{}", b + 1);
    broker.target.host = address_of(b);
    c.brokers.push_back(std::move(broker));
  }
  for (std::size_t g = 0; g < groups; ++g) c.groups.push_back(group_of(g));
  config::Serve serve;
  serve.zone = dns::Name::parse("ha.test.").value();
  serve.ns = {dns::Name::parse("ns1.ha.test.").value()};
  serve.ns_address[serve.ns.front()] = {"127.0.0.1"};
  c.serve = std::move(serve);
  return c;
}

// Jetty pretty-prints the outer object and leaves each row on the same line.
std::string reply(const char* headers, const std::string& rows, std::size_t count) {
  return fmt::format("{{\n  \"headers\" : [ {} ],\n  \"results\" : [ {} ],\n  \"total\" : {}\n}}",
                     headers, rows, count);
}

}  // namespace

double cpu_seconds() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}

class ManyBrokers::FakeProber final : public probe::Prober {
 public:
  // The brokers answer one after the other, so that a pause of the loop shows what one answer
  // costs.
  FakeProber(ManyBrokers& all, std::size_t broker)
      : all_(all), broker_(all.brokers_[broker]), latency_(5ms + 2ms * broker) {}

  boost::asio::awaitable<probe::Result<probe::VirtualhostReport>> virtualhosts(
      probe::TimePoint) override {
    ++broker_.requests;
    co_await all_.clock_.sleep_until(all_.clock_.now() + latency_);
    if (broker_.dead) co_return refused();
    double begun = cpu_seconds();
    auto report = probe::parse_virtualhosts(broker_.virtualhosts);
    all_.reading_seconds_ += cpu_seconds() - begun;
    co_return report;
  }

  boost::asio::awaitable<probe::Result<probe::RolesReport>> roles(probe::TimePoint) override {
    broker_.requests += 2;
    co_await all_.clock_.sleep_until(all_.clock_.now() + latency_);
    if (broker_.dead) co_return refused();
    double begun = cpu_seconds();
    auto nodes = probe::parse_nodes(broker_.nodes);
    auto peers = probe::parse_peers(broker_.peers);
    all_.reading_seconds_ += cpu_seconds() - begun;
    if (!nodes) co_return nodes.error();
    if (!peers) co_return peers.error();
    probe::RolesReport report{std::move(*nodes), std::move(*peers)};
    co_return report;
  }

 private:
  static probe::Failure refused() { return {probe::errc::connect_refused, "connection refused"}; }

  ManyBrokers& all_;
  Broker& broker_;
  runtime::TimePoint::duration latency_;
};

ManyBrokers::ManyBrokers(runtime::Clock& clock, std::size_t groups)
    : clock_(clock),
      config_(std::make_shared<const config::Config>(config_of(groups))),
      states_(groups),
      order_(groups) {
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  std::shuffle(order_.begin(), order_.end(), std::minstd_rand(1));  // the same in every run
  for (std::size_t g = 0; g < groups; ++g) elect(g, g % size);
  speak();
}

void ManyBrokers::elect(std::size_t group, std::optional<std::size_t> broker) {
  states_[group] = {broker, clock_.wall_now()};
}

void ManyBrokers::speak() {
  for (std::size_t b = 0; b < size; ++b) {
    brokers_[b].virtualhosts = virtualhosts(b);
    brokers_[b].nodes = nodes(b);
    brokers_[b].peers = peers(b);
  }
}

const char* ManyBrokers::role(std::size_t group, std::size_t broker) const {
  if (brokers_[broker].dead) return "UNREACHABLE";
  if (!states_[group].active) return "WAITING";
  return states_[group].active == broker ? "MASTER" : "REPLICA";
}

std::string ManyBrokers::virtualhosts(std::size_t broker) const {
  std::string rows;
  std::size_t count = 0;
  for (std::size_t g : order_) {
    if (!states_[g].active) continue;  // a node that waits has no virtualhost
    bool active = states_[g].active == broker;
    fmt::format_to(std::back_inserter(rows),
                   R"({}[ "{}", "BDB_HA", "{}", "ACTIVE", "{}", "{}", "{}", "{}", {} ])",
                   count++ == 0 ? "" : ", ", node_name(g, broker), role(g, broker), group_name(g),
                   group_name(g), active ? "BDB_HA" : "BDB_HA_REPLICA",
                   active ? "ACTIVE" : "UNAVAILABLE", states_[g].opened.time_since_epoch().count());
  }
  return reply(
      R"("node", "nodeType", "nodeRole", "nodeState", "groupName", "name", "type", "state", "lastOpenedTime")",
      rows, count);
}

std::string ManyBrokers::nodes(std::size_t broker) const {
  std::string rows;
  for (std::size_t g : order_) {
    std::size_t port = 5000 + g;
    fmt::format_to(
        std::back_inserter(rows),
        R"({}[ "{}", "BDB_HA", "{}", "{}", "ACTIVE", "ACTIVE", {}, "{}:{}", 1, 0, false, {}, [ "{}:{}", "{}:{}", "{}:{}" ] ])",
        rows.empty() ? "" : ", ", node_name(g, broker), group_name(g), role(g, broker),
        states_[g].opened.time_since_epoch().count(), address_of(broker), port, 482 + g,
        address_of(0), port, address_of(1), port, address_of(2), port);
  }
  return reply(
      R"("name", "type", "groupName", "role", "state", "desiredState", "lastUpdatedTime", "address", )"
      R"("priority", "quorumOverride", "designatedPrimary", "transactionId", "permittedNodes")",
      rows, order_.size());
}

std::string ManyBrokers::peers(std::size_t broker) const {
  std::string rows;
  for (std::size_t g : order_) {
    for (std::size_t peer = 0; peer < size; ++peer) {
      if (peer == broker) continue;
      bool joined = states_[g].active && !brokers_[peer].dead;
      fmt::format_to(std::back_inserter(rows), R"({}[ "{}", "{}", "{}", "{}", "{}:{}", {}, {} ])",
                     rows.empty() ? "" : ", ", node_name(g, broker), node_name(g, peer),
                     role(g, peer), joined ? "ACTIVE" : "UNAVAILABLE", address_of(peer), 5000 + g,
                     states_[g].opened.time_since_epoch().count(), 482 + g);
    }
  }
  return reply(R"("observer", "name", "role", "state", "address", "joinTime", "transactionId")",
               rows, order_.size() * (size - 1));
}

std::unique_ptr<probe::Prober> ManyBrokers::prober(const config::Broker& broker) {
  auto same = [&](const config::Broker& b) { return b.name == broker.name; };
  auto found = std::find_if(config_->brokers.begin(), config_->brokers.end(), same);
  return std::make_unique<FakeProber>(*this,
                                      static_cast<std::size_t>(found - config_->brokers.begin()));
}

std::size_t ManyBrokers::text_octets() const {
  std::size_t octets = 0;
  for (const Broker& b : brokers_)
    octets += b.virtualhosts.capacity() + b.nodes.capacity() + b.peers.capacity();
  return octets;
}

}  // namespace signpost::bench
