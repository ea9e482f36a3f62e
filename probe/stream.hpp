// Stream: octets to and from one broker over TCP or TLS. Every operation has an absolute deadline
// and ends at it; none throws for what the network does.
//
// After any failure, and after a cancellation, close() it: what a peer still says would be taken
// for the answer to the next question.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "probe/error.hpp"
#include "probe/observation.hpp"
#include "probe/tls.hpp"

namespace signpost::probe {

class Stream {
 public:
  /// `tls` may be null: plain TCP. It must outlive the stream.
  Stream(boost::asio::any_io_executor executor, TlsClient* tls);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// Tries the addresses in turn until one connects, then the TLS handshake. Each address gets an
  /// equal share of the time that is left, so that a silent one cannot starve those behind it.
  boost::asio::awaitable<Result<void>> connect(std::vector<boost::asio::ip::address> addresses,
                                               std::uint16_t port, TimePoint deadline);
  /// All of `octets`, which must stay where they are meanwhile.
  boost::asio::awaitable<Result<void>> write(std::string_view octets, TimePoint deadline);
  /// Whatever comes next, at least one octet; 0 = the peer has ended the connection.
  boost::asio::awaitable<Result<std::size_t>> read_some(std::span<char> buffer, TimePoint deadline);

  [[nodiscard]] bool is_open() const;
  /// Open, and nothing to read: neither an end nor octets that nobody has asked for.
  [[nodiscard]] bool is_quiet() const;
  void close();

 private:
  struct Connection;
  boost::asio::awaitable<Result<void>> secure(TimePoint deadline);
  bool rejected_by_peer() const;
  Failure lost(const boost::system::error_code& ec, std::string_view doing) const;

  boost::asio::any_io_executor executor_;
  TlsClient* tls_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace signpost::probe
