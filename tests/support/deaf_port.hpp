// DeafPort: listens, and has no room for another connection. Linux then ignores what comes, as a
// host behind a dropping packet filter does.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>

namespace signpost::test {

class DeafPort {
 public:
  DeafPort(boost::asio::io_context& context, const char* host)
      : acceptor_(context), first_(context) {
    const boost::asio::ip::tcp::endpoint endpoint(boost::asio::ip::make_address(host), 0);
    acceptor_.open(endpoint.protocol());
    acceptor_.bind(endpoint);
    acceptor_.listen(0);
    first_.connect(acceptor_.local_endpoint());  // fills the queue
  }
  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::ip::tcp::socket first_;
};

}  // namespace signpost::test
