// The answer threads: recvmmsg -> respond -> sendmmsg on blocking sockets with SO_REUSEPORT.
// Sockets and std only, no Asio, no log.
//
// One thread per socket, `threads` sockets per listen address. A thread reads one AnswerTable per
// batch through its TableSlot and writes only its own counters. Signals are blocked in them.
// Stopping is bounded by SO_RCVTIMEO.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "dns/serve_counters.hpp"
#include "dns/table_slot.hpp"

namespace signpost::dns {

struct ListenAddress {
  std::string address;     // IPv4 or IPv6 literal
  std::uint16_t port = 0;  // 0 = any free one (tests); the bound one is in bound()
  bool operator==(const ListenAddress&) const = default;
};

struct UdpServerOptions {
  std::vector<ListenAddress> listen;
  unsigned threads = 1;              // per address, 1 to 64
  std::uint16_t payload_max = 1232;  // octets, 512 to 4096; largest answer, and the size in our OPT
};

struct ListenError {
  ListenAddress where;
  boost::system::error_code error;
};

class UdpServer {
 public:
  /// Binds every socket, then starts the threads; either all or none. `tables` must outlive the
  /// server.
  static boost::system::result<std::unique_ptr<UdpServer>, ListenError> start(
      const UdpServerOptions& options, AnswerTables& tables);
  ~UdpServer();  // stops and joins
  UdpServer(const UdpServer&) = delete;
  UdpServer& operator=(const UdpServer&) = delete;

  void stop();
  [[nodiscard]] const std::vector<ListenAddress>& bound() const;
  [[nodiscard]] ServeCounts counts() const;

 private:
  struct Worker;
  UdpServer();
  boost::system::error_code start_threads();
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<ListenAddress> bound_;
};

/// Needed by result<T, E>::value(): an unchecked error is a programming error.
[[noreturn]] void throw_exception_from_error(const ListenError& e,
                                             const boost::source_location& at);

}  // namespace signpost::dns
