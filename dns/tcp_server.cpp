#include "dns/tcp_server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <map>
#include <unordered_set>
#include <utility>

#include "dns/tcp_connection.hpp"

namespace signpost::dns {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

// Kernel memory for one connection, instead of megabytes by auto-tuning: some hundred pipelined
// queries and their answers. Times connections_max this is what clients that never read can hold.
constexpr int socket_buffer = 64 * 1024;

// How many may wait between two rounds of the control thread.
constexpr int backlog = 128;

}  // namespace

class TcpServer::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(asio::any_io_executor executor, const TcpServerOptions& options, AnswerTables& tables)
      : executor_(std::move(executor)),
        connections_max_(options.connections_max),
        connections_per_address_(options.connections_per_address),
        service_(std::make_shared<TcpService>()) {
    service_->times = options.times;
    service_->payload_max = options.payload_max;
    service_->tables = &tables;
  }

  error_code listen(const ListenAddress& where);
  void start_accepting();
  void stop();

  [[nodiscard]] const std::vector<ListenAddress>& bound() const { return bound_; }
  [[nodiscard]] ServeCounts counts() const { return service_->counters.sum(); }
  [[nodiscard]] TcpConnectionCounts connections() const {
    auto counts = counts_;
    counts.open = connections_.size();
    return counts;
  }

 private:
  struct Listener {
    explicit Listener(const asio::any_io_executor& executor)
        : acceptor(executor), pause(executor) {}
    tcp::acceptor acceptor;
    asio::steady_timer pause;
  };

  static asio::awaitable<void> accept(std::shared_ptr<Impl> self,
                                      std::shared_ptr<Listener> listener);
  void admit(tcp::socket socket);
  void ended(const std::shared_ptr<TcpConnection>& connection, const asio::ip::address& client,
             std::exception_ptr error);

  asio::any_io_executor executor_;
  const unsigned connections_max_;
  const unsigned connections_per_address_;
  std::shared_ptr<TcpService> service_;
  std::vector<std::shared_ptr<Listener>> listeners_;
  std::vector<ListenAddress> bound_;
  std::unordered_set<std::shared_ptr<TcpConnection>> connections_;
  std::map<asio::ip::address, unsigned> clients_;  // connections of each; never zero
  TcpConnectionCounts counts_;
  bool stopped_ = false;
};

// Lives as long as the server: every error but our own close() is survived. A failing accept()
// leaves the connection in the queue, so without the pause this would spin.
asio::awaitable<void> TcpServer::Impl::accept(std::shared_ptr<Impl> self,
                                              std::shared_ptr<Listener> listener) {
  while (!self->stopped_) {
    auto [error, socket] = co_await listener->acceptor.async_accept(as_tuple);
    if (self->stopped_) co_return;
    if (!error) {
      self->admit(std::move(socket));
      continue;
    }
    if (error == asio::error::connection_aborted) continue;  // the client left; nothing of ours
    ++self->counts_.accept_errors;
    listener->pause.expires_after(self->service_->times.accept_pause);
    co_await listener->pause.async_wait(as_tuple);
  }
}

void TcpServer::Impl::admit(tcp::socket socket) {
  error_code error;
  const auto client = socket.remote_endpoint(error).address();
  if (error) return;  // reset before it was accepted
  const auto known = clients_.find(client);
  const unsigned of_client = known == clients_.end() ? 0 : known->second;
  if (connections_.size() >= connections_max_ || of_client >= connections_per_address_) {
    ++counts_.refused;
    return;  // the socket closes itself
  }
  socket.non_blocking(true, error);
  if (error) return;
  socket.set_option(tcp::no_delay(true), error);  // a failure costs milliseconds, not the answer
  auto connection = std::make_shared<TcpConnection>(std::move(socket), service_);
  connections_.insert(connection);
  ++clients_[client];
  ++counts_.accepted;
  auto serving = TcpConnection::serve(connection);
  asio::co_spawn(executor_, std::move(serving),
                 [self = shared_from_this(), connection, client](std::exception_ptr e) {
                   self->ended(connection, client, std::move(e));
                 });
}

// Expected ends are return values. An exception can only be a lack of memory: it costs this
// connection, not the server, and is counted.
void TcpServer::Impl::ended(const std::shared_ptr<TcpConnection>& connection,
                            const asio::ip::address& client, std::exception_ptr error) {
  if (error) service_->counters.receive_errors.fetch_add(1, std::memory_order_relaxed);
  connection->close();
  connections_.erase(connection);
  const auto known = clients_.find(client);
  if (--known->second == 0) clients_.erase(known);
}

error_code TcpServer::Impl::listen(const ListenAddress& where) {
  error_code error;
  const auto address = asio::ip::make_address(where.address, error);
  if (error) return error;
  const tcp::endpoint endpoint(address, where.port);
  const auto listener = std::make_shared<Listener>(executor_);
  auto& acceptor = listener->acceptor;
  const auto step = [&error](auto&& action) {
    if (!error) action();
  };
  step([&] { acceptor.open(endpoint.protocol(), error); });
  // Not for sharing a port (Linux refuses that for listeners) but for a restart within a minute.
  step([&] { acceptor.set_option(tcp::acceptor::reuse_address(true), error); });
  // So that "0.0.0.0" and "::" can both be listened on.
  step([&] {
    if (address.is_v6()) acceptor.set_option(asio::ip::v6_only(true), error);
  });
  // Accepted sockets inherit both.
  step([&] { acceptor.set_option(tcp::socket::receive_buffer_size(socket_buffer), error); });
  step([&] { acceptor.set_option(tcp::socket::send_buffer_size(socket_buffer), error); });
  step([&] { acceptor.bind(endpoint, error); });
  step([&] { acceptor.listen(backlog, error); });
  step([&] { bound_.push_back({where.address, acceptor.local_endpoint(error).port()}); });
  if (!error) listeners_.push_back(listener);
  return error;
}

void TcpServer::Impl::start_accepting() {
  for (const auto& listener : listeners_) {
    auto accepting = accept(shared_from_this(), listener);
    // Nobody would notice a listener that died quietly: let run() throw, and the process end.
    asio::co_spawn(executor_, std::move(accepting), [](std::exception_ptr error) {
      if (error) std::rethrow_exception(error);
    });
  }
}

void TcpServer::Impl::stop() {
  stopped_ = true;
  service_->tables = nullptr;
  for (const auto& listener : listeners_) {
    error_code ignored;  // closed all the same
    listener->acceptor.close(ignored);
    listener->pause.cancel();
  }
  for (const auto& connection : connections_) connection->close();
}

boost::system::result<std::unique_ptr<TcpServer>, ListenError> TcpServer::start(
    asio::any_io_executor executor, const TcpServerOptions& options, AnswerTables& tables) {
  auto impl = std::make_shared<Impl>(std::move(executor), options, tables);
  for (const auto& where : options.listen) {
    if (const auto error = impl->listen(where)) return ListenError{where, error};
  }
  impl->start_accepting();
  return std::unique_ptr<TcpServer>(new TcpServer(std::move(impl)));
}

TcpServer::TcpServer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
TcpServer::~TcpServer() { stop(); }
void TcpServer::stop() { impl_->stop(); }
const std::vector<ListenAddress>& TcpServer::bound() const { return impl_->bound(); }
ServeCounts TcpServer::counts() const { return impl_->counts(); }
TcpConnectionCounts TcpServer::connections() const { return impl_->connections(); }

}  // namespace signpost::dns
