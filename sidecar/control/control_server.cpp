#include "sidecar/control/control_server.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "sidecar/runtime/logging.hpp"

namespace signpost::control {
namespace {

namespace asio = boost::asio;
using asio::local::stream_protocol;
using boost::system::error_code;
using runtime::Severity;

constexpr auto tuple_token = asio::as_tuple(asio::use_awaitable);
constexpr auto refusals_said_every = std::chrono::minutes(1);

/// One connection: its socket, and the time at which it is closed whatever it does.
struct Connection {
  Connection(stream_protocol::socket s, Actor a, std::chrono::milliseconds patience)
      : socket(std::move(s)), actor(std::move(a)), deadline(socket.get_executor(), patience) {}
  void close() {
    error_code ignored;
    socket.close(ignored);
    deadline.cancel();
  }
  stream_protocol::socket socket;
  Actor actor;
  asio::steady_timer deadline;
};
using Connections = std::set<std::shared_ptr<Connection>>;

// Among the connections while it lives, so that stop() finds it.
class Presence {
 public:
  Presence(Connections& all, std::shared_ptr<Connection> connection)
      : all_(all), connection_(std::move(connection)) {
    all_.insert(connection_);
  }
  ~Presence() {
    connection_->close();
    all_.erase(connection_);
  }
  Presence(const Presence&) = delete;
  Presence& operator=(const Presence&) = delete;

