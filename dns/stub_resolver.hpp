// StubResolver: host name -> addresses, through c-ares on the io_context. The only header of dns/
// that probe/ may include.
//
// IP literals are returned as they are. Answers are not cached here: the TTL is returned with them
// and the caller decides. Uses the hosts file as well (`localhost`, container links); never follows
// search domains. One thread: the one that runs the executor.
//
//   StubResolver resolver(executor, {});
//   auto found = co_await resolver.addresses(host, deadline);
//   if (found) connect_to(found->addresses);
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/system/result.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace signpost::dns {

struct StubResolverOptions {
  std::vector<std::string>
      servers{};  // "192.0.2.53", "192.0.2.53:5300", "[2001:db8::53]:53"; empty = the system's
  std::chrono::milliseconds query_timeout{
      250};                 // of the first try; c-ares doubles it for the second and last
  std::uint16_t port = 53;  // of servers written without one, and of the system's
  std::string resolv_conf = "/etc/resolv.conf";  // names the system's servers
  /// How often, at most, a question looks whether resolv_conf has changed.
  std::chrono::milliseconds resolv_conf_interval{10'000};
};

struct HostAddresses {
  std::vector<boost::asio::ip::address> addresses{};  // never empty; IPv4 first
  std::chrono::seconds ttl{0};  // smallest of the answers; 0 for a literal or a hosts file entry
};

class StubResolver {
 public:
  /// A set-up that cannot work (a server that is no address) comes out of every question as
  /// server_failure.
  StubResolver(boost::asio::any_io_executor executor, StubResolverOptions options);
  ~StubResolver();  // pending questions end with operation_aborted
  StubResolver(const StubResolver&) = delete;
  StubResolver& operator=(const StubResolver&) = delete;

  /// Ends pending questions with operation_aborted and refuses new ones: for a stop that must not
  /// wait for silent servers.
  void close();

  /// Never throws. Errors: no_such_host, server_failure, asio::error::timed_out (the deadline
  /// passed; the question is forgotten at once), asio::error::operation_aborted (cancelled, or the
  /// resolver was destroyed). The awaitable may outlive the resolver.
  boost::asio::awaitable<boost::system::result<HostAddresses>> addresses(
      std::string host, std::chrono::steady_clock::time_point deadline);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace signpost::dns
