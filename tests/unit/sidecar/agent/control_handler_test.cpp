// Orders of an operator to a whole agent on virtual time.
#include "sidecar/agent/control_handler.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>

#include "sidecar/agent/serve_publisher.hpp"
#include "tests/support/fake_group.hpp"
#include "tests/support/sim_clock.hpp"

namespace signpost::agent {
namespace {

using namespace std::chrono_literals;
using control::Answer;
using control::Code;
using control::HoldRequest;
using control::ReleaseRequest;
using control::ReloadRequest;
using decision::Hold;

class Recorded final : public history::Recorder {
 public:
  void add(history::Entry entry) override {
    if (entry.event != "decision" && entry.event != "evidence") entries.push_back(std::move(entry));
  }
  std::vector<history::Entry> entries;
};

class ControlHandlerTest : public testing::Test {
 protected:
  ControlHandlerTest() {
    group_.elect("n1", 100s);
    next_ = group_.config();
    agent_ = std::make_unique<Agent>(
        group_.shared_config(), runtime::State{},
        [this](const config::Broker& broker) {
          if (broker.interval == 7s) throw std::runtime_error("key_file cannot be read");
          return group_.prober(broker);
        },
        clock_, store_, recorder_);
    publisher_ =
        std::make_unique<ServePublisher>(agent_->config(), agent_->wanted(), agent_->serial());
    agent_->start(*publisher_, tasks_);
    ReloadSources sources{"signpost.toml", [this] { return file(); },
                          [this](const config::Log& log) { log_ = log; },
                          [this](const std::string& sha, const std::string& error) {
                            outcome_ = error.empty() ? sha : error;
                          }};
    handler_ = std::make_unique<ControlHandler>(*agent_, clock_, recorder_, std::move(sources));
    clock_.run_for(2s);
  }
  ~ControlHandlerTest() override {
    tasks_.request_stop();
    boost::asio::co_spawn(context_, tasks_.join(),
                          [](const std::exception_ptr& e) { EXPECT_FALSE(e); });
    clock_.run_for(1s);
  }

  FileAgain file() const {
    if (errors_.empty()) return {next_, "abc", ""};
    return {std::nullopt, "", errors_};
  }
  Answer ask(const control::Request& request) {
    Answer answer = handler_->answer(request, {1000, "alice"});
    clock_.run_for(100ms);
    return answer;
  }
  Answer hold(Hold::Kind kind, const std::string& node = "", std::chrono::seconds duration = 1h) {
    return ask(HoldRequest{"weather", kind, node, "upgrade", duration});
  }
  std::string address() const {
    for (const auto& rrset : publisher_->zone().rrsets) {
      if (rrset.type == dns::RRType::a && rrset.owner == group_.config().groups[0].record.name)
        return dns::rdata_text(rrset.type, rrset.rdata[0]);
    }
    return publisher_->zone().not_ready.empty() ? "none" : "not ready";
  }
  void fail_over() {
    group_.kill("n1");
    group_.elect("n2", 5s + 100s);
    group_.kill("n1");
    clock_.run_for(2s);
  }

