// From brokers' answers to risks, through the real loops.
#include "sidecar/agent/forecast_source.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>

#include "sidecar/agent/agent.hpp"
#include "sidecar/agent/serve_publisher.hpp"
#include "tests/support/fake_group.hpp"
#include "tests/support/sim_clock.hpp"

namespace signpost::agent {
namespace {

using namespace std::chrono_literals;

class ForecastSource : public testing::Test {
 protected:
  ForecastSource() {
    group_.elect("n1", 100s);
    agent_.start(publisher_, tasks_);
    clock_.run_for(3s);
  }
  ~ForecastSource() override {
    tasks_.request_stop();
    boost::asio::co_spawn(context_, tasks_.join(),
                          [](const std::exception_ptr& e) { EXPECT_FALSE(e); });
    clock_.run_for(1s);
  }

  decision::ForecastInput input() {
    return forecast_input(*agent_.groups()[0], agent_, clock_.now());
  }
  bool has(const std::string& id) {
    const auto risks = decision::forecast(input());
    return std::any_of(risks.begin(), risks.end(), [&](const auto& risk) { return risk.id == id; });
  }
  /// The master makes 100 transactions a second, n2 follows, n3 does as told.
  void write_for(std::chrono::seconds time, std::int64_t n3_per_second) {
    for (int s = 0; s < time.count(); ++s) {
      *group_["n1"].transaction_id += 100;
      *group_["n2"].transaction_id += 100;
      *group_["n3"].transaction_id += n3_per_second;
      clock_.run_for(1s);
    }
  }

  boost::asio::io_context context_{1};
  test::SimClock clock_{context_};
  test::FakeGroup group_{clock_};
  test::FakeStore store_;
  NoPublisher publisher_;
  history::NoRecorder recorder_;
  Agent agent_{group_.shared_config(),
               {},
               [this](const config::Broker& b) { return group_.prober(b); },
               clock_,
               store_,
               recorder_};
  runtime::TaskGroup tasks_{context_.get_executor()};
};

TEST_F(ForecastSource, KnowsASettingWhileItIsThereAndWhenItsNodeIsGone) {
  EXPECT_FALSE(has("quorum_override"));
  group_["n3"].quorum_override = 1;
  clock_.run_for(2s);
  EXPECT_TRUE(has("quorum_override"));
  EXPECT_TRUE(input().nodes[2].is_current);
  group_.kill("n3");
  clock_.run_for(1min);
  EXPECT_TRUE(has("quorum_override"));
  EXPECT_FALSE(input().nodes[2].is_current);
  group_["n3"].failure.reset();
  group_["n3"].quorum_override = 0;
  clock_.run_for(2s);
  EXPECT_FALSE(has("quorum_override"));
}

TEST_F(ForecastSource, SeesClocksThatDifferAndForgetsThemWhenTheyAreSet) {
  group_["n1"].clock_ahead = 0ms;
  group_["n2"].clock_ahead = 600ms;
  group_["n3"].clock_ahead = -300ms;
  clock_.run_for(5min);
  EXPECT_FALSE(has("clock_difference"));
  group_["n3"].clock_ahead = 3s;
  clock_.run_for(2s);
  EXPECT_TRUE(has("clock_difference"));
  group_["n3"].clock_ahead = 100ms;
  clock_.run_for(2s);
  EXPECT_FALSE(has("clock_difference"));
}

TEST_F(ForecastSource, TellsALateReplicaFromABusyMaster) {
  for (const char* node : {"n1", "n2", "n3"}) group_[node].transaction_id = 1000;
  group_["n2"].latency = 300ms;  // asked and answering at other moments than the master
  write_for(30s, 100);
  EXPECT_FALSE(has("replica_lag"));
  EXPECT_EQ(input().nodes[0].lag, decision::ReplicationLag{});
  write_for(8s, 10);
  EXPECT_FALSE(has("replica_lag")) << "late, but not by ten seconds yet";
  EXPECT_GT(input().nodes[2].lag->transactions, 500);
  write_for(10s, 10);
  EXPECT_TRUE(has("replica_lag"));
  group_["n3"].transaction_id = group_["n1"].transaction_id;
  clock_.run_for(2s);
  EXPECT_FALSE(has("replica_lag"));
}

TEST_F(ForecastSource, HasNoLagWithoutAMaster) {
  for (const char* node : {"n1", "n2", "n3"}) group_[node].transaction_id = 1000;
  clock_.run_for(3s);
  EXPECT_TRUE(input().nodes[1].lag);
  group_.kill("n1");
  clock_.run_for(3s);
  EXPECT_FALSE(input().nodes[1].lag);
}

}  // namespace
}  // namespace signpost::agent
