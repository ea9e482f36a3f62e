// StubResolverChannel: one c-ares channel driven by Asio; the only code that knows c-ares.
//
// Not the resolver: it asks one question of one type. Deadlines, combining A with AAAA and the
// bound on questions are stub_resolver.cpp's. One channel has one set of servers for its whole life
// (c-ares refuses to change them under way); other servers need another channel.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dns/stub_resolver.hpp"
#include "dns/stub_resolver_answer.hpp"

struct ares_channeldata;

namespace signpost::dns {

class StubResolverChannel : public std::enable_shared_from_this<StubResolverChannel> {
 public:
  using OnAnswer = std::function<void(FamilyAnswer)>;

  /// Null when a server is no address, or c-ares cannot start.
  static std::shared_ptr<StubResolverChannel> open(boost::asio::any_io_executor executor,
                                                   const StubResolverOptions& options);
  ~StubResolverChannel();
  StubResolverChannel(const StubResolverChannel&) = delete;
  StubResolverChannel& operator=(const StubResolverChannel&) = delete;

  /// `on_answer` is called exactly once, perhaps before ask() returns (no memory, no such name
  /// possible). It must not ask again nor close the channel: c-ares is on the stack.
  void ask(const std::string& host, AddressFamily family, OnAnswer on_answer);
  /// Reads the hosts file now, blocking: small, local, and always as it is at this moment.
  std::vector<boost::asio::ip::address> hosts_file(const std::string& host);
  /// Questions whose answer has not come.
  [[nodiscard]] std::size_t pending() const { return pending_; }
  /// Ends every question with Status::closed.
  void close();

 private:
  struct Watch;
  struct Pending;
  explicit StubResolverChannel(boost::asio::any_io_executor executor);
  void on_socket_state(int fd, bool read, bool write);
  void arm(const std::shared_ptr<Watch>& watch,
           boost::asio::posix::stream_descriptor::wait_type type);
  void process(int readable, int writable);
  void rearm_timer();

  boost::asio::any_io_executor executor_;
  boost::asio::steady_timer timer_;
  std::map<int, std::shared_ptr<Watch>> watches_;
  ares_channeldata* channel_ = nullptr;
  std::size_t pending_ = 0;
};

}  // namespace signpost::dns