  boost::asio::io_context context_{1};
  test::SimClock clock_{context_};
  test::FakeGroup group_{clock_};
  test::FakeStore store_;
  Recorded recorder_;
  std::unique_ptr<Agent> agent_;
  std::unique_ptr<ServePublisher> publisher_;
  std::unique_ptr<ControlHandler> handler_;
  config::Config next_;
  config::Log log_;
  std::string errors_, outcome_;
  runtime::TaskGroup tasks_{context_.get_executor()};
};

TEST_F(ControlHandlerTest, FreezesOverAFailoverUntilTheRelease) {
  const Answer frozen = hold(Hold::Kind::freeze);
  EXPECT_TRUE(frozen.ok());
  EXPECT_EQ(frozen.text.find("weather is frozen at n1 until "), 0U) << frozen.text;
  fail_over();
  EXPECT_EQ(address(), "127.0.0.11");
  const Answer released = ask(ReleaseRequest{"weather", "done"});
  EXPECT_EQ(released.text,
            "weather is released and points to n2\nit was held: freeze by alice (upgrade)");
  EXPECT_EQ(address(), "127.0.0.12");
  ASSERT_EQ(recorder_.entries.size(), 2U);
  EXPECT_EQ(recorder_.entries[0].event, "hold");
  EXPECT_EQ(recorder_.entries[0].actor, "alice");
  EXPECT_EQ(recorder_.entries[1].event, "release");
}

TEST_F(ControlHandlerTest, PinsAndWithdraws) {
  EXPECT_EQ(hold(Hold::Kind::pin, "n3").text.find("weather is pinned to n3 until "), 0U);
  EXPECT_EQ(address(), "127.0.0.13");
  const Answer withdrawn = hold(Hold::Kind::withdraw);
  EXPECT_NE(withdrawn.text.find("in place of: pin n3 by alice (upgrade)"), std::string::npos);
  EXPECT_EQ(address(), "none");
  EXPECT_TRUE(ask(ReleaseRequest{"weather", ""}).ok());
  EXPECT_EQ(address(), "127.0.0.11");
}

TEST_F(ControlHandlerTest, EndsAHoldByItself) {
  hold(Hold::Kind::freeze, "", 10s);
  fail_over();
  EXPECT_EQ(address(), "127.0.0.11");
  clock_.run_for(10s);
  EXPECT_EQ(address(), "127.0.0.12");
  EXPECT_EQ(recorder_.entries.back().event, "hold_expired");
}

TEST_F(ControlHandlerTest, RefusesWhatTheGroupDoesNotAllow) {
  EXPECT_EQ(ask(HoldRequest{"wether", Hold::Kind::freeze, "", "x", 1h}),
            (Answer{Code::refused, "there is no group \"wether\"; groups: weather"}));
  EXPECT_EQ(ask(ReleaseRequest{"wether", ""}).code, Code::refused);
  EXPECT_EQ(hold(Hold::Kind::pin, "n4").code, Code::refused);
  EXPECT_EQ(hold(Hold::Kind::freeze, "", 8h + 1s).code, Code::refused);
  EXPECT_FALSE(agent_->group("weather")->arbiter().hold());
  EXPECT_TRUE(recorder_.entries.empty());
}

TEST_F(ControlHandlerTest, ReleasesWhatIsNotHeldWithoutComplaint) {
  EXPECT_EQ(ask(ReleaseRequest{"weather", ""}), (Answer{Code::ok, "weather is not held"}));
}

TEST_F(ControlHandlerTest, TakesNoOrdersWhileItStops) {
  tasks_.request_stop();
  next_.groups[0].record.ttl = 7s;
  for (const control::Request& order :
       {control::Request(HoldRequest{"weather", Hold::Kind::freeze, "", "upgrade", 1h}),
        control::Request(ReleaseRequest{"weather", "done"}), control::Request(ReloadRequest{})}) {
    Answer answer = ask(order);
    EXPECT_EQ(answer.code, Code::refused);
    EXPECT_NE(answer.text.find("stopping"), std::string::npos) << answer.text;
  }
  EXPECT_EQ(handler_->reload("SIGHUP").code, Code::refused);
  EXPECT_FALSE(agent_->group("weather")->arbiter().hold());
  EXPECT_NE(agent_->configured()->groups[0].record.ttl, 7s);
  EXPECT_TRUE(recorder_.entries.empty());
}

TEST_F(ControlHandlerTest, ReloadsAndSaysWhatChanged) {
  EXPECT_EQ(ask(ReloadRequest{}).text, "signpost.toml: nothing changed");
  next_.groups[0].nodes[0].address = {"127.0.0.99"};
  next_.log.level = config::LogLevel::debug;
  next_.http.listen.clear();
  EXPECT_EQ(ask(ReloadRequest{}).text,
            "signpost.toml is in force\n  group \"weather\": nodes\n  [log]: level\n"
            "as before until a restart:\n  [http] listen");
  EXPECT_EQ(address(), "127.0.0.99");
  EXPECT_EQ(log_.level, config::LogLevel::debug);
  EXPECT_EQ(outcome_, "abc");
  EXPECT_FALSE(agent_->config()->http.listen.empty());
  EXPECT_EQ(recorder_.entries.back().event, "reload");
  EXPECT_EQ(recorder_.entries.back().actor, "alice");
}

TEST_F(ControlHandlerTest, ABadFileChangesNothingAndIsForgottenAfterAGoodOne) {
  const auto before = agent_->config();
  errors_ = "signpost.toml:3:1: no\n    3 | x\nhint: y\n";
  const Answer refused = ask(ReloadRequest{});
  EXPECT_EQ(refused.code, Code::refused);
  EXPECT_EQ(refused.text.find("signpost.toml:3:1: no\n    3 | x\nhint: y\n"), 0U);
  EXPECT_NE(refused.text.find("nothing was changed"), std::string::npos);
  EXPECT_EQ(outcome_, "signpost.toml:3:1: no");
  EXPECT_EQ(agent_->config(), before);
  errors_.clear();
  EXPECT_TRUE(ask(ReloadRequest{}).ok());
  EXPECT_EQ(outcome_, "abc");
}

TEST_F(ControlHandlerTest, AProberThatCannotBeMadeChangesNothing) {
  const auto before = agent_->config();
  next_.brokers[0].interval = 7s;
  EXPECT_EQ(ask(ReloadRequest{}).code, Code::refused);
  EXPECT_EQ(outcome_, "key_file cannot be read");
  EXPECT_EQ(agent_->config(), before);
  clock_.run_for(2s);
  EXPECT_EQ(address(), "127.0.0.11");
}

TEST_F(ControlHandlerTest, AReloadKeepsAHoldAndAReloadDuringAFailoverDelaysNothing) {
  hold(Hold::Kind::freeze);
  group_.kill("n1");
  clock_.run_for(700ms);
  next_.groups[0].record.ttl = 3s;
  EXPECT_TRUE(ask(ReloadRequest{}).ok());
  EXPECT_TRUE(agent_->group("weather")->arbiter().hold());
  fail_over();
  EXPECT_EQ(address(), "127.0.0.11");
  EXPECT_TRUE(ask(ReleaseRequest{"weather", ""}).ok());
  EXPECT_EQ(address(), "127.0.0.12");
}

TEST_F(ControlHandlerTest, APinOnANodeThatIsGoneIsReleased) {
  hold(Hold::Kind::pin, "n3");
  next_.groups[0].nodes.pop_back();
  next_.groups[0].policy.nodes.pop_back();
  const Answer answer = ask(ReloadRequest{});
  EXPECT_NE(answer.text.find("released, its hold was: pin n3 by alice (upgrade)"),
            std::string::npos)
      << answer.text;
  clock_.run_for(2s);
  EXPECT_FALSE(agent_->group("weather")->arbiter().hold());
  EXPECT_EQ(address(), "127.0.0.11");
}

}  // namespace
}  // namespace signpost::agent
