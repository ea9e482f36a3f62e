#include "probe/management_prober.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>
#include <string>
#include <utility>

#include "probe/http_answer.hpp"
#include "probe/http_date.hpp"
#include "probe/management_reply.hpp"
#include "probe/management_request.hpp"
#include "probe/quote.hpp"
#include "probe/refusal.hpp"
#include "probe/stream.hpp"
#include "probe/tls.hpp"

namespace signpost::probe {

namespace asio = boost::asio;

namespace {

asio::awaitable<void> unwind_if_cancelled() {
  const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) {
    throw boost::system::system_error(asio::error::operation_aborted);
  }
}

Failure failure(errc code, std::string detail) { return {code, std::move(detail)}; }

}  // namespace

/// The kept connection to one broker, and the three questions ready to send.
class ManagementProber::Connection {
 public:
  /// The body of a 200, and when the broker says it was made.
  struct Reply {
    std::string body;
    std::optional<WallTime> date;
  };

  Connection(const asio::any_io_executor& executor, Target target,
             std::shared_ptr<dns::StubResolver> resolver);

  /// A failure says where. The connection stays open only if it is fit for another request.
  asio::awaitable<Result<Reply>> get(const Secret& request, TimePoint deadline);

  /// Passes on what was made of a body. If that failed, the connection ends as well.
  template <class T>
  Result<T> understood(Result<T> parsed, const char* category) {
    if (parsed) return parsed;
    stream_.close();
    const Failure& failure = parsed.error();
    return placed({failure.code, fmt::format("{}: {}", category, failure.detail)});
  }

  [[nodiscard]] const Secret& virtualhosts() const { return virtualhosts_; }
  [[nodiscard]] const Secret& nodes() const { return nodes_; }
  [[nodiscard]] const Secret& peers() const { return peers_; }

 private:
  class CloseUnlessKept;
  asio::awaitable<Result<void>> exchange(const Secret& request, HttpAnswer& answer,
                                         TimePoint deadline);
  asio::awaitable<Result<void>> connect(TimePoint deadline);
  asio::awaitable<Result<void>> ask(const Secret& request, HttpAnswer& answer, TimePoint deadline);
  [[nodiscard]] Failure placed(Failure failure) const;

  const Target target_;
  const Secret virtualhosts_;
  const Secret nodes_;
  const Secret peers_;
  std::shared_ptr<dns::StubResolver> resolver_;
  std::unique_ptr<TlsClient> tls_;  // null for plain HTTP
  Stream stream_;
  std::array<char, std::size_t{16} * 1024> buffer_{};  // one TLS record
};

// ManagementProber

ManagementProber::ManagementProber(asio::any_io_executor executor, Target target,
                                   std::shared_ptr<dns::StubResolver> resolver)
    : connection_(std::make_unique<Connection>(executor, std::move(target), std::move(resolver))) {}

ManagementProber::~ManagementProber() = default;

asio::awaitable<Result<VirtualhostReport>> ManagementProber::virtualhosts(TimePoint deadline) {
  const auto reply = co_await connection_->get(connection_->virtualhosts(), deadline);
  if (!reply) co_return reply.error();
  auto report = connection_->understood(parse_virtualhosts(reply->body), "virtualhost");
  if (report) report->broker_time = reply->date;
  co_return report;
}

asio::awaitable<Result<RolesReport>> ManagementProber::roles(TimePoint deadline) {
  RolesReport report;
  const auto nodes_reply = co_await connection_->get(connection_->nodes(), deadline);
  if (!nodes_reply) co_return nodes_reply.error();
  auto nodes = connection_->understood(parse_nodes(nodes_reply->body), "virtualhostnode");
  if (!nodes) co_return nodes.error();
  report.nodes = std::move(*nodes);

  const auto peers_reply = co_await connection_->get(connection_->peers(), deadline);
  if (!peers_reply) co_return peers_reply.error();
  auto peers = connection_->understood(parse_peers(peers_reply->body), "remotereplicationnode");
  if (!peers) co_return peers.error();
  report.peers = std::move(*peers);
  report.broker_time = peers_reply->date;
  co_return report;
}

// Connection

