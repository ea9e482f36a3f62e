#include "dns/tcp_connection.hpp"

#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "dns/responder.hpp"

namespace signpost::dns {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::steady_clock;

namespace {

constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t framed_max = 2 + 65535;

// The control thread alone writes these.
void add(std::atomic<std::uint64_t>& counter, std::uint64_t count) {
  counter.store(counter.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
}

void count(ServeCounters& counters, const Reply& reply) {
  add(counters.queries, 1);
  if (reply.size == 0) {
    add(counters.dropped, 1);
    return;
  }
  if (reply.truncated) add(counters.truncated, 1);
  if (reply.trailing) add(counters.trailing, 1);
  add(counters.rcodes[reply.rcode & 0xFU], 1);
}

}  // namespace

TcpConnection::TcpConnection(tcp::socket socket, std::shared_ptr<TcpService> service)
    : socket_(std::move(socket)), timer_(socket_.get_executor()), service_(std::move(service)) {}

asio::awaitable<void> TcpConnection::serve(std::shared_ptr<TcpConnection> self) {
  for (;;) {
    const bool came = co_await self->read();
    if (!came) co_return;
    Batch batch;
    do {
      if (!self->service_->tables) co_return;  // stopped while this was on its way
      batch = self->answer_what_has_come();
      const bool written = co_await self->write(batch);
      if (!written || batch.close) co_return;
    } while (batch.more);
  }
}

// Nothing else runs between this and the first suspension of write(), so TcpService::answers
// belongs to this connection until they are sent or copied.
TcpConnection::Batch TcpConnection::answer_what_has_come() {
  Batch batch;
  auto& answers = service_->answers;
  std::size_t used = 0;
  for (;;) {
    if (answers.size() - used < framed_max) {
      batch.more = true;
      break;
    }
    const auto message = buffer_.next();
    if (!message) break;
    message_begun_ = false;
    const auto out = std::span(answers).subspan(used + 2, framed_max - 2);
    const Reply reply =
        respond(*message, service_->tables->current(), Transport::tcp, service_->payload_max, out);
    count(service_->counters, reply);
    if (reply.size == 0) {
      batch.close = true;
      break;
    }
    answers[used] = static_cast<std::uint8_t>(reply.size >> 8U);
    answers[used + 1] = static_cast<std::uint8_t>(reply.size & 0xFFU);
    used += 2 + reply.size;
    ++batch.count;
  }
  if (buffer_.broken()) {
    add(service_->counters.queries, 1);
    add(service_->counters.dropped, 1);
    batch.close = true;
  }
  batch.octets = std::span(answers).first(used);
  return batch;
}

asio::awaitable<bool> TcpConnection::read() {
  const auto& times = service_->times;
  // The first octet of a message starts its time; more octets do not prolong it.
  if (!buffer_.partial()) {
    end_at(steady_clock::now() + times.idle);
  } else if (!std::exchange(message_begun_, true)) {
    end_at(steady_clock::now() + times.message);
  }
  const auto room = buffer_.room();
  const auto into = asio::buffer(room.data(), room.size());
  const auto [error, size] = co_await socket_.async_read_some(into, as_tuple);
  buffer_.filled(size);
  co_return !error;
}

// Nearly always the kernel takes everything at once: no timer, no copy, no suspension.
asio::awaitable<bool> TcpConnection::write(Batch batch) {
  auto& counters = service_->counters;
  error_code error;
  std::size_t written = 0;
  if (!batch.octets.empty()) {
    const auto all = asio::buffer(batch.octets.data(), batch.octets.size());
    written = socket_.write_some(all, error);
  }
  if (error == asio::error::would_block) error.clear();
  if (!error && written < batch.octets.size()) {
    const auto rest = batch.octets.subspan(written);
    unwritten_.assign(rest.begin(), rest.end());
    end_at(steady_clock::now() + service_->times.write);
    const auto left = asio::buffer(unwritten_);
    const auto [failed, size] = co_await asio::async_write(socket_, left, as_tuple);
    error = failed;
    std::vector<std::uint8_t>().swap(unwritten_);
  }
  add(error ? counters.send_errors : counters.answers, batch.count);
  co_return !error;
}

void TcpConnection::close() {
  timer_.cancel();
  error_code already_closed;
  if (!unwritten_.empty()) {
    // The client does not read: let the kernel drop what it holds for it, now.
    socket_.set_option(tcp::socket::linger(true, 0), already_closed);
  }
  socket_.close(already_closed);
}

// One timer serves all deadlines. It is set again only when the new deadline is earlier; one that
// fires too early waits for the rest. So a busy connection hardly touches it.
void TcpConnection::end_at(TimePoint deadline) {
  const bool running = std::exchange(deadline_, deadline) != TimePoint::max();
  if (!running || deadline < timer_.expiry()) wait();
}

void TcpConnection::wait() {
  timer_.expires_at(deadline_);
  timer_.async_wait([weak = weak_from_this()](error_code error) {
    const auto self = weak.lock();
    if (error || !self) return;  // set again, or closed
    if (steady_clock::now() < self->deadline_) return self->wait();
    self->close();
  });
}

}  // namespace signpost::dns
