#include "sidecar/cli/ask_daemon.hpp"

#include <fmt/format.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/json/parse.hpp>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "sidecar/config/duration.hpp"
#include "sidecar/config/network_text.hpp"
#include "sidecar/config/safe_text.hpp"

namespace signpost::cli {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;
using tcp = asio::ip::tcp;
using Reply = http::response<http::string_body>;

constexpr std::uint64_t body_octets_max = 32 << 20;  // 1,000 groups take about 3 MB

/// One GET, within one deadline.
class Get {
 public:
  Get(const StatusRequest& request, std::chrono::milliseconds patience)
      : request_(request), deadline_(std::chrono::steady_clock::now() + patience) {}

  error_code run(Reply& reply) {
    std::vector<tcp::endpoint> endpoints;
    if (const error_code ec = resolve(endpoints)) return ec;
    beast::tcp_stream stream(*context_);
    stream.expires_at(deadline_);
    const auto connected = [&](auto handler) {
      stream.async_connect(endpoints,
                           [handler](error_code ec, const tcp::endpoint&) { handler(ec); });
    };
    if (const error_code ec = wait(connected)) return ec;
    http::request<http::empty_body> get(http::verb::get, request_.target, 11);
    get.set(http::field::host, config::endpoint_text(request_.host, request_.port));
    get.set(http::field::connection, "close");
    const auto sent = [&](auto handler) {
      http::async_write(stream, get, [handler](error_code ec, std::size_t) { handler(ec); });
    };
    if (const error_code ec = wait(sent)) return ec;
    http::response_parser<http::string_body> parser;
    parser.body_limit(body_octets_max);
    beast::flat_buffer buffer;
    const auto received = [&](auto handler) {
      http::async_read(stream, buffer, parser,
                       [handler](error_code ec, std::size_t) { handler(ec); });
    };
    if (const error_code ec = wait(received)) return ec;
    reply = parser.release();
    return {};
  }

 private:
  /// Runs one operation to its end, or to the deadline.
  template <class Start>
  error_code wait(Start start) {
    std::optional<error_code> outcome;
    start([&outcome](error_code ec) { outcome = ec; });
    context_->restart();
    while (!outcome && context_->run_one_until(deadline_) != 0) continue;
    return outcome.value_or(asio::error::timed_out);
  }

  error_code resolve(std::vector<tcp::endpoint>& endpoints) {
    error_code no_literal;
    const auto address = asio::ip::make_address(request_.host, no_literal);
    if (!no_literal) {
      endpoints.emplace_back(address, request_.port);
      return {};
    }
    tcp::resolver resolver(*context_);
    const auto resolved = [&](auto handler) {
      resolver.async_resolve(
          request_.host, std::to_string(request_.port),
          [handler, &endpoints](error_code ec, const tcp::resolver::results_type& results) {
            for (const auto& entry : results) endpoints.push_back(entry.endpoint());
            handler(ec);
          });
    };
    const error_code ec = wait(resolved);
    // getaddrinfo cannot be interrupted, and the context's destructor would wait for it: let it go
    // with the process, which ends now.
    if (ec == asio::error::timed_out) static_cast<void>(context_.release());
    return ec;
  }

  const StatusRequest& request_;
  const std::chrono::steady_clock::time_point deadline_;
  std::unique_ptr<asio::io_context> context_ = std::make_unique<asio::io_context>(1);
};

std::string reason(const error_code& ec, std::chrono::milliseconds patience) {
  const bool late = ec == asio::error::timed_out || ec == beast::error::timeout;
  return late ? fmt::format("no answer within {}", config::duration_text(patience)) : ec.message();
}

/// What the server says in its problem document (RFC 9457), or its first line.
std::string problem(const Reply& reply) {
  error_code ec;
  const boost::json::value body = boost::json::parse(reply.body(), ec);
  if (!ec && body.is_object()) {
    const boost::json::value* detail = body.get_object().if_contains("detail");
    if (detail != nullptr && detail->is_string()) return detail->get_string().c_str();
  }
  return fmt::format("HTTP status {}", reply.result_int());
}

}  // namespace

RequestError not_a_signpost(const StatusRequest& request, const std::string& why) {
  std::string text =
      fmt::format("no signpost answers at http://{}: {}\n",
                  config::endpoint_text(request.host, request.port), config::safe_text(why));
  if (!request.doubt.empty()) text += "that is the default address, for " + request.doubt + "\n";
  return {exit_unavailable,
          text +
              "is it running? see: systemctl status signpost; or ask elsewhere with --url "
              "http://HOST:PORT"};
}

boost::system::result<std::string, RequestError> ask_daemon(const StatusRequest& request,
                                                            std::chrono::milliseconds patience) {
  Reply reply;
  if (const error_code ec = Get(request, patience).run(reply))
    return not_a_signpost(request, reason(ec, patience));
  if (reply.result() == http::status::ok) return std::move(reply.body());
  const bool no_group = reply.result() == http::status::not_found &&
                        request.target.find("?group=") != std::string::npos;
  return RequestError{
      no_group ? exit_usage : exit_unavailable,
      fmt::format("http://{} refuses: {}", config::endpoint_text(request.host, request.port),
                  config::safe_text(problem(reply)))};
}

}  // namespace signpost::cli
