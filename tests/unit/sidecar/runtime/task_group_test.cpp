#include "sidecar/runtime/task_group.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "sidecar/runtime/logging.hpp"
#include "tests/support/sim_clock.hpp"

namespace signpost::runtime {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

struct Tasks : testing::Test {
  asio::io_context context{1};
  test::SimClock clock{context};
  TaskGroup tasks{context.get_executor()};
  bool joined = false;
  std::string error;

  asio::awaitable<void> wait_for_ever() {
    for (;;) co_await clock.sleep_until(clock.now() + 1s);
  }
  asio::awaitable<void> fail_after(std::chrono::seconds t) {
    co_await clock.sleep_until(clock.now() + t);
    throw std::runtime_error("broken");
  }
  asio::awaitable<void> end_after(std::chrono::seconds t) {
    co_await clock.sleep_until(clock.now() + t);
  }

  void join() {
    asio::co_spawn(context, tasks.join(), [this](const std::exception_ptr& e) {
      joined = true;
      try {
        if (e) std::rethrow_exception(e);
      } catch (const std::exception& what) {
        error = what.what();
      }
    });
  }
};

TEST_F(Tasks, AStopUnwindsEveryChild) {
  tasks.spawn(wait_for_ever());
  tasks.spawn(wait_for_ever());
  join();
  clock.run_for(10s);
  EXPECT_FALSE(joined);
  tasks.request_stop();
  clock.run_for(0s);
  EXPECT_TRUE(joined);
  EXPECT_EQ(error, "");
}

TEST_F(Tasks, AChildThatComesAfterTheStopUnwindsAsWell) {
  tasks.spawn(wait_for_ever());
  tasks.request_stop();
  tasks.spawn(wait_for_ever());
  join();
  clock.run_for(0s);
  EXPECT_TRUE(joined);
  EXPECT_EQ(error, "");
}

TEST_F(Tasks, TheFirstErrorStopsTheOthersAndComesOutOfJoin) {
  tasks.spawn(wait_for_ever());
  tasks.spawn(fail_after(3s));
  join();
  clock.run_for(2s);
  EXPECT_FALSE(joined);
  clock.run_for(2s);
  EXPECT_TRUE(joined);
  EXPECT_EQ(error, "broken");
}

TEST_F(Tasks, AChildThatEndsIsForgotten) {
  tasks.spawn(end_after(1s));
  tasks.spawn(wait_for_ever());
  clock.run_for(2s);
  EXPECT_EQ(tasks.size(), 1U);
  tasks.request_stop();
  clock.run_for(0s);
  EXPECT_EQ(tasks.size(), 0U);
}

TEST_F(Tasks, JoiningNothingReturnsAtOnce) {
  join();
  clock.run_for(0s);
  EXPECT_TRUE(joined);
}

TEST(Quoted, LeavesPlainValuesAndEscapesTheRest) {
  EXPECT_EQ(quoted("n1"), "n1");
  EXPECT_EQ(quoted("127.0.0.1:53"), "127.0.0.1:53");
  EXPECT_EQ(quoted(""), "\"\"");
  EXPECT_EQ(quoted("a b"), "\"a b\"");
  EXPECT_EQ(quoted("a=\"b\"\\"), "\"a=\\\"b\\\"\\\\\"");
  EXPECT_EQ(quoted("line\nlevel=error\x1b[2J"), "\"line\\x0alevel=error\\x1b[2J\"");
}

}  // namespace
}  // namespace signpost::runtime
