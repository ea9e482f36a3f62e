// What the tests of StubResolver share: an io_context, scripted name servers, calls under way.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dns/error.hpp"
#include "dns/stub_resolver.hpp"
#include "tests/support/fake_name_server.hpp"

namespace signpost::dns {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using std::chrono::steady_clock;
using test::FakeNameServer;
using Answer = boost::system::result<HostAddresses>;
using Question = FakeNameServer::Question;

constexpr std::uint16_t type_a = 1;
constexpr std::uint16_t type_aaaa = 28;
constexpr std::uint8_t servfail = 2;
constexpr std::uint8_t nxdomain = 3;
constexpr std::uint8_t refused = 5;

inline const FakeNameServer::Octets v4{192, 0, 2, 7};
inline const FakeNameServer::Octets v6{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7};

inline std::optional<FakeNameServer::Octets> both(const Question& q) {
  if (q.type == type_a) return q.reply({.records = {{type_a, 60, v4}}});
  return q.reply({.records = {{type_aaaa, 30, v6}}});
}
inline std::optional<FakeNameServer::Octets> silence(const Question&) { return std::nullopt; }

inline FakeNameServer::Script always(std::uint8_t rcode) {
  return [rcode](const Question& q) { return q.reply({.rcode = rcode}); };
}

inline std::vector<std::string> texts(const HostAddresses& found) {
  std::vector<std::string> all;
  for (const auto& address : found.addresses) all.push_back(address.to_string());
  return all;
}

using Texts = std::vector<std::string>;

class StubResolverTest : public ::testing::Test {
 protected:
  // A pending call. `answer` stays empty while it waits; `threw` tells a coroutine that unwound.
  struct Call {
    std::optional<Answer> answer;
    bool threw = false;
    steady_clock::time_point ended;
    asio::cancellation_signal cancel;
    [[nodiscard]] bool done() const { return answer || threw; }
  };

  std::shared_ptr<Call> start(StubResolver& resolver, std::string host,
                              steady_clock::duration limit = 10s) {
    auto call = std::make_shared<Call>();
    auto handler = [call](std::exception_ptr e, Answer answer) {
      call->ended = steady_clock::now();
      call->threw = e != nullptr;
      if (!e) call->answer = std::move(answer);
    };
    asio::co_spawn(context_, resolver.addresses(std::move(host), steady_clock::now() + limit),
                   asio::bind_cancellation_slot(call->cancel.slot(), std::move(handler)));
    return call;
  }

  void run_until_done(const Call& call) {
    const auto limit = steady_clock::now() + 20s;
    while (!call.done() && steady_clock::now() < limit) {
      context_.restart();  // it stops by itself when a test has no server and nothing waits
      context_.run_one_for(100ms);
    }
    ASSERT_TRUE(call.done());
  }

  Answer ask(StubResolver& resolver, std::string host, steady_clock::duration limit = 10s) {
    const auto call = start(resolver, std::move(host), limit);
    run_until_done(*call);
    return call->answer.value_or(Answer(asio::error::fault));
  }

  StubResolver resolver_for(std::vector<std::string> servers) {
    return StubResolver(context_.get_executor(), {.servers = std::move(servers)});
  }

  asio::io_context context_{1};
};

}  // namespace signpost::dns
