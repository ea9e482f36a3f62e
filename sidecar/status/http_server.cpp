#include "sidecar/status/http_server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <iterator>
#include <list>

#include "sidecar/runtime/logging.hpp"

namespace signpost::status {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr auto tuple_token = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t head_max = 8192;  // octets
constexpr std::ptrdiff_t fields_max = 64;

// Smuggling starts where two readers differ: anything ambiguous is refused and the connection
// closed (RFC 9112 sections 3.2, 6.3).
const char* ambiguity(const http::request_header<>& head) {
  if (head.version() == 11 && head.count(http::field::host) != 1)
    return "exactly one Host header is needed";
  if (head.count(http::field::host) > 1) return "more than one Host header";
  if (std::distance(head.begin(), head.end()) > fields_max) return "more than 64 header lines";
  if (head.count(http::field::content_length) > 0 || head.count(http::field::transfer_encoding) > 0)
    return "a request has no body here";
  return nullptr;
}

http::response<http::string_body> render(const Response& r, bool keep_alive, bool head_only) {
  http::response<http::string_body> out{static_cast<http::status>(r.status), 11};
  out.set(http::field::content_type, r.content_type);
  out.set(http::field::cache_control, "no-store");
  out.set("X-Content-Type-Options", "nosniff");
  out.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  out.set("Referrer-Policy", "no-referrer");
  if (!r.allow.empty()) out.set(http::field::allow, r.allow);
  out.keep_alive(keep_alive);
  out.content_length(r.body.size());
  if (!head_only) out.body() = r.body;
  return out;
}

// On the list while it lives, so that stop() can close its socket.
class Presence {
 public:
  Presence(std::list<beast::tcp_stream*>& all, beast::tcp_stream& stream)
      : all_(all), entry_(all.insert(all.end(), &stream)) {}
  ~Presence() { all_.erase(entry_); }
  Presence(const Presence&) = delete;
  Presence& operator=(const Presence&) = delete;

 private:
  std::list<beast::tcp_stream*>& all_;
  std::list<beast::tcp_stream*>::iterator entry_;
};

}  // namespace

