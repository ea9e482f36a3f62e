#include "dns/stub_resolver.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <filesystem>
#include <optional>
#include <utility>

#include "dns/error.hpp"
#include "dns/stub_resolver_channel.hpp"

namespace signpost::dns {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using boost::system::result;
using std::chrono::steady_clock;
using Status = FamilyAnswer::Status;
using TimePoint = steady_clock::time_point;

namespace {

// Questions in c-ares at once, those whose caller has gone included: c-ares cannot cancel one. A
// deployment asks for a handful of brokers; more means that the servers are silent, and then more
// questions only cost memory and packets.
constexpr std::size_t questions_max = 64;

// How long a known IPv4 address waits for IPv6 ones ("Resolution Delay", RFC 8305 section 3): some
// servers and firewalls never answer AAAA, which must not make a broker unreachable.
constexpr std::chrono::milliseconds ipv6_grace{50};

// One name under way. Shared by the waiting coroutine and c-ares: the coroutine may leave first
// (deadline, cancellation), the answers then fall on an object that nobody looks at.
struct Question {
  explicit Question(const asio::any_io_executor& executor) : wake(executor) {}

  void on_answer(AddressFamily family, FamilyAnswer answer) {
    (family == AddressFamily::ipv4 ? ipv4 : ipv6) = std::move(answer);
    if (ipv4 && ipv4->status == Status::found) enough_at = steady_clock::now() + ipv6_grace;
    wake.cancel();
  }
  [[nodiscard]] bool complete() const { return ipv4 && ipv6; }
  [[nodiscard]] result<HostAddresses> outcome() const;

  asio::steady_timer wake;
  std::optional<FamilyAnswer> ipv4;
  std::optional<FamilyAnswer> ipv6;
  TimePoint enough_at = TimePoint::max();
};

// | A        | AAAA     |                    |
// |----------|----------|--------------------|
// | found    | any      | the addresses      |
// | any      | found    | the addresses      |
// | closed   | any      | operation_aborted  |  and vice versa
// | -        | any      | timed_out          |  and vice versa: the deadline came first
// | none     | none     | no_such_host       |
// | any      | failed   | server_failure     |  and vice versa: "none" of one family proves nothing
result<HostAddresses> Question::outcome() const {
  HostAddresses found;
  found.ttl = std::chrono::seconds::max();
  bool closed = false;
  bool failed = false;
  for (const auto* answer : {&ipv4, &ipv6}) {
    if (!*answer) continue;
    closed |= (*answer)->status == Status::closed;
    failed |= (*answer)->status == Status::failed;
    if ((*answer)->status != Status::found) continue;
    const auto& addresses = (*answer)->addresses;
    found.addresses.insert(found.addresses.end(), addresses.begin(), addresses.end());
    found.ttl = std::min(found.ttl, (*answer)->ttl);
  }
  if (!found.addresses.empty()) return found;
  if (closed) return asio::error::operation_aborted;
  if (!complete()) return asio::error::timed_out;
  return failed ? errc::server_failure : errc::no_such_host;
}

// RFC 6761 section 6.3: never a question to a server.
bool is_localhost(std::string_view host) {
  std::string lower(host);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return lower == "localhost" || lower.ends_with(".localhost");
}

}  // namespace

class StubResolver::Impl {
 public:
  static asio::awaitable<result<HostAddresses>> resolve(std::shared_ptr<Impl> self,
                                                        std::string host, TimePoint deadline);

  Impl(asio::any_io_executor executor, StubResolverOptions options)
      : executor_(std::move(executor)), options_(std::move(options)) {}

  void close() {
    closed_ = true;
    for (auto* channel : {&channel_, &previous_}) {
      if (*channel) (*channel)->close();
    }
  }

