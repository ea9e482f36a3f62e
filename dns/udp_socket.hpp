// Sockets for the answer threads: addresses in the kernel's form, options, and who may share a
// port.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <boost/system/result.hpp>
#include <cstdint>
#include <utility>
#include <vector>

#include "dns/udp_server.hpp"

namespace signpost::dns {

class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor();
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_ = -1;
};

/// An IPv4 or IPv6 address with port.
union SocketAddress {
  sockaddr any;
  sockaddr_in v4;
  sockaddr_in6 v6;

  [[nodiscard]] socklen_t size() const {
    return any.sa_family == AF_INET6 ? sizeof(v6) : sizeof(v4);
  }
  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] bool is_wildcard() const;
  bool operator==(const SocketAddress& other) const;
};

boost::system::result<SocketAddress> socket_address(const ListenAddress& where);

struct UdpSockets {
  SocketAddress bound{};
  std::vector<FileDescriptor> sockets;  // `count` of them, all bound to the one address
};

/// Fails with address_in_use if anybody else, another signpost included, has the port; the sockets
/// share it among themselves.
boost::system::result<UdpSockets> open_udp_sockets(const SocketAddress& where, unsigned count);

}  // namespace signpost::dns
