#include "tests/sim/world.hpp"

namespace signpost::sim {
namespace {

using namespace std::chrono_literals;
using Ms = std::chrono::milliseconds;

Ms milliseconds(Dice& dice, Ms least, Ms most) {
  return std::chrono::duration_cast<Ms>(dice.between(least, most));
}

// Three nodes are what people run; one, two, four and five have majorities of their own kind.
std::size_t draw_size(Dice& dice) {
  std::uint64_t n = dice.below(100);
  return n < 3 ? 1 : n < 18 ? 2 : n < 78 ? 3 : n < 86 ? 4 : 5;
}

GroupShape draw_group(Dice& dice) {
  GroupShape shape;
  shape.nodes = draw_size(dice);
  // JE's and Broker-J's defaults (30 s, 20 s, 10 s), or what people set for a quick failover; JE
  // allows no replica timeout below 2 s.
  constexpr Duration silences[] = {30s, 30s, 5s, 5s, 3s, 2s};
  shape.replica_timeout = silences[dice.below(std::size(silences))];
  shape.quorum_patience = dice.chance(0.4) ? 20s : 2s;
  shape.election_socket = dice.chance(0.7) ? 10s : 1s;
  shape.recovery = dice.chance(0.8) ? dice.between(15ms, 60ms) : dice.between(100ms, 5s);
  // Members of a live group are within 2 s of each other.
  Duration spread = dice.chance(0.5) ? Duration(50ms) : Duration(950ms);
  for (std::size_t n = 0; n < shape.nodes; ++n)
    shape.clock_offset.push_back(dice.between(-spread, spread));
  return shape;
}

void add_node(config::Config& config, std::size_t node, Ms interval, Ms timeout) {
  std::string name = "n" + std::to_string(node + 1);
  config::Broker broker;
  broker.name = name;
  broker.target.host = address_of(node);
  broker.interval = interval;
  broker.timeout = timeout;
  config.brokers.push_back(broker);
  config::Group& group = config.groups.front();
  config::Node member;
  member.name = name;
  member.broker = node;
  member.address = {address_of(node)};
  member.amqp = address_of(node) + ":5672";
  group.nodes.push_back(member);
  group.policy.nodes.push_back(name);
}

// What to say while nobody is known to be active; mostly the default, the last address.
void draw_plans(Dice& dice, decision::Policy& policy) {
  for (decision::Plan* plan : {&policy.on_none, &policy.on_conflict, &policy.on_blind}) {
    if (!dice.chance(0.12)) continue;
    plan->action = dice.chance(0.5) ? decision::Action::withdraw : decision::Action::servfail;
    plan->after = dice.chance(0.3) ? Duration{} : dice.between(500ms, 15s);
  }
}

config::Config draw_config(Dice& dice, const GroupShape& shape) {
  config::Config config;
  config::Group group;
  group.name = group.ha_group = group.virtualhost = shape.name;
  group.record.name = dns::Name::parse("active.ha.test.").value();
  group.record.txt = true;
  if (dice.chance(0.25)) group.policy.damping = dice.between(1s, 8s);
  if (dice.chance(0.3)) group.policy.max_view_age = dice.between(1500ms, 5s);
  if (dice.chance(0.2)) group.policy.stale_hold = dice.between(25s, 40s);
  draw_plans(dice, group.policy);
  config.groups.push_back(group);
  struct Pace {
    Ms interval, timeout;
  };
  constexpr Pace paces[] = {
      {500ms, 400ms}, {500ms, 400ms}, {500ms, 400ms}, {250ms, 200ms}, {1000ms, 800ms}};
  Pace pace = paces[dice.below(std::size(paces))];
  for (std::size_t n = 0; n < shape.nodes; ++n) add_node(config, n, pace.interval, pace.timeout);
  config::Serve serve;
  serve.zone = dns::Name::parse("ha.test.").value();
  serve.ns = {dns::Name::parse("ns1.ha.test.").value()};
  serve.ns_address[serve.ns.front()] = {"192.0.2.1"};
  config.serve = serve;
  return config;
}

HostClock draw_host(Dice& dice) {
  HostClock host;
  host.steady_offset = dice.between(-500h, 500h);
  if (dice.chance(0.3)) host.wall_off = milliseconds(dice, -300s, 300s);
  return host;
}

}  // namespace

std::string address_of(std::size_t node) { return "192.0.2.1" + std::to_string(node + 1); }

World draw_world(std::uint64_t seed) {
  Dice dice = Dice(seed).fork("world");
  World world;
  world.seed = seed;
  world.group = draw_group(dice);
  world.config = draw_config(dice, world.group);
  std::uint64_t many = dice.below(10);
  std::size_t sidecars = many < 5 ? 1 : many < 8 ? 2 : 3;
  for (std::size_t s = 0; s < sidecars; ++s) {
    world.hosts.push_back(draw_host(dice));
    world.starts.push_back(dice.chance(0.7) ? dice.between(0s, 3s) : dice.between(3s, 20s));
  }
  for (std::size_t n = 0; n < world.group.nodes; ++n)
    world.broker_starts.push_back(dice.chance(0.85) ? Duration{} : dice.between(1s, 15s));
  world.latency = dice.between(100us, 3ms);
  world.jitter = dice.between(0us, 4ms);
  world.faults_until = dice.chance(0.8) ? dice.between(60s, 100s) : dice.between(100s, 240s);
  return world;
}

}  // namespace signpost::sim
