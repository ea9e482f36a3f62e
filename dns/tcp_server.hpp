// DNS over TCP (RFC 7766) on the control thread: same tables, same respond() as UDP.
//
// Bounds: `connections_max` in all, 16 per client address, 10 s idle, 2 s to finish a message once
// begun, 2 s to take an answer, and in memory 64 KiB of a message and 128 KiB of answers for each.
// Above the bound the newest connection is closed at once: a listener that stops accepting would
// look dead to health checks.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/system/result.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "dns/udp_server.hpp"

namespace signpost::dns {

/// How long a client may take, and the pause after accept() failed. Longer than a slow link needs,
/// short enough that clients that hang free their place.
struct TcpTimes {
  std::chrono::milliseconds idle{10'000};    // between messages (RFC 7766 section 6.2.3)
  std::chrono::milliseconds message{2'000};  // from its first octet to its last
  std::chrono::milliseconds write{2'000};    // to take the answers to what it sent
  std::chrono::milliseconds accept_pause{100};
};

struct TcpServerOptions {
  std::vector<ListenAddress> listen{};
  unsigned connections_max = 128;
  unsigned connections_per_address = 16;  // one client, however broken, leaves room for others
  std::uint16_t payload_max = 1232;       // the size offered in our OPT; TCP answers ignore it
  TcpTimes times{};
};

struct TcpConnectionCounts {
  std::size_t open = 0;             // now
  std::uint64_t accepted = 0;       // in all, the refused ones not included
  std::uint64_t refused = 0;        // above one of the two limits: closed at once
  std::uint64_t accept_errors = 0;  // out of descriptors or memory: tried again after a pause
};

class TcpServer {
 public:
  static boost::system::result<std::unique_ptr<TcpServer>, ListenError> start(
      boost::asio::any_io_executor executor, const TcpServerOptions& options, AnswerTables& tables);
  ~TcpServer();
  TcpServer(const TcpServer&) = delete;
  TcpServer& operator=(const TcpServer&) = delete;

  /// Closes listeners and connections. Handlers already queued find a dead server and end by
  /// themselves.
  void stop();
  [[nodiscard]] const std::vector<ListenAddress>& bound() const;
  [[nodiscard]] ServeCounts counts() const;
  [[nodiscard]] TcpConnectionCounts connections() const;

 private:
  class Impl;
  explicit TcpServer(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace signpost::dns
