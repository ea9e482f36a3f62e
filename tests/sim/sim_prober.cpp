#include "tests/sim/sim_prober.hpp"

#include <fmt/format.h>

namespace signpost::sim {

namespace asio = boost::asio;

namespace {

struct Mailbox {
  explicit Mailbox(asio::io_context& context) : wakeup(context) {}
  Wakeup wakeup;
  Reply reply;
};

Reply timed_out() {
  Reply reply;
  reply.failure = probe::Failure{probe::errc::timed_out, "no answer within the deadline"};
  return reply;
}

}  // namespace

asio::awaitable<Reply> SimProber::ask(Question question, probe::TimePoint deadline) {
  auto box = std::make_shared<Mailbox>(process_.context());
  // The answer may come when this prober is long gone; engine and process stay.
  network_.ask(
      sidecar_, node_, question, [&engine = engine_, &process = process_, box](Reply reply) {
        process.at(engine.now(), Process::Kind::input, [box, reply = std::move(reply)]() mutable {
          if (box->wakeup.is_due()) return;
          box->reply = std::move(reply);
          box->wakeup.wake();
        });
      });
  process_.at(process_.true_time(deadline), Process::Kind::timer,
              [&network = network_, sidecar = sidecar_, node = node_, box] {
                if (box->wakeup.is_due()) return;
                network.close(sidecar, node);
                box->reply = timed_out();
                box->wakeup.wake();
              });
  co_await box->wakeup.wait();
  co_return std::move(box->reply);
}

void SimProber::note(std::string_view what, const Reply& reply) {
  if (reply.failure) {
    engine_.note(
        fmt::format("{} n{} {} {}", process_.who(), node_ + 1, what, to_text(reply.failure->code)));
    return;
  }
  std::string line = fmt::format("{} n{} {}", process_.who(), node_ + 1, what);
  for (const auto& row : reply.rows) {
    line += fmt::format(" {} {} {} {} e{}", row.node, to_text(row.role), row.type,
                        to_text(row.state), reply.epoch);
    if (row.last_opened) line += fmt::format(" o{}", row.last_opened->time_since_epoch().count());
  }
  for (const auto& row : reply.nodes) line += fmt::format(" {} {}", row.name, to_text(row.role));
  for (const auto& row : reply.peers) line += fmt::format(" {}:{}", row.name, to_text(row.role));
  engine_.note(line);
}

asio::awaitable<probe::Result<probe::VirtualhostReport>> SimProber::virtualhosts(
    probe::TimePoint deadline) {
  probe::TimePoint asked = process_.now();
  Reply reply = co_await ask(Question::virtualhosts, deadline);
  note("virtualhosts", reply);
  knowledge_.note_virtualhosts(config_, node_, asked, process_.now(), reply);
  if (reply.failure) co_return *reply.failure;
  co_return probe::VirtualhostReport{std::move(reply.rows)};
}

// Two requests, like the real one: the node's own role and its views are of two instants.
asio::awaitable<probe::Result<probe::RolesReport>> SimProber::roles(probe::TimePoint deadline) {
  probe::TimePoint asked = process_.now();
  Reply nodes = co_await ask(Question::nodes, deadline);
  note("nodes", nodes);
  if (nodes.failure) co_return *nodes.failure;
  Reply peers = co_await ask(Question::peers, deadline);
  note("peers", peers);
  if (peers.failure) co_return *peers.failure;
  knowledge_.note_roles(config_, node_, asked, nodes, peers);
  co_return probe::RolesReport{std::move(nodes.nodes), std::move(peers.peers)};
}

}  // namespace signpost::sim