ManagementProber::Connection::Connection(const asio::any_io_executor& executor, Target target,
                                         std::shared_ptr<dns::StubResolver> resolver)
    : target_(std::move(target)),
      virtualhosts_(management_request(target_, virtualhost_query())),
      nodes_(management_request(target_, node_query())),
      peers_(management_request(target_, peer_query())),
      resolver_(std::move(resolver)),
      tls_(target_.https ? std::make_unique<TlsClient>(target_.host, target_.tls) : nullptr),
      stream_(executor, tls_.get()) {}

/// Also when a cancellation unwinds: an answer on its way would be taken for the next one.
class ManagementProber::Connection::CloseUnlessKept {
 public:
  explicit CloseUnlessKept(Stream& stream) : stream_(stream) {}
  CloseUnlessKept(const CloseUnlessKept&) = delete;
  CloseUnlessKept& operator=(const CloseUnlessKept&) = delete;
  ~CloseUnlessKept() {
    if (!kept_) stream_.close();
  }
  void keep() { kept_ = true; }

 private:
  Stream& stream_;
  bool kept_ = false;
};

asio::awaitable<Result<ManagementProber::Connection::Reply>> ManagementProber::Connection::get(
    const Secret& request, TimePoint deadline) {
  const TimePoint started = TimePoint::clock::now();
  if (started >= deadline) co_return placed(failure(errc::timed_out, "no time was left to ask"));
  CloseUnlessKept connection(stream_);
  HttpAnswer answer;
  const auto exchanged = co_await exchange(request, answer, deadline);
  co_await unwind_if_cancelled();
  if (!exchanged) {
    Failure failure = exchanged.error();
    if (failure.code == errc::timed_out) {
      const auto waited =
          std::chrono::duration_cast<std::chrono::milliseconds>(TimePoint::clock::now() - started);
      failure.detail = fmt::format("timed out after {} ms {}", waited.count(), failure.detail);
    }
    co_return placed(std::move(failure));
  }
  if (answer.status() != 200) {
    const HttpStatus status{answer.status(), answer.reason(), answer.header("Location")};
    co_return placed(refusal(target_, status));
  }
  if (answer.reusable()) connection.keep();
  Reply reply{answer.take_body(), parse_http_date(answer.header("Date"))};
  co_return reply;
}

asio::awaitable<Result<void>> ManagementProber::Connection::exchange(const Secret& request,
                                                                     HttpAnswer& answer,
                                                                     TimePoint deadline) {
  if (stream_.is_quiet()) {
    const auto asked = co_await ask(request, answer, deadline);
    const bool was_over = !asked && asked.error().code == errc::connection_lost && !answer.begun();
    if (!was_over) co_return asked;
    co_await unwind_if_cancelled();
  }
  const auto connected = co_await connect(deadline);
  if (!connected) co_return connected;
  co_return co_await ask(request, answer, deadline);
}

asio::awaitable<Result<void>> ManagementProber::Connection::connect(TimePoint deadline) {
  auto found = co_await resolver_->addresses(target_.host, deadline);
  if (!found) {
    const boost::system::error_code ec = found.error();
    const std::string doing = fmt::format("looking up {}", quote(target_.host));
    if (ec == asio::error::timed_out) co_return failure(errc::timed_out, doing);
    co_return failure(errc::host_not_found, fmt::format("{}: {}", doing, ec.message()));
  }
  std::vector<asio::ip::address> addresses = std::move(found->addresses);
  co_return co_await stream_.connect(std::move(addresses), target_.port, deadline);
}

asio::awaitable<Result<void>> ManagementProber::Connection::ask(const Secret& request,
                                                                HttpAnswer& answer,
                                                                TimePoint deadline) {
  const auto written = co_await stream_.write(request.reveal(), deadline);
  if (!written) co_return written;
  for (;;) {
    const auto count = co_await stream_.read_some(buffer_, deadline);
    if (!count && answer.begun()) {
      co_return failure(count.error().code,
                        fmt::format("{} (in mid-answer, after {} octets)", count.error().detail,
                                    answer.octets_taken()));
    }
    if (!count) co_return count.error();
    const auto progress =
        *count == 0 ? answer.end() : answer.take(std::string_view(buffer_.data(), *count));
    if (!progress) co_return progress.error();
    if (*progress == HttpAnswer::Progress::complete) co_return Result<void>();
  }
}

Failure ManagementProber::Connection::placed(Failure failure) const {
  failure.detail = fmt::format("{}: {}", target_.url(), failure.detail);
  return failure;
}

}  // namespace signpost::probe
