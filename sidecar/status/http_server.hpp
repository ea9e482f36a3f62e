// HttpServer: HTTP/1.1 for the status endpoint, on the control thread.
//
// Bounds: 8 kB of head, no request body, 64 connections (the newest is closed above that), 5 s for
// a request to arrive, to be idle and to take the answer. A slow or hostile client costs one
// connection and nothing else.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/system/result.hpp>
#include <memory>
#include <vector>

#include "dns/udp_server.hpp"  // ListenAddress, ListenError
#include "sidecar/status/routes.hpp"

namespace signpost::status {

struct HttpServerOptions {
  std::vector<dns::ListenAddress> listen;
  std::size_t connections_max = 64;
  std::chrono::milliseconds patience{5000};
};

class HttpServer {
 public:
  static boost::system::result<std::unique_ptr<HttpServer>, dns::ListenError> start(
      boost::asio::any_io_executor executor, const HttpServerOptions& options, Routes routes);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  void stop();
  [[nodiscard]] const std::vector<dns::ListenAddress>& bound() const;

 private:
  class Impl;
  explicit HttpServer(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace signpost::status
