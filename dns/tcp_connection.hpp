// TcpConnection: one client of the TCP server. Reads, answers in order, never reads while an answer
// waits to be written (so a client that does not read is not read either), and ends by itself: at a
// deadline, at the end of the stream, at anything that is no DNS query.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "dns/serve_counters.hpp"
#include "dns/table_slot.hpp"
#include "dns/tcp_message_buffer.hpp"
#include "dns/tcp_server.hpp"

namespace signpost::dns {

/// What the connections of one server share.
struct TcpService {
  TcpTimes times{};
  std::uint16_t payload_max = 0;
  AnswerTables* tables = nullptr;  // null once the server has stopped: they may be gone
  ServeCounters counters;
  // Answers of the connection that runs just now; what it cannot write at once it copies. Room for
  // two of the longest: a batch ends when one more might not fit.
  std::vector<std::uint8_t> answers = std::vector<std::uint8_t>(std::size_t{2} * (2 + 65535));
};

class TcpConnection : public std::enable_shared_from_this<TcpConnection> {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  TcpConnection(boost::asio::ip::tcp::socket socket, std::shared_ptr<TcpService> service);

  /// Returns when the connection is over.
  static boost::asio::awaitable<void> serve(std::shared_ptr<TcpConnection> self);
  void close();

 private:
  struct Batch {
    std::span<const std::uint8_t> octets;  // in TcpService::answers
    std::uint64_t count = 0;
    bool more = false;   // whole messages are left
    bool close = false;  // something came that gets no answer
  };
  Batch answer_what_has_come();
  // Called by serve() alone, which keeps this alive. False = the connection is over.
  boost::asio::awaitable<bool> read();
  boost::asio::awaitable<bool> write(Batch batch);
  void end_at(TimePoint deadline);
  void wait();

  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer timer_;
  std::shared_ptr<TcpService> service_;
  TcpMessageBuffer buffer_;
  std::vector<std::uint8_t> unwritten_;
  TimePoint deadline_ = TimePoint::max();
  bool message_begun_ = false;
};

}  // namespace signpost::dns
