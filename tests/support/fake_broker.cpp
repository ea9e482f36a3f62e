#include "tests/support/fake_broker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <list>
#include <stdexcept>
#include <utility>

namespace signpost::test {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;
using TlsStream = asio::ssl::stream<tcp::socket&>;

constexpr auto as_tuple_awaitable = asio::as_tuple(asio::use_awaitable);

}  // namespace

struct FakeBroker::State {
  State(asio::io_context& context, std::vector<Play> plays,
        std::shared_ptr<asio::ssl::context> tls_context)
      : acceptor(context, {asio::ip::address_v4::loopback(), 0}),
        script(std::move(plays)),
        tls(std::move(tls_context)) {}

  Play next_play() const { return script[std::min(requests.size(), script.size()) - 1]; }

  tcp::acceptor acceptor;
  std::list<tcp::socket> sockets;  // all there ever were; a test has few
  Play greeting;
  std::vector<Play> script;
  std::shared_ptr<asio::ssl::context> tls;
  std::vector<std::string> requests;
};

namespace {

asio::awaitable<void> wait(std::chrono::milliseconds time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}

template <class Stream>
asio::awaitable<void> write(Stream& stream, std::string_view octets) {
  const asio::const_buffer buffer(octets.data(), octets.size());
  co_await asio::async_write(stream, buffer, asio::use_awaitable);
}

/// False when the connection is over.
template <class Stream>
asio::awaitable<bool> perform(Stream& stream, tcp::socket& socket, const Step& step) {
  std::array<char, 1024> ignored;
  const asio::mutable_buffer buffer(ignored.data(), ignored.size());
  switch (step.kind) {
    case Step::Kind::send:
      co_await write(stream, step.octets);
      break;
    case Step::Kind::drip:
      for (std::size_t i = 0; i < step.octets.size(); ++i) {
        co_await write(stream, std::string_view(step.octets).substr(i, 1));
        co_await wait(step.time);
      }
      break;
    case Step::Kind::repeat:
      for (;;) co_await write(stream, step.octets);
    case Step::Kind::pause:
      co_await wait(step.time);
      break;
    case Step::Kind::silence:  // until the client goes
      for (;;) co_await stream.async_read_some(buffer, asio::use_awaitable);
    case Step::Kind::close:
      socket.close();
      co_return false;
    case Step::Kind::reset:
      socket.set_option(tcp::socket::linger(true, 0));
      socket.close();
      co_return false;
  }
  co_return true;
}

template <class Stream>
asio::awaitable<bool> perform_all(Stream& stream, tcp::socket& socket, const Play& play) {
  for (const Step& step : play.steps()) {
    const bool goes_on = co_await perform(stream, socket, step);
    if (!goes_on) co_return false;
  }
  co_return true;
}

/// One request after the other, until somebody ends it.
template <class Stream>
asio::awaitable<void> serve(Stream& stream, tcp::socket& socket, FakeBroker::State& state) {
  std::string octets;
  for (;;) {
    auto buffer = asio::dynamic_buffer(octets);
    const std::size_t size =
        co_await asio::async_read_until(stream, buffer, "\r\n\r\n", asio::use_awaitable);
    state.requests.push_back(octets.substr(0, size));
    octets.erase(0, size);
    const Play play = state.next_play();
    const bool goes_on = co_await perform_all(stream, socket, play);
    if (!goes_on) co_return;
  }
}

asio::awaitable<void> serve_connection(std::shared_ptr<FakeBroker::State> state,
                                       tcp::socket& socket) {
  if (!state->tls) {
    const bool goes_on = co_await perform_all(socket, socket, state->greeting);
    if (goes_on) co_await serve(socket, socket, *state);
    co_return;
  }
  TlsStream stream(socket, *state->tls);
  co_await stream.async_handshake(asio::ssl::stream_base::server, asio::use_awaitable);
  co_await serve(stream, socket, *state);
}

asio::awaitable<void> accept_all(std::shared_ptr<FakeBroker::State> state) {
  const auto executor = state->acceptor.get_executor();
  for (;;) {
    auto [ec, accepted] = co_await state->acceptor.async_accept(as_tuple_awaitable);
    if (ec) co_return;
    tcp::socket& socket = state->sockets.emplace_back(std::move(accepted));
    socket.set_option(tcp::no_delay(true));  // as Jetty does
    // A client that leaves ends its coroutine by an exception.
    asio::co_spawn(executor, serve_connection(state, socket), [state, &socket](std::exception_ptr) {
      error_code ignored;
      socket.close(ignored);
    });
  }
}

}  // namespace

