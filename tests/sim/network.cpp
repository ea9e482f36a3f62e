#include "tests/sim/network.hpp"

#include <algorithm>

namespace signpost::sim {

using namespace std::chrono_literals;
using probe::errc;

Network::Network(Engine& engine, GroupModel& group, const World& world, Dice dice,
                 std::function<void(std::size_t)> on_hit)
    : engine_(engine),
      group_(group),
      world_(world),
      dice_(dice),
      on_hit_(std::move(on_hit)),
      nodes_(world.group.nodes),
      paths_(world.sidecars() * nodes_),
      waiting_(nodes_) {}

void Network::ask(std::size_t sidecar, std::size_t node, Question question,
                  std::function<void(Reply)> on_reply) {
  Path& p = path(sidecar, node);
  auto x = std::make_shared<Exchange>(
      Exchange{sidecar, node, question, p.connection, std::move(on_reply)});
  if (p.connected) {
    send(x);
    return;
  }
  if (is_cut(FaultKind::cut_request, sidecar, node)) return;
  if (is_cut(FaultKind::cut_answer, sidecar, node)) return;
  if (strike(FaultKind::no_new_connection, sidecar, node) != nullptr) return;
  Duration round_trip = leg(sidecar, node) + leg(sidecar, node);
  if (!group_.exists(node)) {
    fail(x, errc::connect_refused, round_trip);
    return;
  }
  engine_.after(round_trip, [this, x] {
    Path& here = path(x->sidecar, x->node);
    if (here.connection != x->connection) return;
    here.connected = true;
    here.dead = false;
    send(x);
  });
}

void Network::close(std::size_t sidecar, std::size_t node) {
  Path& p = path(sidecar, node);
  p.connected = p.dead = false;
  ++p.connection;
}

void Network::send(const Shared& x) {
  if (path(x->sidecar, x->node).dead) {
    strike(FaultKind::half_open, x->sidecar, x->node);
    return;
  }
  if (is_cut(FaultKind::cut_request, x->sidecar, x->node)) return;
  engine_.after(leg(x->sidecar, x->node), [this, x] { arrive(x); });
}

void Network::arrive(const Shared& x) {
  if (path(x->sidecar, x->node).connection != x->connection) return;
  if (!group_.exists(x->node)) {
    fail(x, errc::connection_lost, leg(x->sidecar, x->node));
    return;
  }
  if (!group_.running(x->node)) {
    waiting_[x->node].push_back(x);
    return;
  }
  if (strike(FaultKind::rest_hangs, x->sidecar, x->node) != nullptr) return;
  Reply reply = word_of(x->node, x->question);
  distort(x, reply);
  Duration service = dice_.between(300us, 2ms);
  if (const Fault* slow = strike(FaultKind::rest_slow, x->sidecar, x->node))
    service += std::chrono::milliseconds(slow->amount);
  answer(x, std::move(reply), service);
}

void Network::answer(const Shared& x, Reply reply, Duration after) {
  engine_.after(after, [this, x, reply = std::move(reply)]() mutable {
    if (is_cut(FaultKind::cut_answer, x->sidecar, x->node)) return;
    if (!group_.running(x->node)) return;  // not sent any more
    engine_.after(leg(x->sidecar, x->node), [this, x, reply = std::move(reply)]() mutable {
      if (path(x->sidecar, x->node).connection != x->connection) return;
      if (reply.failure && reply.failure->code != errc::unauthorized) close(x->sidecar, x->node);
      x->on_reply(std::move(reply));
    });
  });
}

void Network::fail(const Shared& x, errc code, Duration after) {
  engine_.after(after, [this, x, code] {
    if (path(x->sidecar, x->node).connection != x->connection) return;
    close(x->sidecar, x->node);
    Reply reply;
    reply.failure = probe::Failure{code, to_text(code)};
    reply.said_at = engine_.now();
    x->on_reply(std::move(reply));
  });
}

Reply Network::word_of(std::size_t broker, Question question) const {
  Reply reply;
  reply.said_at = engine_.now();
  reply.epoch = group_.epoch_of(broker, engine_.now());
  switch (question) {
    case Question::virtualhosts:
      reply.rows = group_.virtualhost_rows(broker);
      break;
    case Question::nodes:
      reply.nodes = {group_.node_row(broker)};
      break;
    case Question::peers:
      reply.peers = group_.peer_rows(broker);
      break;
  }
  return reply;
}

void Network::distort(const Shared& x, Reply& reply) {
  std::size_t s = x->sidecar, n = x->node;
  auto failure = [&](errc code) { reply.failure = probe::Failure{code, to_text(code)}; };
  if (const Fault* wrong = strike(FaultKind::wrong_broker, s, n);
      wrong != nullptr && group_.running(wrong->other)) {
    reply = word_of(wrong->other, x->question);
  }
  if (const Fault* refuses = strike(FaultKind::rest_refuses, s, n)) {
    constexpr errc codes[] = {errc::unauthorized, errc::forbidden, errc::not_found,
                              errc::http_status, errc::http_status};
    failure(codes[refuses->amount]);
  }
  if (strike(FaultKind::rest_garbage, s, n) != nullptr)
    failure(dice_.chance(0.5) ? errc::malformed_reply : errc::malformed_http);
  if (strike(FaultKind::rest_resets, s, n) != nullptr) failure(errc::connection_lost);
  for (probe::VirtualhostRow& row : reply.rows) {
    if (row.state != probe::State::active && strike(FaultKind::odd_row, s, n) != nullptr) {
      constexpr probe::State odd[] = {probe::State::errored, probe::State::stopped,
                                      probe::State::unavailable, probe::State::other};
      row.role = probe::NodeRole::master;
      row.type = "BDB_HA";
      row.state = odd[dice_.below(std::size(odd))];
    }
    if (row.claims_active() && strike(FaultKind::no_opened_time, s, n) != nullptr)
      row.last_opened.reset();
  }
}

void Network::begin(std::size_t number, const Fault& fault) {
  active_.push_back({number, fault});
  if (fault.kind == FaultKind::half_open) path(fault.sidecar, fault.node).dead = true;
}

void Network::end(std::size_t number) {
  auto it = std::find_if(active_.begin(), active_.end(),
                         [&](const Active& a) { return a.number == number; });
  if (it == active_.end()) return;
  for (std::size_t s = 0; s < world_.sidecars(); ++s) {
    for (std::size_t n = 0; n < nodes_; ++n) {
      if (concerns(it->fault, s, n)) path(s, n).wrong_until = engine_.now();
    }
  }
  active_.erase(it);
}

void Network::note_killed(std::size_t node) {
  for (std::size_t s = 0; s < world_.sidecars(); ++s) {
    Path& p = path(s, node);
    if (is_cut(FaultKind::cut_answer, s, node)) continue;  // the reset does not arrive
    p.connected = false;
  }
  waiting_[node].clear();
}

void Network::note_resumed(std::size_t node) {
  std::vector<Shared> now;
  now.swap(waiting_[node]);
  for (const Shared& x : now) engine_.after(dice_.between(100us, 5ms), [this, x] { arrive(x); });
}

std::optional<Time> Network::clear_since(std::size_t sidecar, std::size_t node) const {
  for (const Active& a : active_) {
    if (concerns(a.fault, sidecar, node)) return std::nullopt;
  }
  return paths_[sidecar * nodes_ + node].wrong_until;
}

// A management port that misbehaves does so for everybody.
bool Network::concerns(const Fault& f, std::size_t sidecar, std::size_t node) {
  switch (f.kind) {
    case FaultKind::blind:
      return f.sidecar == sidecar;
    case FaultKind::rest_hangs:
    case FaultKind::rest_slow:
    case FaultKind::rest_refuses:
    case FaultKind::rest_garbage:
    case FaultKind::rest_resets:
    case FaultKind::odd_row:
    case FaultKind::no_opened_time:
      return f.node == node;
    default:
      return f.sidecar == sidecar && f.node == node;
  }
}

const Fault* Network::strike(FaultKind kind, std::size_t sidecar, std::size_t node) {
  for (const Active& a : active_) {
    if (a.fault.kind != kind || !concerns(a.fault, sidecar, node)) continue;
    if (kind == FaultKind::wrong_broker && a.fault.other == node) continue;
    on_hit_(a.number);
    return &a.fault;
  }
  return nullptr;
}

bool Network::is_cut(FaultKind direction, std::size_t sidecar, std::size_t node) {
  return strike(direction, sidecar, node) != nullptr ||
         strike(FaultKind::blind, sidecar, node) != nullptr;
}

// One way. A lost packet is sent again by TCP, after 200 ms and then twice as long each time.
Duration Network::leg(std::size_t sidecar, std::size_t node) {
  Duration d = world_.latency + dice_.between(Duration{}, world_.jitter);
  if (const Fault* slow = strike(FaultKind::slow_network, sidecar, node))
    d += dice_.between(Duration{}, std::chrono::milliseconds(2 * slow->amount));
  if (active_.empty()) return d;
  for (Duration again = 200ms; again < 10s; again *= 2) {
    const Fault* loss = nullptr;
    for (const Active& a : active_) {
      if (a.fault.kind == FaultKind::loss && concerns(a.fault, sidecar, node)) loss = &a.fault;
    }
    if (loss == nullptr || !dice_.chance(static_cast<double>(loss->amount) / 100)) break;
    strike(FaultKind::loss, sidecar, node);
    d += again;
  }
  return d;
}

}  // namespace signpost::sim
