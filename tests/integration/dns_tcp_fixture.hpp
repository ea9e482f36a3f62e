// What the tests of TcpServer share: a zone, a server on a free port of loopback, and clients that
// run the server's io_context while they wait.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "dns/name.hpp"
#include "dns/rrset.hpp"
#include "dns/tcp_server.hpp"
#include "dns/zone_snapshot.hpp"
#include "tests/support/dns_zone.hpp"

namespace signpost::dns {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;
using std::chrono::steady_clock;
using Octets = std::vector<std::uint8_t>;

inline std::unique_ptr<const AnswerTable> table(std::uint64_t generation,
                                                const std::string& active) {
  ZoneSnapshot zone = test::small_zone();
  zone.rrsets.push_back(test::rrset("active.ha.test. 5 A " + active));
  zone.rrsets.push_back(
      {test::name("big.ha.test."), RRType::txt, 5, {txt_rdata(std::string(9000, 'x'))}});
  return test::compiled(zone, generation);
}

inline Octets query(std::uint16_t id, std::string_view owner, std::uint16_t type = 1) {
  Octets message{static_cast<std::uint8_t>(id >> 8U),
                 static_cast<std::uint8_t>(id & 0xFFU),
                 0,
                 0,
                 0,
                 1,
                 0,
                 0,
                 0,
                 0,
                 0,
                 0};
  const Name qname = test::name(owner);
  message.insert(message.end(), qname.wire().begin(), qname.wire().end());
  for (const int octet : {type >> 8, type & 0xFF, 0, 1}) {
    message.push_back(static_cast<std::uint8_t>(octet));
  }
  return message;
}

/// With its length in front.
inline Octets framed(const Octets& message) {
  Octets out{static_cast<std::uint8_t>(message.size() >> 8U),
             static_cast<std::uint8_t>(message.size() & 0xFFU)};
  out.insert(out.end(), message.begin(), message.end());
  return out;
}

inline Octets operator+(Octets a, const Octets& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

class Client {
 public:
  Client(asio::io_context& context, std::uint16_t port, const char* from = "127.0.0.1")
      : context_(&context), socket_(context) {
    socket_.open(tcp::v4());
    socket_.bind(tcp::endpoint(asio::ip::make_address(from), 0));
    socket_.connect(tcp::endpoint(asio::ip::make_address("127.0.0.1"), port));
    socket_.non_blocking(true);
    socket_.set_option(tcp::no_delay(true));
  }

  /// Whether everything could be sent.
  bool send(const Octets& octets) {
    boost::system::error_code error;
    return asio::write(socket_, asio::buffer(octets), error) == octets.size();
  }
  void end_sending() { socket_.shutdown(tcp::socket::shutdown_send); }
  void run(steady_clock::duration duration) { context_->run_for(duration); }

  /// The next message, without its length; empty when the connection ended first.
  Octets receive() {
    while (!whole() && read_once()) {
    }
    if (!whole()) return {};
    const auto end = received_.begin() + 2 + static_cast<std::ptrdiff_t>(length());
    Octets message(received_.begin() + 2, end);
    received_.erase(received_.begin(), end);
    return message;
  }
  std::uint16_t receive_id() {
    const auto message = receive();
    return message.size() < 12 ? std::uint16_t{0xFFFF}
                               : static_cast<std::uint16_t>(message[0] << 8 | message[1]);
  }
  /// The last octet of the reply: of an A record, of the last address.
  int receive_last_octet() {
    const auto message = receive();
    return message.empty() ? -1 : message.back();
  }
  /// True once the server has ended the connection, with nothing unexpected sent before.
  bool closed() {
    while (read_once()) {
    }
    return ended_ && received_.empty();
  }
  [[nodiscard]] tcp::socket& socket() { return socket_; }

 private:
  [[nodiscard]] std::size_t length() const {
    return static_cast<std::size_t>(received_[0] << 8 | received_[1]);
  }
  [[nodiscard]] bool whole() const {
    return received_.size() >= 2 && received_.size() >= 2 + length();
  }
  // Runs the server until octets come. False at the end of the connection and after 10 s.
  bool read_once() {
    const auto limit = steady_clock::now() + 10s;
    std::array<std::uint8_t, 65536> some;
    boost::system::error_code error;
    while (!ended_ && steady_clock::now() < limit) {
      const auto size = socket_.read_some(asio::buffer(some), error);
      received_.insert(received_.end(), some.begin(), some.begin() + size);
      if (size > 0) return true;
      if (error != asio::error::would_block) ended_ = true;
      context_->restart();
      context_->run_one_for(1ms);
    }
    return false;
  }

  asio::io_context* context_;
  tcp::socket socket_;
  Octets received_;
  bool ended_ = false;
};

class DnsTcpTest : public ::testing::Test {
 protected:
  TcpServer& start(TcpServerOptions options = {}) {
    options.listen = {{"127.0.0.1", 0}};
    server_ = std::move(TcpServer::start(context_.get_executor(), options, *tables_).value());
    return *server_;
  }
  Client client(const char* from = "127.0.0.1") {
    return Client(context_, server_->bound().front().port, from);
  }
  void run_until(const std::function<bool()>& done) {
    const auto limit = steady_clock::now() + 10s;
    while (!done() && steady_clock::now() < limit) context_.run_one_for(1ms);
    EXPECT_TRUE(done());
  }

  asio::io_context context_{1};
  std::unique_ptr<AnswerTables> tables_ = std::make_unique<AnswerTables>(table(1, "192.0.2.1"));
  std::unique_ptr<TcpServer> server_;
};

}  // namespace signpost::dns
