// A control server in a directory of its own, and clients in a thread beside it.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cstring>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "sidecar/control/control_client.hpp"
#include "sidecar/control/control_server.hpp"
#include "sidecar/runtime/asio_clock.hpp"

namespace signpost::control {

/// One connection that sends what it likes.
class RawClient {
 public:
  explicit RawClient(const std::string& path) : fd_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    connected_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  }
  ~RawClient() { close(); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  [[nodiscard]] bool connected() const { return connected_; }
  void send(std::string_view octets) const {
    ::send(fd_, octets.data(), octets.size(), MSG_NOSIGNAL);
  }
  void finish_sending() const { ::shutdown(fd_, SHUT_WR); }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  /// Until the server closes.
  [[nodiscard]] std::string receive_all() const {
    std::string octets;
    std::array<char, 4096> chunk{};
    ssize_t got = 0;
    while ((got = ::recv(fd_, chunk.data(), chunk.size(), 0)) > 0) {
      octets.append(chunk.data(), static_cast<std::size_t>(got));
    }
    return octets;
  }

 private:
  int fd_;
  bool connected_ = false;
};

class ControlFixture : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = std::filesystem::temp_directory_path() / "signpost-control-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
    options_.path = directory_ / "control.sock";
  }
  void TearDown() override {
    server_.reset();
    context_.poll();
    std::filesystem::remove_all(directory_);
  }

  void start() {
    auto started = try_start();
    ASSERT_TRUE(started) << started.error().detail;
    server_ = *std::move(started);
  }

  boost::system::result<std::unique_ptr<ControlServer>, CannotListen> try_start() {
    return ControlServer::start(context_.get_executor(), clock_, options_,
                                [this](const Request& request, const Actor& actor) {
                                  requests_.push_back(request);
                                  actors_.push_back(actor);
                                  return Answer{Code::ok, "done"};
                                });
  }

  /// Runs the server while `client` runs in a thread of its own.
  void serve(const std::function<void()>& client) {
    bool done = false;
    std::thread thread([&] {
      client();
      boost::asio::post(context_, [&] { done = true; });
    });
    while (!done) {
      context_.restart();
      context_.run_one();
    }
    thread.join();
  }

  boost::system::result<Answer, NoAnswer> asked(const Request& request) {
    boost::system::result<Answer, NoAnswer> answer = NoAnswer{};
    serve([&] { answer = ask(options_.path, request, std::chrono::seconds(5)); });
    return answer;
  }

  /// What a client that sends `octets` gets to hear.
  std::string said_to(const std::string& octets) {
    std::string said;
    serve([&] {
      const RawClient client(options_.path);
      client.send(octets);
      client.finish_sending();
      said = client.receive_all();
    });
    return said;
  }

  std::filesystem::path directory_;
  ControlServerOptions options_;
  boost::asio::io_context context_{1};
  runtime::AsioClock clock_;
  std::unique_ptr<ControlServer> server_;
  std::vector<Request> requests_;
  std::vector<Actor> actors_;
};

}  // namespace signpost::control