class HttpServer::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(asio::any_io_executor executor, HttpServerOptions options, Routes routes)
      : executor_(std::move(executor)), options_(std::move(options)), routes_(std::move(routes)) {}

  error_code listen(dns::ListenAddress where) {
    error_code ec;
    tcp::endpoint endpoint(asio::ip::make_address(where.address, ec), where.port);
    tcp::acceptor acceptor(executor_);
    if (!ec) acceptor.open(endpoint.protocol(), ec);
    if (!ec) acceptor.set_option(tcp::acceptor::reuse_address(true), ec);
    if (!ec && endpoint.address().is_v6()) acceptor.set_option(asio::ip::v6_only(true), ec);
    if (!ec) acceptor.bind(endpoint, ec);
    if (!ec) acceptor.listen(asio::socket_base::max_listen_connections, ec);
    if (ec) return ec;
    where.port = acceptor.local_endpoint().port();
    bound_.push_back(std::move(where));
    acceptors_.push_back(std::move(acceptor));
    return {};
  }

  void run() {
    for (tcp::acceptor& acceptor : acceptors_) spawn(accept_loop(shared_from_this(), acceptor));
  }

  void stop() {
    stopped_ = true;
    error_code ignored;
    for (tcp::acceptor& acceptor : acceptors_) acceptor.close(ignored);
    for (beast::tcp_stream* stream : connections_) stream->socket().close(ignored);
  }

  std::vector<dns::ListenAddress> bound_;

 private:
  // Coroutines hold the Impl by shared_ptr and end by themselves once it is stopped; what they
  // throw is a bug and is said.
  void spawn(asio::awaitable<void> task) {
    asio::co_spawn(executor_, std::move(task), [](const std::exception_ptr& e) {
      try {
        if (e) std::rethrow_exception(e);
      } catch (const std::exception& error) {
        runtime::log(runtime::Severity::error, "http_error", {{"detail", error.what()}});
      }
    });
  }

  static asio::awaitable<void> accept_loop(std::shared_ptr<Impl> self, tcp::acceptor& acceptor) {
    while (!self->stopped_) {
      auto [ec, socket] = co_await acceptor.async_accept(tuple_token);
      if (self->stopped_) co_return;
      if (ec && ec != asio::error::connection_aborted) {
        // Most likely no descriptors or no memory are left: a loop would spin until there are.
        asio::steady_timer pause(self->executor_, std::chrono::milliseconds(100));
        co_await pause.async_wait(tuple_token);
        continue;
      }
      if (ec || self->connections_.size() >= self->options_.connections_max) continue;
      self->spawn(serve(self, beast::tcp_stream(std::move(socket))));
    }
  }

  static asio::awaitable<void> serve(std::shared_ptr<Impl> self, beast::tcp_stream stream) {
    Presence presence(self->connections_, stream);
    beast::flat_buffer buffer(head_max + 1024);
    bool open = true;
    while (open && !self->stopped_) open = co_await one_request(*self, stream, buffer);
    error_code ignored;
    stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
  }

  // Counts by itself: Beast's header_limit() bounds what is not parsed yet, not the head as a
  // whole.
  static asio::awaitable<error_code> read_head(beast::tcp_stream& stream,
                                               beast::flat_buffer& buffer,
                                               http::request_parser<http::empty_body>& parser) {
    std::size_t total = 0;
    parser.header_limit(head_max);
    while (!parser.is_header_done()) {
      auto [ec, size] = co_await http::async_read_some(stream, buffer, parser, tuple_token);
      if (ec) co_return ec;
      total += size;
      if (total > head_max) co_return make_error_code(http::error::header_limit);
    }
    co_return error_code();
  }

  static asio::awaitable<bool> one_request(Impl& self, beast::tcp_stream& stream,
                                           beast::flat_buffer& buffer) {
    http::request_parser<http::empty_body> parser;
    stream.expires_after(self.options_.patience);
    error_code ec = co_await read_head(stream, buffer, parser);
    if (self.stopped_ || ec == http::error::end_of_stream || ec == beast::error::timeout)
      co_return false;
    if (ec && ec.category() != make_error_code(http::error::end_of_stream).category())
      co_return false;
    Response response;
    bool keep_alive = false;
    bool head_only = false;
    if (ec) {
      response = ec == http::error::header_limit ? problem(431, "Request Header Fields Too Large",
                                                           "the head may have 8192 octets")
                                                 : problem(400, "Bad Request", ec.message());
    } else if (const char* why = ambiguity(parser.get())) {
      response = problem(400, "Bad Request", why);
    } else {
      const auto& head = parser.get();
      Request request{std::string(head.method_string()), std::string(head.target()), {}};
      if (head.count(http::field::host) > 0) request.host = std::string(head[http::field::host]);
      response = self.routes_.answer(request);
      keep_alive = head.keep_alive();
      head_only = head.method() == http::verb::head;
    }
    auto message = render(response, keep_alive, head_only);
    http::response_serializer<http::string_body> serializer(message);
    stream.expires_after(self.options_.patience);
    auto [write_ec, written] = co_await http::async_write(stream, serializer, tuple_token);
    co_return !write_ec && keep_alive;
  }

  asio::any_io_executor executor_;
  HttpServerOptions options_;
  Routes routes_;
  std::list<tcp::acceptor> acceptors_;
  std::list<beast::tcp_stream*> connections_;
  bool stopped_ = false;
};

boost::system::result<std::unique_ptr<HttpServer>, dns::ListenError> HttpServer::start(
    asio::any_io_executor executor, const HttpServerOptions& options, Routes routes) {
  auto impl = std::make_shared<Impl>(std::move(executor), options, std::move(routes));
  for (const dns::ListenAddress& where : options.listen) {
    if (error_code ec = impl->listen(where)) return dns::ListenError{where, ec};
  }
  impl->run();
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

HttpServer::HttpServer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() { stop(); }
void HttpServer::stop() { impl_->stop(); }
const std::vector<dns::ListenAddress>& HttpServer::bound() const { return impl_->bound_; }

}  // namespace signpost::status
