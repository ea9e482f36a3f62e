#include "sidecar/runtime/state_writer.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <cstdlib>

namespace signpost::runtime {
namespace {

namespace fs = std::filesystem;

struct Writer : testing::Test {
  boost::asio::io_context context{1};
  fs::path directory;
  std::uint64_t saved = 0;
  std::string error;

  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "signpost-writer-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    directory = name;
  }
  void TearDown() override { fs::remove_all(directory); }

  // Real thread, real disk: waits for the report with a bound that only catches hangs.
  void wait_for(std::uint64_t sequence) {
    auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (saved < sequence && std::chrono::steady_clock::now() < end) {
      context.restart();
      context.run_for(std::chrono::milliseconds(10));
    }
    ASSERT_GE(saved, sequence);
  }
  void listen_to(StateWriter& writer) {
    writer.on_done([this](std::uint64_t sequence, const std::string& e) {
      saved = sequence;
      error = e;
    });
  }
};

State with_serial(std::uint32_t serial) {
  State s;
  s.serial = serial;
  return s;
}

TEST_F(Writer, WritesTheNewestState) {
  StateWriter writer(context.get_executor(), directory / "state.json");
  listen_to(writer);
  std::uint64_t last = 0;
  for (std::uint32_t i = 1; i <= 100; ++i) last = writer.save(with_serial(i));
  EXPECT_EQ(last, 100U);
  wait_for(last);
  EXPECT_EQ(error, "");
  EXPECT_EQ(load_state(directory / "state.json").state, with_serial(100));
}

TEST_F(Writer, FinishesWhatItWasGivenBeforeItGoes) {
  { StateWriter(context.get_executor(), directory / "state.json").save(with_serial(7)); }
  EXPECT_EQ(load_state(directory / "state.json").state, with_serial(7));
}

TEST_F(Writer, ReportsWhatItCannotWriteAndRecovers) {
  fs::path path = directory / "later" / "state.json";
  StateWriter writer(context.get_executor(), path);
  listen_to(writer);
  wait_for(writer.save(with_serial(1)));
  EXPECT_NE(error.find(path.string()), std::string::npos) << error;
  fs::create_directory(directory / "later");
  wait_for(writer.save(with_serial(2)));
  EXPECT_EQ(error, "");
}

}  // namespace
}  // namespace signpost::runtime
