// ControlServer: the Unix socket on the control thread. One request per connection; what it means
// is the handler's business.
//
// Bounds: 8 connections (more are told so and closed), 8 kB for a request, 5 s from connection to
// the last octet of the answer. Who may not change anything is told so before it is listened to,
// and costs no place.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/system/result.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "sidecar/control/control_peer.hpp"
#include "sidecar/control/control_request.hpp"
#include "sidecar/control/control_socket.hpp"
#include "sidecar/runtime/clock.hpp"

namespace signpost::control {

using Handler = std::function<Answer(const Request&, const Actor&)>;

struct ControlServerOptions {
  std::string path;
  std::string group;  // its members may use it; "" = nobody but root and the own user
  std::size_t connections_max = 8;
  std::chrono::milliseconds patience{5000};
  std::function<boost::system::result<Peer>(int socket)> peer = peer_of;
};

class ControlServer {
 public:
  /// `clock` must outlive the server.
  static boost::system::result<std::unique_ptr<ControlServer>, CannotListen> start(
      boost::asio::any_io_executor executor, const runtime::Clock& clock,
      const ControlServerOptions& options, Handler handler);
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

  /// Removes the socket and closes what is open. Answers that are on their way may be lost.
  void stop();

 private:
  class Impl;
  explicit ControlServer(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace signpost::control
