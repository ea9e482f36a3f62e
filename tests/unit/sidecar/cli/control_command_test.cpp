// `signpost hold`, `release` and `reload` against a socket that says one thing to everybody.
#include "sidecar/cli/control_command.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <sstream>
#include <string>
#include <thread>
#include <utility>

#include "tests/unit/sidecar/cli/temporary_directory.hpp"

namespace signpost::cli {
namespace {

/// Serves one connection in a thread: reads a line, answers, closes.
class OneAnswer {
 public:
  OneAnswer(const std::string& path, std::string answer)
      : answer_(std::move(answer)), listener_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    EXPECT_EQ(::listen(listener_, 1), 0);
    thread_ = std::thread([this] { serve(); });
  }
  ~OneAnswer() {
    thread_.join();
    ::close(listener_);
  }
  OneAnswer(const OneAnswer&) = delete;
  OneAnswer& operator=(const OneAnswer&) = delete;

 private:
  void serve() {
    const int fd = ::accept(listener_, nullptr, nullptr);
    std::array<char, 4096> request{};
    EXPECT_GT(::recv(fd, request.data(), request.size(), 0), 0);
    ::send(fd, answer_.data(), answer_.size(), MSG_NOSIGNAL);
    ::close(fd);
  }

  std::string answer_;
  int listener_;
  std::thread thread_;
};

class ControlCommandTest : public InTemporaryDirectory {
 protected:
  void SetUp() override {
    InTemporaryDirectory::SetUp();
    environment_.runtime_directory = directory_;
    socket_ = directory_ / "control.sock";
    command_.config_path = write("signpost.toml", "version = 1\n");
    command_.request = control::ReloadRequest{};
  }

  ExitCode run() {
    out_.str("");
    err_.str("");
    return control_command(command_, environment_, out_, err_, std::chrono::milliseconds(500));
  }

  ExitCode run_against(const std::string& answer) {
    ExitCode code = exit_ok;
    {
      const OneAnswer server(socket_, answer);
      code = run();
    }
    std::filesystem::remove(socket_);
    return code;
  }

  config::Environment environment_;
  ControlCommand command_;
  std::string socket_;
  std::ostringstream out_, err_;
};

TEST_F(ControlCommandTest, PrintsWhatTheDaemonSays) {
  EXPECT_EQ(run_against("{\"ok\":true,\"text\":\"one\\ntwo\"}\n"), exit_ok);
  EXPECT_EQ(out_.str(), "one\ntwo\n");
  EXPECT_EQ(err_.str(), "");
}

TEST_F(ControlCommandTest, EndsWithACodeForEachRefusal) {
  const std::pair<const char*, ExitCode> cases[] = {{"refused", exit_no},
                                                    {"bad_request", exit_no},
                                                    {"not_permitted", exit_not_permitted},
                                                    {"busy", exit_try_again},
                                                    {"something_new", exit_no}};
  for (const auto& [code, exit] : cases) {
    EXPECT_EQ(
        run_against(std::string("{\"ok\":false,\"text\":\"no\",\"code\":\"") + code + "\"}\n"),
        exit)
        << code;
    EXPECT_EQ(err_.str(), "signpost: no\n");
    EXPECT_EQ(out_.str(), "");
  }
}

TEST_F(ControlCommandTest, LetsNothingThroughToTheTerminal) {
  EXPECT_EQ(run_against("{\"ok\":true,\"text\":\"\\u001b[2J\\rdone\"}\n"), exit_ok);
  EXPECT_EQ(out_.str().find_first_of("\x1b\r"), std::string::npos);
}

TEST_F(ControlCommandTest, SaysThatNobodyListens) {
  EXPECT_EQ(run(), exit_unavailable);
  EXPECT_NE(err_.str().find("no signpost listens at " + socket_), std::string::npos) << err_.str();
  command_.socket = directory_ / "other.sock";
  EXPECT_EQ(run(), exit_unavailable);
  EXPECT_NE(err_.str().find("other.sock"), std::string::npos);
  EXPECT_EQ(err_.str().find("default path"), std::string::npos);
}

TEST_F(ControlCommandTest, SaysThatItIsNotKnownWhetherItWasDone) {
  for (const char* answer : {"", "{\"ok\":true", "garbage\n"}) {
    EXPECT_EQ(run_against(answer), exit_unavailable) << answer;
    EXPECT_NE(err_.str().find("whether it did it is not known"), std::string::npos);
  }
}

TEST_F(ControlCommandTest, AsksTheDefaultSocketAndSaysSoWhenTheFileDoesNotHelp) {
  command_.config_path = directory_ / "missing.toml";
  EXPECT_EQ(run(), exit_unavailable);
  EXPECT_NE(err_.str().find("that is the default path, for " + command_.config_path),
            std::string::npos)
      << err_.str();
  command_.config_path = write("bad.toml", "[control]\nsocket = 5\n");
  EXPECT_EQ(run(), exit_unavailable);
  EXPECT_NE(err_.str().find("has errors; see: signpost check"), std::string::npos);
}

TEST_F(ControlCommandTest, SaysThatItIsTurnedOff) {
  command_.config_path = write("off.toml", "[control]\nsocket = \"\"\n");
  EXPECT_EQ(run(), exit_unavailable);
  EXPECT_NE(err_.str().find("changes are turned off"), std::string::npos);
}

}  // namespace
}  // namespace signpost::cli
