#include "dns/udp_socket.hpp"

#include <arpa/inet.h>
#include <net/if.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace signpost::dns {
namespace {

using boost::system::error_code;
using boost::system::result;

// How long a thread may sit in one call: bounds stopping, and how long an idle thread keeps an old
// table alive.
constexpr timeval wait_max{.tv_sec = 0, .tv_usec = 250'000};
// A burst waits here while a thread is off its CPU; the kernel may give less (net.core.rmem_max).
constexpr int receive_buffer = 4 << 20;

error_code last_error() { return {errno, boost::system::system_category()}; }

template <typename T>
bool set_option(int fd, int level, int name, const T& value) {
  return setsockopt(fd, level, name, &value, sizeof(value)) == 0;
}

// Replies larger than a path takes are fragmented, not lost to a forged "too big" message, and
// leave with the address the question was sent to.
bool set_ip_options(int fd, const SocketAddress& where) {
  if (where.any.sa_family == AF_INET6) {
    return set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) &&
           set_option(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, int{IPV6_PMTUDISC_OMIT}) &&
           (!where.is_wildcard() || set_option(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1));
  }
  return set_option(fd, IPPROTO_IP, IP_MTU_DISCOVER, int{IP_PMTUDISC_OMIT}) &&
         (!where.is_wildcard() || set_option(fd, IPPROTO_IP, IP_PKTINFO, 1));
}

result<FileDescriptor> open_socket(const SocketAddress& where) {
  FileDescriptor socket(::socket(where.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (socket.get() < 0) return last_error();
  set_option(socket.get(), SOL_SOCKET, SO_RCVBUF, receive_buffer);
  if (!set_option(socket.get(), SOL_SOCKET, SO_RCVTIMEO, wait_max) ||
      !set_option(socket.get(), SOL_SOCKET, SO_SNDTIMEO, wait_max) ||
      !set_ip_options(socket.get(), where)) {
    return last_error();
  }
  return socket;
}

error_code share_port(const FileDescriptor& socket) {
  return set_option(socket.get(), SOL_SOCKET, SO_REUSEPORT, 1) ? error_code() : last_error();
}

error_code bind_to(const FileDescriptor& socket, const SocketAddress& where) {
  return bind(socket.get(), &where.any, where.size()) == 0 ? error_code() : last_error();
}

}  // namespace

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) close(fd_);
}

std::uint16_t SocketAddress::port() const {
  return ntohs(any.sa_family == AF_INET6 ? v6.sin6_port : v4.sin_port);
}

bool SocketAddress::is_wildcard() const {
  return any.sa_family == AF_INET6 ? IN6_IS_ADDR_UNSPECIFIED(&v6.sin6_addr)
                                   : v4.sin_addr.s_addr == INADDR_ANY;
}

bool SocketAddress::operator==(const SocketAddress& other) const {
  if (any.sa_family != other.any.sa_family || port() != other.port()) return false;
  return any.sa_family == AF_INET6
             ? std::memcmp(&v6.sin6_addr, &other.v6.sin6_addr, sizeof(in6_addr)) == 0
             : v4.sin_addr.s_addr == other.v4.sin_addr.s_addr;
}

result<SocketAddress> socket_address(const ListenAddress& where) {
  SocketAddress address{};
  if (inet_pton(AF_INET, where.address.c_str(), &address.v4.sin_addr) == 1) {
    address.v4.sin_family = AF_INET;
    address.v4.sin_port = htons(where.port);
    return address;
  }
  address = {};
  const auto zone = where.address.find('%');  // fe80::1%eth0, RFC 4007 section 11
  if (inet_pton(AF_INET6, where.address.substr(0, zone).c_str(), &address.v6.sin6_addr) != 1) {
    return error_code(EINVAL, boost::system::system_category());
  }
  address.v6.sin6_family = AF_INET6;
  address.v6.sin6_port = htons(where.port);
  if (zone != std::string::npos) {
    address.v6.sin6_scope_id = if_nametoindex(where.address.c_str() + zone + 1);
    if (address.v6.sin6_scope_id == 0) return last_error();
  }
  return address;
}

result<UdpSockets> open_udp_sockets(const SocketAddress& where, unsigned count) {
  UdpSockets opened{.bound = where, .sockets = {}};
  for (unsigned i = 0; i < count; ++i) {
    auto socket = open_socket(where);
    if (!socket) return socket.error();
    // The first is bound without SO_REUSEPORT, so that a port in use is seen: with it, a second
    // signpost of the same user would silently take half of the queries. Afterwards it lets its own
    // siblings in.
    if (i > 0) {
      if (auto error = share_port(*socket)) return error;
    }
    if (auto error = bind_to(*socket, opened.bound)) return error;
    if (i == 0) {
      socklen_t size = opened.bound.size();
      if (getsockname(socket->get(), &opened.bound.any, &size) != 0) return last_error();
      if (count > 1) {
        if (auto error = share_port(*socket)) return error;
      }
    }
    opened.sockets.push_back(std::move(*socket));
  }
  return opened;
}

}  // namespace signpost::dns
