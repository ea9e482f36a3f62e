// DNS over TCP (RFC 7766) on the control thread: same tables, same respond() as UDP.
//
// Bounds: `connections_max` in all, 16 per client address, 10 s idle, 2 s to finish a message once
// begun, 2 s to take an answer. Above the bound the newest connection is closed at once: a listener
// that stops accepting would look dead to health checks.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/system/result.hpp>
#include <memory>

#include "dns/udp_server.hpp"

namespace signpost::dns {

struct TcpServerOptions {
  std::vector<ListenAddress> listen;
  unsigned connections_max = 128;
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

 private:
  class Impl;
  explicit TcpServer(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace signpost::dns
