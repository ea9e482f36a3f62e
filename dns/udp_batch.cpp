#include "dns/udp_batch.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "dns/message.hpp"
#include "dns/responder.hpp"

namespace signpost::dns {
namespace {

// One octet more than is read, so that a longer datagram is seen to be longer.
constexpr std::size_t query_stride = query_size_max + 64;

// Only this thread writes, so that load and store need not be one operation.
void add(std::atomic<std::uint64_t>& counter, std::uint64_t n) {
  counter.store(counter.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
}

cmsghdr* packet_info(msghdr& message) {
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header == nullptr) return nullptr;
  const bool v4 = header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_PKTINFO;
  const bool v6 = header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_PKTINFO;
  return v4 || v6 ? header : nullptr;
}

// The address a datagram was sent to, if the kernel told, else the one that was bound.
SocketAddress destination(msghdr& message, const SocketAddress& bound) {
  SocketAddress address = bound;
  cmsghdr* header = packet_info(message);
  if (header == nullptr) return address;
  if (header->cmsg_level == IPPROTO_IP) {
    in_pktinfo info{};
    std::memcpy(&info, CMSG_DATA(header), sizeof(info));
    address.v4.sin_addr = info.ipi_spec_dst;
  } else {
    in6_pktinfo info{};
    std::memcpy(&info, CMSG_DATA(header), sizeof(info));
    address.v6.sin6_addr = info.ipi6_addr;
  }
  return address;
}

// Turns "came to this address" into "leave from this address". The interface is left to routing,
// which may have another idea for the way back, except where an address means nothing without it.
void reverse_packet_info(msghdr& message) {
  cmsghdr* header = packet_info(message);
  if (header == nullptr) {
    message.msg_control = nullptr;
    message.msg_controllen = 0;
  } else if (header->cmsg_level == IPPROTO_IP) {
    in_pktinfo info{};
    std::memcpy(&info, CMSG_DATA(header), sizeof(info));
    info.ipi_ifindex = 0;
    info.ipi_addr = {};
    std::memcpy(CMSG_DATA(header), &info, sizeof(info));
  } else {
    in6_pktinfo info{};
    std::memcpy(&info, CMSG_DATA(header), sizeof(info));
    if (!IN6_IS_ADDR_LINKLOCAL(&info.ipi6_addr)) info.ipi6_ifindex = 0;
    if (IN6_IS_ADDR_MULTICAST(&info.ipi6_addr)) info.ipi6_addr = {};
    std::memcpy(CMSG_DATA(header), &info, sizeof(info));
  }
}

}  // namespace

UdpBatch::UdpBatch(std::uint16_t payload_max, SocketAddress bound, std::vector<SocketAddress> own)
    : payload_max_(payload_max),
      bound_(bound),
      own_(std::move(own)),
      queries_(width * query_stride),
      replies_(width * payload_max) {
  for (std::size_t i = 0; i < width; ++i) {
    query_parts_[i] = {&queries_[i * query_stride], query_size_max + 1};
    received_[i].msg_hdr.msg_name = &peers_[i];
    received_[i].msg_hdr.msg_iov = &query_parts_[i];
    received_[i].msg_hdr.msg_iovlen = 1;
    received_[i].msg_hdr.msg_control = &control_[i];
  }
}

int UdpBatch::receive(int fd, int flags) {
  for (auto& message : received_) {
    message.msg_hdr.msg_namelen = sizeof(SocketAddress);
    message.msg_hdr.msg_controllen = sizeof(Control);
  }
  const int count = recvmmsg(fd, received_.data(), width, flags, nullptr);
  received_count_ = count > 0 ? static_cast<std::size_t>(count) : 0;
  return count < 0 ? errno : 0;
}

void UdpBatch::answer(const AnswerTable& table, ServeCounters& counters) {
  outgoing_count_ = 0;
  for (std::size_t i = 0; i < received_count_; ++i) {
    if (received_[i].msg_hdr.msg_namelen == 0) continue;  // the socket was shut down: no datagram
    add(counters.queries, 1);
    const std::span<std::uint8_t> out(&replies_[outgoing_count_ * payload_max_], payload_max_);
    Reply reply;
    // Port 0 cannot be answered, and only forgers use it.
    if (peers_[i].port() != 0 && !is_own(i)) {
      const std::span<const std::uint8_t> query(&queries_[i * query_stride], received_[i].msg_len);
      reply = respond(query, table, Transport::udp, payload_max_, out);
    }
    if (reply.size == 0) {
      add(counters.dropped, 1);
      continue;
    }
    if (reply.truncated) add(counters.truncated, 1);
    if (reply.trailing) add(counters.trailing, 1);
    add(counters.rcodes[reply.rcode & 0xFU], 1);
    reply_parts_[outgoing_count_] = {out.data(), reply.size};
    mmsghdr& outgoing = outgoing_[outgoing_count_];
    outgoing.msg_hdr = received_[i].msg_hdr;
    outgoing.msg_hdr.msg_iov = &reply_parts_[outgoing_count_];
    reverse_packet_info(outgoing.msg_hdr);
    ++outgoing_count_;
  }
}

// sendmmsg stops at the first message it cannot send and reports the reason only if that is the
// first of the call: so each error costs one call and one reply, never the rest of the batch.
void UdpBatch::send(int fd, ServeCounters& counters) {
  std::size_t at = 0;
  while (at < outgoing_count_) {
    const int count = sendmmsg(fd, &outgoing_[at], static_cast<unsigned>(outgoing_count_ - at), 0);
    if (count > 0) {
      add(counters.answers, static_cast<std::uint64_t>(count));
      at += static_cast<std::size_t>(count);
    } else if (errno != EINTR) {
      add(counters.send_errors, 1);
      ++at;
    }
  }
  outgoing_count_ = 0;
}

bool UdpBatch::is_own(std::size_t i) {
  const SocketAddress& peer = peers_[i];
  return peer == destination(received_[i].msg_hdr, bound_) ||
         std::find(own_.begin(), own_.end(), peer) != own_.end();
}

}  // namespace signpost::dns
