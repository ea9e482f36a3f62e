// `signpost status` against a server on loopback that says one thing to everybody.
#include "sidecar/cli/status_command.hpp"

#include <gtest/gtest.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <sstream>
#include <string>
#include <thread>
#include <utility>

#include "sidecar/cli/explain_command.hpp"

namespace signpost::cli {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

/// Serves one connection in a thread: reads a request head, answers, and keeps the connection until
/// the client closes it.
class OneAnswer {
 public:
  explicit OneAnswer(std::string answer)
      : answer_(std::move(answer)), thread_([this] { serve(); }) {}
  ~OneAnswer() { thread_.join(); }
  OneAnswer(const OneAnswer&) = delete;
  OneAnswer& operator=(const OneAnswer&) = delete;

  [[nodiscard]] std::string url() const {
    return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
  }
  [[nodiscard]] const std::string& request() const { return request_; }

 private:
  void serve() {
    boost::system::error_code ignored;
    tcp::socket socket(context_);
    acceptor_.accept(socket, ignored);
    asio::read_until(socket, asio::dynamic_buffer(request_, 10'000), "\r\n\r\n", ignored);
    asio::write(socket, asio::buffer(answer_), ignored);
    char rest = 0;
    socket.read_some(asio::buffer(&rest, 1), ignored);  // until the client has had enough
  }

  asio::io_context context_;
  tcp::acceptor acceptor_{context_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
  std::string answer_;
  std::string request_;
  std::thread thread_;
};

std::string http(const std::string& status, const std::string& body) {
  return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

struct Outcome {
  ExitCode code;
  std::string out, err;
};

Outcome ask(StatusCommand command, std::chrono::milliseconds patience = 5s) {
  std::ostringstream out, err;
  const ExitCode code = status_command(command, out, err, patience);
  return {code, out.str(), err.str()};
}

constexpr const char* failing =
    R"({"status": "fail", "groups": [{"name": "g", "status": "fail"}]})";

TEST(StatusCommandTest, ShowsTheTableAndAsksByTheRules) {
  std::string request;
  {
    OneAnswer server(http("200 OK", failing));
    StatusCommand command;
    command.url = server.url();
    command.group = "g 1";
    const Outcome outcome = ask(command);
    EXPECT_EQ(outcome.code, exit_ok) << outcome.err;
    EXPECT_EQ(outcome.out, "g  FAIL  ? -> no node; NO VIEW\n");
    EXPECT_EQ(outcome.err, "");
    request = server.request();
    EXPECT_TRUE(request.starts_with(
        "GET /api/v1/status?group=g%201 HTTP/1.1\r\nHost: " + server.url().substr(7) + "\r\n"))
        << request;
  }
}

TEST(ExplainCommandTest, PrintsTheTextOfEachGroupAndLetsNoControlCharacterThrough) {
  constexpr const char* document =
      R"({"groups": [{"name": "a", "text": "a -> n1\nneeds     x\n"}, {"text": "b\u001b -> n2\n"}]})";
  for (const bool as_json : {false, true}) {
    std::ostringstream out, err;
    ExplainCommand command;
    std::string request;
    {
      OneAnswer server(http("200 OK", document));
      command.url = server.url();
      command.group = "g 1";
      if (as_json) command.output = StatusOutput::json;
      EXPECT_EQ(explain_command(command, {}, {}, out, err), exit_ok) << err.str();
      request = server.request();
    }
    EXPECT_TRUE(request.starts_with("GET /api/v1/explain?group=g%201 HTTP/1.1\r\n")) << request;
    EXPECT_EQ(out.str(), as_json ? document : "a -> n1\nneeds     x\n\nb\\x1b -> n2\n");
  }
}

TEST(ExplainCommandTest, SaysWhenTheAnswerExplainsNothing) {
  for (const char* body : {"", "<html>", "{}", R"({"groups": 5})", R"({"groups": [5]})",
                           R"({"groups": [{"text": 1}]})"}) {
    std::ostringstream out, err;
    OneAnswer server(http("200 OK", body));
    ExplainCommand command;
    command.url = server.url();
    EXPECT_EQ(explain_command(command, {}, {}, out, err), exit_unavailable) << body;
    EXPECT_NE(err.str().find("explains nothing"), std::string::npos) << err.str();
    EXPECT_EQ(out.str(), "");
  }
}

TEST(StatusCommandTest, EndsWithOneForAFailingStatusOnlyWhenAsked) {
  OneAnswer server(http("200 OK", failing));
  StatusCommand command;
  command.url = server.url();
  command.exit_code = true;
  EXPECT_EQ(ask(command).code, exit_no);
}

TEST(StatusCommandTest, PassesTheJsonOnUnchanged) {
  OneAnswer server(http("200 OK", failing));
  StatusCommand command;
  command.url = server.url();
  command.output = StatusOutput::json;
  EXPECT_EQ(ask(command).out, failing);
}

TEST(StatusCommandTest, SaysWhatTheServerRefuses) {
  struct Case {
    const char* status;
    const char* body;
    bool group;
    ExitCode code;
    const char* said;
  };
  const Case cases[] = {
      {"404 Not Found", R"({"detail": "there is no group \"g\""})", true, exit_usage,
       "there is no group \"g\""},
      {"404 Not Found", "nginx", false, exit_unavailable, "HTTP status 404"},
      {"421 Misdirected Request", R"({"detail": "this Host is not served here"})", false,
       exit_unavailable, "this Host is not served here"},
      {"200 OK", "<html>", false, exit_unavailable, "the answer is not JSON"},
      {"200 OK", R"({"detail": "\u001b[2J"})", false, exit_unavailable, "the answer has no groups"},
  };
  for (const Case& c : cases) {
    OneAnswer server(http(c.status, c.body));
    StatusCommand command;
    command.url = server.url();
    if (c.group) command.group = "g";
    const Outcome outcome = ask(command);
    EXPECT_EQ(outcome.code, c.code) << c.body;
    EXPECT_NE(outcome.err.find(c.said), std::string::npos) << outcome.err;
    EXPECT_EQ(outcome.out, "");
  }
}

TEST(StatusCommandTest, SaysThatNobodyListens) {
  StatusCommand command;
  {
    OneAnswer server("");
    command.url = server.url();
    ask(command, 50ms);
  }
  const Outcome outcome = ask(command);
  EXPECT_EQ(outcome.code, exit_unavailable);
  EXPECT_NE(outcome.err.find("Connection refused"), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find("systemctl status signpost"), std::string::npos);
}

TEST(StatusCommandTest, GivesUpAtTheDeadline) {
  const auto begun = std::chrono::steady_clock::now();
  OneAnswer server("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
  StatusCommand command;
  command.url = server.url();
  const Outcome outcome = ask(command, 100ms);
  EXPECT_EQ(outcome.code, exit_unavailable);
  EXPECT_NE(outcome.err.find("no answer within 100ms"), std::string::npos) << outcome.err;
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 4s);
}

TEST(StatusCommandTest, LooksUpAHostName) {
  OneAnswer server(http("200 OK", failing));
  StatusCommand command;
  command.url = "http://localhost" + server.url().substr(server.url().rfind(':'));
  EXPECT_EQ(ask(command).code, exit_ok);
}

}  // namespace
}  // namespace signpost::cli
