// TcpServer under misuse and lack: deadlines, limits, back-pressure, stopping.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <boost/asio/error.hpp>

#include "tests/integration/dns_tcp_fixture.hpp"

namespace signpost::dns {
namespace {

TEST_F(DnsTcpTest, ClosesAnIdleConnection) {
  start({.times = {.idle = 100ms}});
  auto silent = client();
  const auto before = steady_clock::now();
  EXPECT_TRUE(silent.closed());
  EXPECT_GE(steady_clock::now() - before, 100ms);
  EXPECT_LT(steady_clock::now() - before, 2s);
}

TEST_F(DnsTcpTest, CountsTheIdleTimeFromTheLastAnswer) {
  start({.times = {.idle = 200ms}});
  auto c = client();
  context_.run_for(120ms);
  c.send(framed(query(1, "active.ha.test.")));
  ASSERT_EQ(c.receive_id(), 1);
  const auto before = steady_clock::now();
  EXPECT_TRUE(c.closed());
  EXPECT_GE(steady_clock::now() - before, 190ms);
}

TEST_F(DnsTcpTest, ClosesWhenAMessageIsNotCompletedInTime) {
  start({.times = {.message = 100ms}});
  const auto whole = framed(query(1, "active.ha.test."));
  for (const std::ptrdiff_t sent : {1, 2, 10}) {
    auto c = client();
    c.send({whole.begin(), whole.begin() + sent});
    const auto before = steady_clock::now();
    EXPECT_TRUE(c.closed()) << sent;
    EXPECT_LT(steady_clock::now() - before, 5s) << sent;
  }
}

TEST_F(DnsTcpTest, MoreOctetsDoNotProlongTheTimeOfAMessage) {
  start({.times = {.message = 200ms}});
  auto c = client();
  c.send({0x10, 0x00});  // 4096 octets to come
  const auto before = steady_clock::now();
  while (server_->connections().accepted == 0 || server_->connections().open == 1) {
    c.send({0});
    context_.run_for(20ms);
    ASSERT_LT(steady_clock::now() - before, 5s);
  }
  EXPECT_TRUE(c.closed());
}

TEST_F(DnsTcpTest, ClosesTheNewestAboveTheLimitOfConnections) {
  start({.connections_max = 3});
  std::vector<Client> first;
  for (int i = 0; i < 3; ++i) first.push_back(client());
  run_until([&] { return server_->connections().open == 3; });
  EXPECT_TRUE(client().closed());
  EXPECT_EQ(server_->connections().refused, 1U);
  first.back().send(framed(query(1, "active.ha.test.")));
  EXPECT_EQ(first.back().receive_id(), 1);

  first.pop_back();
  run_until([&] { return server_->connections().open == 2; });
  auto next = client();
  next.send(framed(query(2, "active.ha.test.")));
  EXPECT_EQ(next.receive_id(), 2);
}

TEST_F(DnsTcpTest, LeavesRoomForOtherClients) {
  start({.connections_per_address = 2});
  auto one = client();
  auto two = client();
  run_until([&] { return server_->connections().open == 2; });
  EXPECT_TRUE(client().closed());
  auto other = client("127.0.0.2");
  other.send(framed(query(1, "active.ha.test.")));
  EXPECT_EQ(other.receive_id(), 1);
}

TEST_F(DnsTcpTest, ClosesAClientThatNeverReads) {
  start({.times = {.write = 100ms}});
  auto c = client();
  c.socket().set_option(tcp::socket::receive_buffer_size(4096));
  const auto large = framed(query(1, "big.ha.test.", 16));
  run_until([&] {
    boost::system::error_code error;
    c.socket().write_some(asio::buffer(large), error);
    context_.poll();
    return server_->connections().accepted == 1 && server_->connections().open == 0;
  });
  EXPECT_EQ(server_->counts().send_errors, 1U) << "of the batch that was under way";
  auto other = client();
  other.send(framed(query(2, "active.ha.test.")));
  EXPECT_EQ(other.receive_id(), 2);
}

TEST_F(DnsTcpTest, DoesNotReadWhileAnAnswerWaits) {
  start({.times = {.write = 60s}});
  auto c = client();
  const auto large = framed(query(1, "big.ha.test.", 16));
  bool full = false;
  const auto limit = steady_clock::now() + 10s;
  int sent = 0;
  while (!full && steady_clock::now() < limit) {
    boost::system::error_code error;
    const auto size = c.socket().write_some(asio::buffer(large), error);
    full = error == asio::error::would_block || size < large.size();
    if (!full) ++sent;
    context_.poll();
  }
  EXPECT_TRUE(full) << "back-pressure must reach the client";
  const auto taken = server_->counts().queries;
  EXPECT_LT(taken, static_cast<std::uint64_t>(sent));
  while (server_->counts().answers < static_cast<std::uint64_t>(sent)) {
    ASSERT_GT(c.receive().size(), 9000U);
  }
}

TEST_F(DnsTcpTest, StopsWithOpenConnections) {
  start();
  auto idle = client();
  auto halfway = client();
  halfway.send({0, 40, 1, 2, 3});
  auto served = client();
  served.send(framed(query(1, "active.ha.test.")));
  ASSERT_EQ(served.receive_id(), 1);
  run_until([&] { return server_->connections().open == 3; });
  server_->stop();
  EXPECT_TRUE(idle.closed());
  EXPECT_TRUE(halfway.closed());
  EXPECT_TRUE(served.closed());
  context_.restart();
  context_.run();  // returns: nothing is left to wait for
  EXPECT_EQ(server_->connections().open, 0U);
}

TEST_F(DnsTcpTest, MayBeDestroyedWithItsTablesWhileHandlersAreQueued) {
  start();
  std::vector<Client> clients;
  for (int i = 0; i < 5; ++i) clients.push_back(client());
  run_until([&] { return server_->connections().open == 5; });
  for (auto& c : clients) c.send(framed(query(1, "active.ha.test.")));
  auto not_accepted = client();
  context_.run_one();  // reads are ready, most have not been handled
  server_.reset();
  tables_.reset();
  context_.restart();
  context_.run();
  for (auto& c : clients) {
    c.receive();
    EXPECT_TRUE(c.closed());
  }
}

// Lowers the limit of descriptors to what is open.
class NoMoreDescriptors {
 public:
  NoMoreDescriptors() {
    getrlimit(RLIMIT_NOFILE, &before_);
    const int next = dup(0);  // the lowest free one
    close(next);
    rlimit limit = before_;
    limit.rlim_cur = static_cast<rlim_t>(next);
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  ~NoMoreDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }
  NoMoreDescriptors(const NoMoreDescriptors&) = delete;
  NoMoreDescriptors& operator=(const NoMoreDescriptors&) = delete;

 private:
  rlimit before_{};
};

TEST_F(DnsTcpTest, SurvivesALackOfDescriptors) {
  start({.times = {.accept_pause = 10ms}});
  auto waiting = client();
  waiting.send(framed(query(1, "active.ha.test.")));
  {
    const NoMoreDescriptors none;
    run_until([&] { return server_->connections().accept_errors >= 3; });
    EXPECT_EQ(server_->connections().accepted, 0U);
  }
  EXPECT_EQ(waiting.receive_id(), 1);
}

TEST_F(DnsTcpTest, SaysWhereItCannotListen) {
  start();
  const ListenAddress taken = server_->bound().front();
  const auto second = TcpServer::start(context_.get_executor(), {.listen = {taken}}, *tables_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().where, taken);
  EXPECT_EQ(second.error().error, asio::error::address_in_use);
  const auto no_address =
      TcpServer::start(context_.get_executor(), {.listen = {{"localhost", 0}}}, *tables_);
  ASSERT_FALSE(no_address);
  EXPECT_EQ(no_address.error().where.address, "localhost");
}

}  // namespace
}  // namespace signpost::dns
