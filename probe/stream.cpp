#include "probe/stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <optional>
#include <utility>

namespace signpost::probe {
namespace {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using boost::beast::tcp_stream;
using boost::system::error_code;
using tcp = asio::ip::tcp;

constexpr auto as_tuple_awaitable = asio::as_tuple(asio::use_awaitable);

/// A broker has one or two addresses; more would only thin out the time each of them gets.
constexpr std::size_t addresses_max = 8;

bool is_tls(const error_code& ec) {
  return ec.category() == asio::error::get_ssl_category() ||
         ec.category() == ssl::error::get_stream_category();
}

std::string text(const tcp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  return endpoint.address().is_v6() ? fmt::format("[{}]:{}", address, endpoint.port())
                                    : fmt::format("{}:{}", address, endpoint.port());
}

/// The failures of all addresses as one. A refusal is the freshest news there is about a broker, so
/// it wins; silence is next.
class ConnectFailures {
 public:
  void add(const tcp::endpoint& endpoint, const error_code& ec) {
    refused_ |= ec == asio::error::connection_refused;
    timed_out_ |= ec == boost::beast::error::timeout;
    if (!detail_.empty()) detail_ += ", ";
    detail_ += fmt::format("{}: {}", text(endpoint),
                           ec == boost::beast::error::timeout ? "silent" : ec.message());
  }
  [[nodiscard]] Failure failure() const {
    if (refused_) {
      return {errc::connect_refused,
              detail_ + "; is the broker running, and is this its HTTP port?"};
    }
    return {timed_out_ ? errc::timed_out : errc::connect_failed, "connecting to " + detail_};
  }

 private:
  bool refused_ = false;
  bool timed_out_ = false;
  std::string detail_;
};

Failure tls_failure(std::string detail) { return {errc::tls_failed, std::move(detail)}; }

TimePoint share_until(TimePoint deadline, std::size_t tries_left) {
  const TimePoint now = TimePoint::clock::now();
  return now + (deadline - now) / static_cast<int>(tries_left);
}

}  // namespace

struct Stream::Connection {
  explicit Connection(const asio::any_io_executor& executor) : tcp(executor) {}

  tcp_stream tcp;
  HandshakeNotes notes;
  bool answered = false;  // at least one octet of the application has come
  std::optional<ssl::stream<tcp_stream&>> tls;
};

Stream::Stream(asio::any_io_executor executor, TlsClient* tls)
    : executor_(std::move(executor)), tls_(tls) {}
Stream::~Stream() = default;

asio::awaitable<Result<void>> Stream::connect(std::vector<asio::ip::address> addresses,
                                              std::uint16_t port, TimePoint deadline) {
  ConnectFailures failures;
  const std::size_t count = std::min(addresses.size(), addresses_max);
  for (std::size_t i = 0; i < count; ++i) {
    const tcp::endpoint endpoint(addresses[i], port);
    connection_ = std::make_unique<Connection>(executor_);
    connection_->tcp.expires_at(share_until(deadline, count - i));
    const auto [ec] = co_await connection_->tcp.async_connect(endpoint, as_tuple_awaitable);
    if (!ec) co_return co_await secure(deadline);
    connection_.reset();
    failures.add(endpoint, ec);
  }
  co_return failures.failure();
}

asio::awaitable<Result<void>> Stream::secure(TimePoint deadline) {
  Connection& connection = *connection_;
  error_code ignored;
  connection.tcp.socket().non_blocking(true, ignored);  // for is_quiet()
  connection.tcp.socket().set_option(tcp::no_delay(true), ignored);
  if (!tls_) co_return Result<void>();

  connection.tls.emplace(connection.tcp, tls_->context());
  if (!tls_->prepare(connection.tls->native_handle())) {
    co_return tls_failure("the configured host cannot be the name in a certificate");
  }
  connection.tls->set_verify_callback([this, &connection](bool good, ssl::verify_context& check) {
    return tls_->note_check(good, check, connection.notes);
  });
  connection.tcp.expires_at(deadline);
  const auto [ec] =
      co_await connection.tls->async_handshake(ssl::stream_base::client, as_tuple_awaitable);
  if (!ec) co_return Result<void>();
  if (ec == boost::beast::error::timeout) co_return lost(ec, "in the TLS handshake");
  co_return tls_failure(tls_->explain(ec, connection.notes));
}

asio::awaitable<Result<void>> Stream::write(std::string_view octets, TimePoint deadline) {
  const asio::const_buffer buffer(octets.data(), octets.size());
  connection_->tcp.expires_at(deadline);
  error_code ec;
  if (connection_->tls) {
    std::tie(ec, std::ignore) =
        co_await asio::async_write(*connection_->tls, buffer, as_tuple_awaitable);
  } else {
    std::tie(ec, std::ignore) =
        co_await asio::async_write(connection_->tcp, buffer, as_tuple_awaitable);
  }
  if (ec) co_return lost(ec, "sending the request");
  co_return Result<void>();
}

asio::awaitable<Result<std::size_t>> Stream::read_some(std::span<char> octets, TimePoint deadline) {
  const asio::mutable_buffer buffer(octets.data(), octets.size());
  connection_->tcp.expires_at(deadline);
  error_code ec;
  std::size_t count = 0;
  if (connection_->tls) {
    std::tie(ec, count) = co_await connection_->tls->async_read_some(buffer, as_tuple_awaitable);
  } else {
    std::tie(ec, count) = co_await connection_->tcp.async_read_some(buffer, as_tuple_awaitable);
  }
  if (ec == asio::error::eof && !rejected_by_peer()) co_return std::size_t{0};
  if (ec) co_return lost(ec, "waiting for the answer");
  connection_->answered = true;
  co_return count;
}

/// With TLS 1.3 the broker judges our certificate after our side of the handshake is done.
bool Stream::rejected_by_peer() const {
  return tls_ && !connection_->answered && tls_->lacks_certificate();
}

Failure Stream::lost(const error_code& ec, std::string_view doing) const {
  if (ec == boost::beast::error::timeout) return {errc::timed_out, std::string(doing)};
  const bool truncated = ec == ssl::error::stream_truncated;  // an end without close_notify
  if (rejected_by_peer() || (is_tls(ec) && !truncated)) {
    return tls_failure(tls_->explain(ec, connection_->notes));
  }
  return {errc::connection_lost, fmt::format("{} while {}", ec.message(), doing)};
}

bool Stream::is_open() const { return connection_ && connection_->tcp.socket().is_open(); }

bool Stream::is_quiet() const {
  if (!is_open()) return false;
  error_code ec;
  char octet = 0;
  connection_->tcp.socket().receive(asio::buffer(&octet, 1), tcp::socket::message_peek, ec);
  return ec == asio::error::would_block;
}

void Stream::close() { connection_.reset(); }

}  // namespace signpost::probe