  /// What needs no server: literals, the hosts file, localhost, names that cannot be. No addresses
  /// = ask.
  result<HostAddresses> known(const std::string& host) {
    boost::system::error_code error;
    const auto literal = asio::ip::make_address(host, error);
    if (!error) return HostAddresses{.addresses = {literal}};
    if (host.empty() || host.find('\0') != std::string::npos) return errc::no_such_host;
    if (closed_) return asio::error::operation_aborted;
    refresh_channel();
    if (!channel_) return errc::server_failure;
    const auto relative = host.ends_with('.') ? host.substr(0, host.size() - 1) : host;
    HostAddresses found{.addresses = channel_->hosts_file(relative)};
    if (found.addresses.empty() && is_localhost(relative)) {
      found.addresses = {asio::ip::address_v4::loopback(), asio::ip::address_v6::loopback()};
    }
    return found;
  }

  /// Null when too many are under way. known() comes first.
  std::shared_ptr<Question> ask(const std::string& host) {
    const auto pending = channel_->pending() + (previous_ ? previous_->pending() : 0);
    if (pending + 2 > 2 * questions_max) return nullptr;  // two for each name: A and AAAA
    auto question = std::make_shared<Question>(executor_);
    for (const auto family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
      channel_->ask(host, family, [question, family](FamilyAnswer answer) {
        question->on_answer(family, std::move(answer));
      });
    }
    return question;
  }

 private:
  // The channel before the newest is kept so that its questions can end; while one is under way
  // there, a further change waits for the next look.
  void refresh_channel() {
    const auto now = steady_clock::now();
    if (now < next_check_) return;
    next_check_ = now + options_.resolv_conf_interval;
    const auto stamp = resolv_conf_stamp();
    if (channel_ && stamp == stamp_) return;
    if (previous_ && previous_->pending() > 0) return;
    stamp_ = stamp;
    previous_ = std::exchange(channel_, StubResolverChannel::open(executor_, options_));
  }

  [[nodiscard]] fs::file_time_type resolv_conf_stamp() const {
    if (!options_.servers.empty()) return fs::file_time_type::min();
    std::error_code missing;  // gives min() as well: c-ares then asks 127.0.0.1
    return fs::last_write_time(options_.resolv_conf, missing);
  }

  asio::any_io_executor executor_;
  StubResolverOptions options_;
  std::shared_ptr<StubResolverChannel> channel_;
  std::shared_ptr<StubResolverChannel> previous_;
  TimePoint next_check_ = TimePoint::min();
  fs::file_time_type stamp_ = fs::file_time_type::min();
  bool closed_ = false;
};

// One wait with the nearest of the deadlines; c-ares' answers end it early by cancelling the timer.
// So deadline and cancellation need nothing from c-ares, which can neither forget nor hurry.
asio::awaitable<result<HostAddresses>> StubResolver::Impl::resolve(std::shared_ptr<Impl> self,
                                                                   std::string host,
                                                                   TimePoint deadline) {
  constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);
  const auto known = self->known(host);
  if (!known || !known->addresses.empty()) co_return known;
  if (steady_clock::now() >= deadline) co_return asio::error::timed_out;
  const auto question = self->ask(host);
  if (!question) co_return errc::server_failure;
  while (!question->complete()) {
    const auto until = std::min(deadline, question->enough_at);
    if (steady_clock::now() >= until) break;
    question->wake.expires_at(until);
    co_await question->wake.async_wait(as_tuple);
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != asio::cancellation_type::none) {
      co_return asio::error::operation_aborted;
    }
  }
  co_return question->outcome();
}

StubResolver::StubResolver(asio::any_io_executor executor, StubResolverOptions options)
    : impl_(std::make_shared<Impl>(std::move(executor), std::move(options))) {}

StubResolver::~StubResolver() { impl_->close(); }
void StubResolver::close() { impl_->close(); }

// No coroutine: the frame must own its share of Impl from the start, not a pointer to this.
asio::awaitable<result<HostAddresses>> StubResolver::addresses(std::string host,
                                                               TimePoint deadline) {
  return Impl::resolve(impl_, std::move(host), deadline);
}

}  // namespace signpost::dns