FakeBroker::FakeBroker(asio::io_context& context, std::vector<Play> script,
                       std::shared_ptr<asio::ssl::context> tls)
    : state_(std::make_shared<State>(context, std::move(script), std::move(tls))) {
  if (state_->script.empty()) throw std::logic_error("a FakeBroker needs a script");
  asio::co_spawn(context, accept_all(state_), [](std::exception_ptr) {});
}

FakeBroker::~FakeBroker() {
  error_code ignored;
  state_->acceptor.close(ignored);
  for (tcp::socket& socket : state_->sockets) socket.close(ignored);
}

void FakeBroker::greet(Play play) { state_->greeting = std::move(play); }
std::uint16_t FakeBroker::port() const { return state_->acceptor.local_endpoint().port(); }
int FakeBroker::connections() const { return static_cast<int>(state_->sockets.size()); }
const std::vector<std::string>& FakeBroker::requests() const { return state_->requests; }

// Answers and plays

std::string head(unsigned status, std::string_view fields) {
  return fmt::format("HTTP/1.1 {} Words\r\nDate: Wed, 25 Nov 2026 01:05:20 GMT\r\n{}\r\n", status,
                     fields);
}

std::string answer_200(std::string_view json) {
  return head(200, fmt::format("Content-Type: application/json;charset=utf-8\r\n"
                               "Content-Length: {}\r\n",
                               json.size()))
      .append(json);
}

Play ok(std::string_view json) { return Play().send(answer_200(json)); }

Play status(unsigned code, std::string_view fields) {
  const std::string_view page = "<html><h2>HTTP ERROR</h2></html>\n";
  return Play().send(head(code, fmt::format("Content-Type: text/html\r\nContent-Length: {}\r\n{}",
                                            page.size(), fields))
                         .append(page));
}

Play redirect(std::string_view location) {
  return status(302, fmt::format("Location: {}\r\n", location));
}

Play slow(std::chrono::milliseconds before, std::string_view json) {
  return Play().pause(before).send(answer_200(json));
}

Play dripping(std::chrono::milliseconds every, std::string_view json) {
  return Play().drip(answer_200(json), every);
}

Play silent() { return Play().then_silence(); }
Play silent_after_head() { return Play().send(head(200, "Content-Length: 9\r\n")).then_silence(); }
Play close_before_answer() { return Play().then_close(); }
Play reset() { return Play().then_reset(); }

Play close_in_mid_body(std::string_view json) {
  const std::string whole = answer_200(json);
  return Play().send(whole.substr(0, whole.size() - 3)).then_close();
}

Play reset_in_mid_body(std::string_view json) {
  const std::string whole = answer_200(json);
  // The pause lets the octets arrive before the RST, which would discard them.
  return Play()
      .send(whole.substr(0, whole.size() - 3))
      .pause(std::chrono::milliseconds(20))
      .then_reset();
}

Play raw(std::string_view octets) { return Play().send(std::string(octets)).then_close(); }

Play endless_head() {
  return Play().send("HTTP/1.1 200 OK\r\n").send_for_ever("X-More: and more\r\n");
}

Play endless_chunks() {
  return Play()
      .send(head(200, "Transfer-Encoding: chunked\r\n"))
      .send_for_ever("1000\r\n" + std::string(0x1000, ' ') + "\r\n");
}

Play huge_content_length() {
  return Play().send(head(200, "Content-Length: 1099511627776\r\n")).send_for_ever("          ");
}

Play gzip() {
  return Play().send(
      head(200, "Content-Encoding: gzip\r\nContent-Length: 10\r\n").append("\x1f\x8b 6 octets"));
}

}  // namespace signpost::test
