#include "dns/udp_server.hpp"

#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <boost/system/system_error.hpp>
#include <boost/throw_exception.hpp>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <system_error>
#include <thread>
#include <utility>

#include "dns/udp_batch.hpp"
#include "dns/udp_socket.hpp"

namespace signpost::dns {
namespace {

using boost::system::error_code;

constexpr unsigned threads_max =
    64;  // per address; more than any machine this runs on has to spare
constexpr std::uint16_t payload_floor = 512;
constexpr std::uint16_t payload_ceiling = 4096;
// What is still queued when stopping is answered, but only so much: under a flood it never ends.
constexpr int batches_at_stop_max = 16;
// Pause after an error that is not expected of a bound socket, so that it cannot take a whole CPU.
constexpr std::chrono::milliseconds error_pause{10};

void add_one(std::atomic<std::uint64_t>& counter) {
  counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

// Threads inherit the mask: signals are for the control thread.
class BlockSignals {
 public:
  BlockSignals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~BlockSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  BlockSignals(const BlockSignals&) = delete;
  BlockSignals& operator=(const BlockSignals&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

// One answer thread with its socket, buffers and counters.
struct UdpServer::Worker {
  Worker(FileDescriptor socket_in, std::uint16_t payload_max, const SocketAddress& bound,
         const std::vector<SocketAddress>& own, TableSlot& slot_in)
      : socket(std::move(socket_in)), batch(payload_max, bound, own), slot(&slot_in) {}

  void run() {
    while (!stopping.load(std::memory_order_relaxed)) {
      const int error = batch.receive(socket.get(), MSG_WAITFORONE);
      // After the wait, so that the answers are the newest; after a time-out too, so that an old
      // table can be freed.
      const AnswerTable& table = slot->begin_batch();
      if (error == 0) {
        serve(table);
      } else if (error != EAGAIN && error != EINTR) {
        add_one(counters.receive_errors);
        if (error != ECONNREFUSED) std::this_thread::sleep_for(error_pause);
      }
    }
    for (int i = 0; i < batches_at_stop_max; ++i) {
      if (batch.receive(socket.get(), MSG_DONTWAIT) != 0) break;
      serve(slot->begin_batch());
    }
  }

  void serve(const AnswerTable& table) {
    batch.answer(table, counters);
    batch.send(socket.get(), counters);
  }

  void ask_to_stop() {
    stopping.store(true, std::memory_order_relaxed);
    // Linux wakes the thread up although the socket is not connected and the call fails; elsewhere
    // the receive time-out does.
    shutdown(socket.get(), SHUT_RD);
  }

  FileDescriptor socket;
  UdpBatch batch;
  TableSlot* slot;  // null once given back
  std::atomic<bool> stopping{false};
  ServeCounters counters;
  std::thread thread;
};

UdpServer::UdpServer() = default;
UdpServer::~UdpServer() { stop(); }

boost::system::result<std::unique_ptr<UdpServer>, ListenError> UdpServer::start(
    const UdpServerOptions& options, AnswerTables& tables) {
  const unsigned threads = std::clamp(options.threads, 1U, threads_max);
  const auto payload_max = std::clamp(options.payload_max, payload_floor, payload_ceiling);
  std::unique_ptr<UdpServer> server(new UdpServer);

  std::vector<UdpSockets> opened;
  std::vector<SocketAddress> own;
  for (const auto& where : options.listen) {
    const auto address = socket_address(where);
    if (!address) return ListenError{where, address.error()};
    auto sockets = open_udp_sockets(*address, threads);
    if (!sockets) return ListenError{where, sockets.error()};
    own.push_back(sockets->bound);
    server->bound_.push_back({where.address, sockets->bound.port()});
    opened.push_back(std::move(*sockets));
  }

  for (auto& [bound, sockets] : opened) {
    for (auto& socket : sockets) {
      server->workers_.push_back(
          std::make_unique<Worker>(std::move(socket), payload_max, bound, own, tables.add_slot()));
    }
  }
  if (auto error = server->start_threads()) {
    return ListenError{options.listen.front(), error};
  }
  return server;
}

error_code UdpServer::start_threads() {
  const BlockSignals block;
  try {
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      Worker& worker = *workers_[i];
      worker.thread = std::thread([&worker] { worker.run(); });
      pthread_setname_np(worker.thread.native_handle(), fmt::format("dns-udp-{}", i).c_str());
    }
  } catch (const std::system_error& e) {  // no more threads for this process
    stop();
    return {e.code().value(), boost::system::system_category()};
  }
  return {};
}

void UdpServer::stop() {
  for (auto& worker : workers_) worker->ask_to_stop();
  for (auto& worker : workers_) {
    if (worker->thread.joinable()) worker->thread.join();
    if (worker->slot != nullptr) std::exchange(worker->slot, nullptr)->retire();
  }
}

const std::vector<ListenAddress>& UdpServer::bound() const { return bound_; }

ServeCounts UdpServer::counts() const {
  ServeCounts counts;
  for (const auto& worker : workers_) counts += worker->counters.sum();
  return counts;
}

void throw_exception_from_error(const ListenError& e, const boost::source_location& at) {
  boost::throw_with_location(
      boost::system::system_error(
          e.error, fmt::format("cannot listen on {} port {}", e.where.address, e.where.port)),
      at);
}

}  // namespace signpost::dns
