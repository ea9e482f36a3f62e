#include "probe/http_answer.hpp"

#include <fmt/format.h>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <utility>

#include "probe/query_table.hpp"
#include "probe/quote.hpp"

namespace signpost::probe {
namespace {

namespace http = boost::beast::http;

constexpr std::string_view version = "HTTP/1.";
constexpr std::uint32_t head_octets_max = 16 * 1024;  // Broker-J's heads have about 300

Failure malformed(std::string detail) { return {errc::malformed_http, std::move(detail)}; }

/// The two mistakes that the ports of a broker invite.
const char* hint(std::string_view octets) {
  if (octets.starts_with("AMQP")) return "; this is an AMQP port";
  if (octets.starts_with("\x15\x03")) return "; this port speaks HTTPS";  // a TLS alert
  return "";
}

}  // namespace

struct HttpAnswer::Parser : http::response_parser<http::string_body> {
  Parser() {
    header_limit(head_octets_max);
    body_limit(reply_octets_max);
  }
};

HttpAnswer::HttpAnswer() : parser_(std::make_unique<Parser>()) {}
HttpAnswer::~HttpAnswer() = default;

Result<HttpAnswer::Progress> HttpAnswer::take(std::string_view octets) {
  taken_ += octets.size();
  if (kept_.empty()) return parse(octets);
  const std::string all = std::exchange(kept_, {}).append(octets);
  return parse(all);
}

Result<HttpAnswer::Progress> HttpAnswer::parse(std::string_view octets) {
  // Looked at here because the parser waits for a whole line: another protocol's greeting (AMQP has
  // 8 octets) is then the end of the connection to it.
  if (used_ == 0 && octets.substr(0, version.size()) != version.substr(0, octets.size())) {
    return malformed(fmt::format("not HTTP/1.1: {}{}", quote(octets), hint(octets)));
  }
  if (!parser_->is_header_done()) {
    if (auto fed = feed(octets); !fed) return fed.error();
    if (parser_->is_header_done()) {
      if (auto judged = judge_head(); !judged || *judged == Progress::complete) return judged;
      parser_->eager(true);
    }
  }
  // Beast 1.81 asserts that 5 octets are there once it has seen the head of the last chunk, but
  // takes the head alone. No rest of a chunked body is shorter ("0" and two line ends).
  const bool too_few = parser_->is_header_done() && parser_->chunked() && octets.size() < 5;
  if (parser_->is_header_done() && !parser_->is_done() && !too_few) {
    if (auto fed = feed(octets); !fed) return fed.error();
  }
  if (parser_->is_done()) {
    junk_ = !octets.empty();
    return Progress::complete;
  }
  // What the parser leaves is a head, a chunk's head or a trailer that is still open.
  if (octets.size() > head_octets_max) return malformed("longer than allowed (head of a chunk)");
  kept_ = octets;
  return Progress::more;
}

/// To the parser; leaves what it has not used.
Result<void> HttpAnswer::feed(std::string_view& octets) {
  boost::system::error_code ec;
  const std::size_t used = parser_->put(boost::asio::buffer(octets), ec);
  octets.remove_prefix(used);
  used_ += used;
  if (!ec || ec == http::error::need_more) return {};
  const bool too_long = ec == http::error::header_limit || ec == http::error::body_limit;
  return malformed(
      fmt::format("{} ({})", too_long ? "longer than allowed" : "not HTTP/1.1", ec.message()));
}

Result<HttpAnswer::Progress> HttpAnswer::judge_head() {
  if (status() != 200) return Progress::complete;
  for (const auto& field : parser_->get()) {
    if (field.name() == http::field::content_encoding &&
        !boost::beast::iequals(field.value(), "identity")) {
      return malformed(fmt::format("Content-Encoding {} though none was asked for",
                                   quote(std::string_view(field.value()))));
    }
  }
  return Progress::more;
}

Result<HttpAnswer::Progress> HttpAnswer::end() {
  if (!begun()) return Failure{errc::connection_lost, "closed without an answer"};
  boost::system::error_code ec;
  if (parser_->got_some()) parser_->put_eof(ec);
  if (!ec && parser_->is_done()) {
    junk_ = true;  // nothing can follow on a connection that has ended
    return Progress::complete;
  }
  return Failure{errc::connection_lost,
                 fmt::format("closed in mid-answer, after {} octets", taken_)};
}

unsigned HttpAnswer::status() const { return parser_->get().result_int(); }

std::string_view HttpAnswer::reason() const { return std::string_view(parser_->get().reason()); }

std::string_view HttpAnswer::header(std::string_view name) const {
  const auto found = parser_->get().find(boost::beast::string_view(name.data(), name.size()));
  return found == parser_->get().end() ? std::string_view() : std::string_view(found->value());
}

std::string HttpAnswer::take_body() { return std::move(parser_->get().body()); }

bool HttpAnswer::reusable() const { return parser_->is_done() && !junk_ && parser_->keep_alive(); }

}  // namespace signpost::probe
