// FakeNameServer: a scripted name server on loopback, UDP and TCP on one free port, run by the
// test's io_context.
//
//   FakeNameServer server(context, [](const FakeNameServer::Question& q) {
//     return q.reply({.records = {{.type = 1, .ttl = 60, .rdata = {192, 0, 2, 1}}}});
//   });
#pragma once

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace signpost::test {

class FakeNameServer {
 public:
  using Octets = std::vector<std::uint8_t>;
  using udp = boost::asio::ip::udp;
  using tcp = boost::asio::ip::tcp;

  struct Record {
    std::uint16_t type = 1;
    std::uint32_t ttl = 0;
    Octets rdata;
  };
  struct Reply {
    std::uint8_t rcode = 0;
    bool truncated = false;
    std::vector<Record> records{};  // owned by the name asked for
  };
  struct Question {
    std::string name;  // dotted, no final dot
    std::uint16_t type = 0;
    bool over_tcp = false;
    Octets message;  // header and question only

    /// A well-formed reply to this question.
    [[nodiscard]] Octets reply(const Reply& r) const {
      Octets out = message;
      out[2] = static_cast<std::uint8_t>(0x80 | (out[2] & 0x01) | (r.truncated ? 0x02 : 0));
      out[3] = static_cast<std::uint8_t>(0x80 | r.rcode);  // RA: the resolver asked for recursion
      out[7] = static_cast<std::uint8_t>(r.records.size());
      for (const auto& record : r.records) {
        put16(out, 0xc00c);
        put16(out, record.type);
        put16(out, 1);
        put16(out, static_cast<std::uint16_t>(record.ttl >> 16));
        put16(out, static_cast<std::uint16_t>(record.ttl));
        put16(out, static_cast<std::uint16_t>(record.rdata.size()));
        out.insert(out.end(), record.rdata.begin(), record.rdata.end());
      }
      return out;
    }
  };
  /// Nothing = silence (UDP) or the end of the connection (TCP).
  using Script = std::function<std::optional<Octets>(const Question&)>;

  FakeNameServer(boost::asio::io_context& context, Script script,
                 const std::string& address = "127.0.0.1", std::uint16_t port = 0)
      : script_(std::move(script)), acceptor_(context), socket_(context) {
    const auto where = boost::asio::ip::make_address(address);
    for (int attempt = 1;; ++attempt) {
      try {
        acceptor_ = tcp::acceptor(context, {where, port});
        socket_ = udp::socket(context, {where, acceptor_.local_endpoint().port()});
        break;
      } catch (const boost::system::system_error&) {  // free for TCP, not for UDP: another one
        if (port != 0 || attempt == 20) throw;
      }
    }
    receive();
    accept();
  }

  [[nodiscard]] std::uint16_t port() const { return socket_.local_endpoint().port(); }
  /// As StubResolverOptions::servers wants it.
  [[nodiscard]] std::string text() const {
    return socket_.local_endpoint().address().to_string() + ":" + std::to_string(port());
  }
  [[nodiscard]] int questions() const { return questions_; }

 private:
  struct Connection {
    explicit Connection(tcp::socket s) : socket(std::move(s)) {}
    tcp::socket socket;
    std::array<std::uint8_t, 2> length{};
    Octets message;
  };

  static void put16(Octets& out, std::uint16_t value) {
    out.push_back(static_cast<std::uint8_t>(value >> 8));
    out.push_back(static_cast<std::uint8_t>(value));
  }

  // c-ares writes these questions: no compression, nothing behind the question but perhaps OPT.
  static Question parse(const std::uint8_t* octets, std::size_t size, bool over_tcp) {
    Question q;
    q.over_tcp = over_tcp;
    std::size_t at = 12;
    while (at < size && octets[at] != 0) {
      if (!q.name.empty()) q.name += '.';
      q.name.append(reinterpret_cast<const char*>(octets) + at + 1, octets[at]);
      at += octets[at] + 1U;
    }
    q.type = static_cast<std::uint16_t>(octets[at + 1] << 8 | octets[at + 2]);
    q.message.assign(octets, octets + at + 5);
    std::fill(q.message.begin() + 6, q.message.begin() + 12, std::uint8_t{0});
    return q;
  }

  void receive() {
    socket_.async_receive_from(boost::asio::buffer(datagram_), from_,
                               [this](boost::system::error_code error, std::size_t size) {
                                 if (error == boost::asio::error::operation_aborted) return;
                                 ++questions_;
                                 const auto reply = script_(parse(datagram_.data(), size, false));
                                 if (reply)
                                   socket_.send_to(boost::asio::buffer(*reply), from_, 0, error);
                                 receive();
                               });
  }

  void accept() {
    acceptor_.async_accept([this](boost::system::error_code error, tcp::socket socket) {
      if (error) return;
      read(std::make_shared<Connection>(std::move(socket)));
      accept();
    });
  }

  void read(const std::shared_ptr<Connection>& c) {
    boost::asio::async_read(
        c->socket, boost::asio::buffer(c->length),
        [this, c](boost::system::error_code error, std::size_t) {
          if (error) return;
          c->message.resize(static_cast<std::size_t>(c->length[0] << 8 | c->length[1]));
          boost::asio::async_read(c->socket, boost::asio::buffer(c->message),
                                  [this, c](boost::system::error_code bad, std::size_t) {
                                    if (!bad) answer(c);
                                  });
        });
  }

  void answer(const std::shared_ptr<Connection>& c) {
    ++questions_;
    const auto reply = script_(parse(c->message.data(), c->message.size(), true));
    if (!reply) return;
    Octets framed;
    put16(framed, static_cast<std::uint16_t>(reply->size()));
    framed.insert(framed.end(), reply->begin(), reply->end());
    boost::system::error_code error;
    boost::asio::write(c->socket, boost::asio::buffer(framed), error);
    if (!error) read(c);
  }

  Script script_;
  tcp::acceptor acceptor_;
  udp::socket socket_;
  udp::endpoint from_;
  std::array<std::uint8_t, 1500> datagram_{};
  int questions_ = 0;
};

}  // namespace signpost::test