 private:
  Connections& all_;
  std::shared_ptr<Connection> connection_;
};

/// Half a request must not be taken for a whole one, and not two for one.
boost::system::result<Request, Answer> request_in(std::string_view octets) {
  const std::size_t end = octets.find('\n');
  if (end == std::string_view::npos && octets.size() <= request_octets_max) {
    return Answer{Code::bad_request, "the request does not end with a newline"};
  }
  if (end != std::string_view::npos && end + 1 != octets.size()) {
    return Answer{Code::bad_request, "more than one request"};
  }
  return parse_request(octets.substr(0, end));
}

Answer not_permitted(const Actor& actor, const std::string& group) {
  const std::string members =
      group.empty() ? "" : fmt::format(" and the members of group {}", group);
  return {Code::not_permitted,
          fmt::format("{} may not change anything here; root, the user that runs signpost{} may",
                      actor.user, members)};
}

/// Waits for nobody: the send buffer of a new connection has room for a line.
void say_at_once(stream_protocol::socket& socket, const Answer& answer) {
  const std::string line = answer_line(answer) + "\n";
  ::send(socket.native_handle(), line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

}  // namespace

class ControlServer::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(asio::any_io_executor executor, const runtime::Clock& clock, ControlServerOptions options,
       Handler handler)
      : executor_(std::move(executor)),
        clock_(clock),
        options_(std::move(options)),
        handler_(std::move(handler)),
        acceptor_(executor_) {}

  boost::system::result<void, CannotListen> listen() {
    permitted_.own = ::geteuid();
    if (!options_.group.empty()) permitted_.group = gid_of_group(options_.group);
    auto socket = ControlSocket::bind(options_.path, permitted_.group);
    if (!socket) return socket.error();
    place_.emplace(*std::move(socket));
    const bool no_group = !permitted_.group && !options_.group.empty();
    limit_group(no_group ? "there is no such group" : place_->group_problem());
    error_code ec;
    acceptor_.assign(stream_protocol(), place_->release(), ec);
    if (ec) return CannotListen{false, fmt::format("{}: {}", options_.path, ec.message())};
    return {};
  }

  void run() { spawn(accept_loop(shared_from_this())); }

  void stop() {
    stopped_ = true;
    error_code ignored;
    acceptor_.close(ignored);
    for (const auto& connection : connections_) connection->close();
    place_.reset();
  }

 private:
  void limit_group(const std::string& why) {
    if (why.empty()) return;
    runtime::log(Severity::info, "control_limited",
                 {{"socket", options_.path},
                  {"group", options_.group},
                  {"detail", fmt::format("{}: only root and the user that runs signpost may hold, "
                                         "release and reload",
                                         why)}});
    permitted_.group.reset();
    options_.group.clear();
  }

  // Coroutines hold the Impl by shared_ptr and end by themselves once it is stopped; what they
  // throw is a bug and is said.
  void spawn(asio::awaitable<void> task) {
    asio::co_spawn(executor_, std::move(task), [](const std::exception_ptr& e) {
      try {
        if (e) std::rethrow_exception(e);
      } catch (const std::exception& error) {
        runtime::log(Severity::error, "control_error", {{"detail", error.what()}});
      }
    });
  }

  static asio::awaitable<void> accept_loop(std::shared_ptr<Impl> self) {
    while (!self->stopped_) {
      auto [ec, socket] = co_await self->acceptor_.async_accept(tuple_token);
      if (self->stopped_) co_return;
      if (ec && ec != asio::error::connection_aborted) {
        // Most likely no descriptors or no memory are left: a loop would spin until there are.
        asio::steady_timer pause(self->executor_, std::chrono::milliseconds(100));
        co_await pause.async_wait(tuple_token);
        continue;
      }
      if (!ec) self->admit(std::move(socket));
    }
  }

  void admit(stream_protocol::socket socket) {
    const auto peer = options_.peer(socket.native_handle());
    if (!peer) return;  // gone already
    Actor actor = actor_of(*peer);
    if (!permitted_.includes(*peer)) {
      say_at_once(socket, not_permitted(actor, options_.group));
      note_refusal(actor);
    } else if (connections_.size() >= options_.connections_max) {
      say_at_once(socket, {Code::busy, "too many others are connected; try again"});
    } else {
      auto connection =
          std::make_shared<Connection>(std::move(socket), std::move(actor), options_.patience);
      connection->deadline.async_wait([connection](error_code ec) {
        if (!ec) connection->close();
      });
      spawn(serve(shared_from_this(), std::move(connection)));
    }
  }

  static asio::awaitable<void> serve(std::shared_ptr<Impl> self,
                                     std::shared_ptr<Connection> connection) {
    const Presence presence(self->connections_, connection);
    std::string octets;
    std::array<char, 1024> chunk{};
    const auto room = asio::buffer(chunk);
    // Until a newline, the end, or one octet more than a request may have.
    while (octets.size() <= request_octets_max && octets.find('\n') == std::string::npos) {
      auto [ec, size] = co_await connection->socket.async_read_some(room, tuple_token);
      if (ec) break;
      octets.append(chunk.data(), size);
    }
    // Closed meanwhile: nobody would hear the answer, so nothing is done.
    if (self->stopped_ || octets.empty() || !connection->socket.is_open()) co_return;
    const auto request = request_in(octets);
    const Answer answer = request ? self->handler_(*request, connection->actor) : request.error();
    const std::string line = answer_line(answer) + "\n";
    const auto buffer = asio::buffer(line);
    co_await asio::async_write(connection->socket, buffer, tuple_token);
  }

  // A stranger who keeps trying must not fill the log.
  void note_refusal(const Actor& actor) {
    ++refusals_;
    const runtime::TimePoint now = clock_.now();
    if (now < next_said_) return;
    next_said_ = now + refusals_said_every;
    runtime::log(Severity::warning, "control_refused",
                 {{"user", actor.user},
                  {"uid", std::to_string(actor.uid)},
                  {"count", std::to_string(std::exchange(refusals_, 0))}});
  }

  asio::any_io_executor executor_;
  const runtime::Clock& clock_;
  ControlServerOptions options_;
  Handler handler_;
  stream_protocol::acceptor acceptor_;
  std::optional<ControlSocket> place_;
  Permitted permitted_;
  Connections connections_;
  std::size_t refusals_ = 0;
  runtime::TimePoint next_said_ = runtime::TimePoint::min();
  bool stopped_ = false;
};

boost::system::result<std::unique_ptr<ControlServer>, CannotListen> ControlServer::start(
    asio::any_io_executor executor, const runtime::Clock& clock,
    const ControlServerOptions& options, Handler handler) {
  auto impl = std::make_shared<Impl>(std::move(executor), clock, options, std::move(handler));
  if (auto listening = impl->listen(); !listening) return listening.error();
  impl->run();
  return std::unique_ptr<ControlServer>(new ControlServer(std::move(impl)));
}

ControlServer::ControlServer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
ControlServer::~ControlServer() { stop(); }
void ControlServer::stop() { impl_->stop(); }

}  // namespace signpost::control
