// When StubResolver answers: deadlines, cancellation, destruction, changes and bounds.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/integration/stub_resolver_fixture.hpp"

namespace signpost::dns {
namespace {

TEST_F(StubResolverTest, ReturnsAtTheDeadlineWhenTheServerIsSilent) {
  FakeNameServer server(context_, silence);
  auto resolver = resolver_for({server.text()});
  const auto before = steady_clock::now();
  const auto call = start(resolver, "broker-a.example", 80ms);
  run_until_done(*call);
  ASSERT_TRUE(call->answer);
  EXPECT_EQ(call->answer->error(), asio::error::timed_out);
  EXPECT_GE(call->ended - before, 80ms);
  EXPECT_LT(call->ended - before, 700ms) << "waited for c-ares instead";
}

TEST_F(StubResolverTest, ReturnsAtOnceWhenTheDeadlineHasPassed) {
  FakeNameServer server(context_, both);
  auto resolver = resolver_for({server.text()});
  EXPECT_EQ(ask(resolver, "broker-a.example", -1s).error(), asio::error::timed_out);
  EXPECT_EQ(server.questions(), 0);
}

TEST_F(StubResolverTest, DoesNotWaitForIPv6ThatNeverAnswers) {
  FakeNameServer server(
      context_, [](const Question& q) { return q.type == type_a ? both(q) : std::nullopt; });
  auto resolver = resolver_for({server.text()});
  const auto before = steady_clock::now();
  const auto call = start(resolver, "broker-a.example");
  run_until_done(*call);
  ASSERT_TRUE(call->answer && *call->answer);
  EXPECT_EQ(texts(**call->answer), (Texts{"192.0.2.7"}));
  EXPECT_LT(call->ended - before, 600ms) << "c-ares needs 750 ms to give AAAA up";
}

TEST_F(StubResolverTest, GivesAtTheDeadlineWhatItHas) {
  FakeNameServer server(
      context_, [](const Question& q) { return q.type == type_aaaa ? both(q) : std::nullopt; });
  auto resolver = resolver_for({server.text()});
  const auto found = ask(resolver, "broker-a.example", 100ms);
  ASSERT_TRUE(found) << found.error().message();
  EXPECT_EQ(texts(*found), (Texts{"2001:db8::7"}));
}

TEST_F(StubResolverTest, FollowsAChangeOfResolvConf) {
  FakeNameServer first(context_, both);
  FakeNameServer second(context_, both, "127.0.0.2", first.port());
  const std::string file = ::testing::TempDir() + "/resolv-change-" + std::to_string(getpid());
  std::ofstream(file) << "nameserver 127.0.0.1\n";
  StubResolver resolver(context_.get_executor(),
                        {.port = first.port(), .resolv_conf = file, .resolv_conf_interval = 0ms});
  ASSERT_TRUE(ask(resolver, "broker-a.example"));
  ASSERT_TRUE(ask(resolver, "broker-a.example"));
  EXPECT_EQ(first.questions(), 4);

  std::ofstream(file) << "nameserver 127.0.0.2\n";
  std::filesystem::last_write_time(file, std::filesystem::file_time_type::clock::now() + 5s);
  ASSERT_TRUE(ask(resolver, "broker-a.example"));
  EXPECT_EQ(first.questions(), 4);
  EXPECT_EQ(second.questions(), 2);
  std::filesystem::remove(file);
}

TEST_F(StubResolverTest, EndsPendingQuestionsWhenDestroyed) {
  FakeNameServer server(context_, silence);
  auto resolver = std::make_optional<StubResolver>(context_.get_executor(),
                                                   StubResolverOptions{.servers = {server.text()}});
  const auto first = start(*resolver, "broker-a.example");
  const auto second = start(*resolver, "broker-b.example");
  while (server.questions() < 4) context_.run_one_for(1s);
  auto not_started = resolver->addresses("broker-c.example", steady_clock::now() + 10s);
  resolver.reset();
  run_until_done(*first);
  run_until_done(*second);
  EXPECT_EQ(first->answer->error(), asio::error::operation_aborted);
  EXPECT_EQ(second->answer->error(), asio::error::operation_aborted);

  std::optional<Answer> late;
  asio::co_spawn(context_, std::move(not_started),
                 [&](std::exception_ptr e, Answer a) { late = e ? asio::error::fault : a; });
  while (!late) context_.run_one_for(1s);
  EXPECT_EQ(late->error(), asio::error::operation_aborted);
}

TEST_F(StubResolverTest, UnwindsAtOnceWhenCancelled) {
  FakeNameServer server(context_, silence);
  auto resolver = resolver_for({server.text()});
  const auto call = start(resolver, "broker-a.example");
  while (server.questions() < 2) context_.run_one_for(1s);
  const auto before = steady_clock::now();
  call->cancel.emit(asio::cancellation_type::terminal);
  run_until_done(*call);
  EXPECT_LT(call->ended - before, 200ms);
  EXPECT_TRUE(call->threw || call->answer->error() == asio::error::operation_aborted);
}

TEST_F(StubResolverTest, HoldsAtMost64QuestionsAndRecovers) {
  bool answering = false;
  FakeNameServer server(context_,
                        [&](const Question& q) { return answering ? both(q) : silence(q); });
  auto resolver = resolver_for({server.text()});
  std::vector<std::shared_ptr<Call>> calls;
  for (int i = 0; i < 65; ++i) calls.push_back(start(resolver, "broker-a.example", 50ms));
  for (const auto& call : calls) run_until_done(*call);
  int refused_calls = 0;
  for (const auto& call : calls) {
    const bool refused_call = call->answer->error() == make_error_code(errc::server_failure);
    refused_calls += refused_call ? 1 : 0;
    EXPECT_TRUE(refused_call || call->answer->error() == asio::error::timed_out);
  }
  EXPECT_EQ(refused_calls, 1);
  // The 64 whose callers have gone still count, until c-ares has given them up or got an answer.
  EXPECT_EQ(ask(resolver, "broker-b.example").error(), make_error_code(errc::server_failure));
  answering = true;
  const auto limit = steady_clock::now() + 10s;
  bool recovered = false;
  while (!recovered && steady_clock::now() < limit) {
    recovered = ask(resolver, "broker-b.example").has_value();
    context_.run_one_for(10ms);
  }
  EXPECT_TRUE(recovered);
}

TEST_F(StubResolverTest, AnswersAThousandQuestionsInARow) {
  FakeNameServer server(context_, both);
  auto resolver = resolver_for({server.text()});
  const auto before = steady_clock::now();
  for (int i = 0; i < 1000; ++i) {
    const auto found = ask(resolver, "broker-" + std::to_string(i) + ".example");
    ASSERT_TRUE(found) << i << ": " << found.error().message();
    ASSERT_EQ(found->addresses.size(), 2U) << i;
  }
  EXPECT_EQ(server.questions(), 2000);
  const std::chrono::duration<double, std::micro> spent = steady_clock::now() - before;
  RecordProperty("microseconds_per_question", std::to_string(spent.count() / 1000));
}

}  // namespace
}  // namespace signpost::dns
