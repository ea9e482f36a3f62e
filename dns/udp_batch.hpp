// UdpBatch: up to 32 datagrams in, their replies out. Owns the buffers of one answer thread;
// nothing is allocated after construction.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "dns/answer_table.hpp"
#include "dns/serve_counters.hpp"
#include "dns/udp_socket.hpp"

namespace signpost::dns {

class UdpBatch {
 public:
  /// Replies never go to one of `own`, the addresses this server listens on: two servers, or one
  /// with itself, could otherwise be made to talk for ever by one forged datagram.
  UdpBatch(std::uint16_t payload_max, SocketAddress bound, std::vector<SocketAddress> own);
  UdpBatch(const UdpBatch&) = delete;  // the kernel's structures point into it
  UdpBatch& operator=(const UdpBatch&) = delete;
  ~UdpBatch() = default;

  /// Waits for the first datagram if `flags` has MSG_WAITFORONE. Returns errno, 0 if something
  /// came.
  int receive(int fd, int flags);
  void answer(const AnswerTable& table, ServeCounters& counters);
  void send(int fd, ServeCounters& counters);

 private:
  // Wider batches bring nothing: the cost per datagram is flat from 16 on.
  static constexpr std::size_t width = 32;

  struct alignas(cmsghdr) Control {
    std::array<std::uint8_t, CMSG_SPACE(sizeof(in6_pktinfo))> octets;
  };
  bool is_own(std::size_t i);

  const std::uint16_t payload_max_;
  const SocketAddress bound_;
  const std::vector<SocketAddress> own_;
  std::vector<std::uint8_t> queries_;
  std::vector<std::uint8_t> replies_;
  std::array<SocketAddress, width> peers_{};
  std::array<Control, width> control_{};
  std::array<iovec, width> query_parts_{};
  std::array<iovec, width> reply_parts_{};
  std::array<mmsghdr, width> received_{};
  std::array<mmsghdr, width> outgoing_{};
  std::size_t received_count_ = 0;
  std::size_t outgoing_count_ = 0;
};

}  // namespace signpost::dns
