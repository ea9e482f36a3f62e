#include "dns/stub_resolver_channel.hpp"

#include <ares.h>
#include <ares_nameser.h>
#include <netinet/in.h>

#include <array>
#include <cstring>
#include <utility>

#include "dns/stub_resolver_servers.hpp"

namespace signpost::dns {

namespace asio = boost::asio;
using asio::posix::stream_descriptor;

namespace {

// c-ares doubles the time-out for each try: 250 ms + 500 ms for a server that never answers.
constexpr int tries = 2;
bool set_servers(ares_channel channel, const std::vector<asio::ip::udp::endpoint>& servers) {
  std::vector<ares_addr_port_node> nodes(servers.size());
  for (std::size_t i = 0; i < servers.size(); ++i) {
    const auto& address = servers[i].address();
    nodes[i].next = i + 1 < nodes.size() ? &nodes[i + 1] : nullptr;
    nodes[i].udp_port = nodes[i].tcp_port = servers[i].port();
    nodes[i].family = address.is_v4() ? AF_INET : AF_INET6;
    if (address.is_v4()) {
      const auto bytes = address.to_v4().to_bytes();
      std::memcpy(&nodes[i].addr.addr4, bytes.data(), bytes.size());
    } else {
      const auto bytes = address.to_v6().to_bytes();
      std::memcpy(&nodes[i].addr.addr6, bytes.data(), bytes.size());
    }
  }
  return ares_set_servers_ports(channel, nodes.data()) == ARES_SUCCESS;
}

}  // namespace

// A socket of c-ares in the hands of Asio. c-ares closes it, so it is released, never closed here.
struct StubResolverChannel::Watch {
  explicit Watch(const asio::any_io_executor& executor) : descriptor(executor) {}
  stream_descriptor descriptor;
  int fd = -1;
  // c-ares let go of fd: its number may belong to another socket by the time a handler runs.
  bool dead = false;
  std::array<bool, 2> wanted{};   // read, write
  std::array<bool, 2> waiting{};  // the same for outstanding async_wait
};

struct StubResolverChannel::Pending {
  StubResolverChannel* channel;
  AddressFamily family;
  OnAnswer on_answer;
};

StubResolverChannel::StubResolverChannel(asio::any_io_executor executor)
    : executor_(executor), timer_(executor) {}

StubResolverChannel::~StubResolverChannel() { close(); }

std::shared_ptr<StubResolverChannel> StubResolverChannel::open(asio::any_io_executor executor,
                                                               const StubResolverOptions& options) {
  const auto servers = parse_servers(options.servers, options.port);
  static const int library = ares_library_init(ARES_LIB_INIT_ALL);
  if (!servers || library != ARES_SUCCESS) return nullptr;
  std::shared_ptr<StubResolverChannel> self(new StubResolverChannel(std::move(executor)));

  // "f": ares_getaddrinfo looks into the hosts file only. Questions to servers go through
  // ares_query, which knows neither lookups nor search domains.
  std::string lookups = "f";
  std::string resolv_conf = options.resolv_conf;
  ares_options ares{};
  ares.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES;
  ares.timeout = static_cast<int>(options.query_timeout.count());
  ares.tries = tries;
  ares.udp_port = ares.tcp_port = options.port;
  ares.lookups = lookups.data();
  ares.resolvconf_path = resolv_conf.data();
  ares.sock_state_cb_data = self.get();
  // noexcept here and below: what could be thrown is a lack of memory, and must not cross C frames.
  // NOLINTNEXTLINE(bugprone-exception-escape)
  ares.sock_state_cb = [](void* data, ares_socket_t fd, int read, int write) noexcept {
    static_cast<StubResolverChannel*>(data)->on_socket_state(fd, read != 0, write != 0);
  };
  int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_UDP_PORT |
             ARES_OPT_TCP_PORT | ARES_OPT_LOOKUPS | ARES_OPT_RESOLVCONF | ARES_OPT_SOCK_STATE_CB;
#ifdef ARES_OPT_QUERY_CACHE
  // From 1.31 on c-ares caches by itself unless told not to; our callers go by the TTL.
  ares.qcache_max_ttl = 0;
  mask |= ARES_OPT_QUERY_CACHE;
#endif
  if (ares_init_options(&self->channel_, &ares, mask) != ARES_SUCCESS) {
    self->channel_ = nullptr;
    return nullptr;
  }
  if (!servers->empty() && !set_servers(self->channel_, *servers)) return nullptr;
  return self;
}

void StubResolverChannel::ask(const std::string& host, AddressFamily family, OnAnswer on_answer) {
  ++pending_;
  auto pending = std::make_unique<Pending>(Pending{this, family, std::move(on_answer)});
  const int type = family == AddressFamily::ipv4 ? ns_t_a : ns_t_aaaa;
  ares_query(
      channel_, host.c_str(), ns_c_in, type,
      [](void* argument, int status, int, unsigned char* octets, int size) noexcept {
        const std::unique_ptr<Pending> ended(static_cast<Pending*>(argument));
        --ended->channel->pending_;
        ended->on_answer(read_answer(ended->family, status, octets, size));
      },
      pending.release());
  rearm_timer();
}

std::vector<asio::ip::address> StubResolverChannel::hosts_file(const std::string& host) {
  std::vector<asio::ip::address> found;
  ares_addrinfo_hints hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_flags = ARES_AI_NOSORT;  // sorting would open sockets
  ares_getaddrinfo(
      channel_, host.c_str(), nullptr, &hints,
      [](void* argument, int, int, ares_addrinfo* info) noexcept {
        if (!info) return;
        *static_cast<std::vector<asio::ip::address>*>(argument) = read_addresses(*info);
        ares_freeaddrinfo(info);
      },
      &found);
  return found;
}

void StubResolverChannel::close() {
  timer_.cancel();
  if (auto* channel = std::exchange(channel_, nullptr)) ares_destroy(channel);
}

void StubResolverChannel::on_socket_state(int fd, bool read, bool write) {
  auto& watch = watches_[fd];
  if (!read && !write) {
    if (watch) {
      watch->dead = true;
      watch->descriptor.release();
    }
    watches_.erase(fd);
    return;
  }
  if (!watch) {
    watch = std::make_shared<Watch>(executor_);
    watch->fd = fd;
    boost::system::error_code error;
    watch->descriptor.assign(fd, error);
    if (error) watch->dead = true;  // no more watches: c-ares' own time-out ends the question
  }
  watch->wanted = {read, write};
  arm(watch, stream_descriptor::wait_read);
  arm(watch, stream_descriptor::wait_write);
}

void StubResolverChannel::arm(const std::shared_ptr<Watch>& watch,
                              stream_descriptor::wait_type type) {
  const std::size_t slot = type == stream_descriptor::wait_read ? 0 : 1;
  if (watch->dead || !watch->wanted[slot] || watch->waiting[slot]) return;
  watch->waiting[slot] = true;
  watch->descriptor.async_wait(type, [weak = weak_from_this(), watch, type,
                                      slot](boost::system::error_code error) {
    watch->waiting[slot] = false;
    const auto self = weak.lock();
    if (error || watch->dead || !self) return;
    self->process(slot == 0 ? watch->fd : ARES_SOCKET_BAD, slot == 1 ? watch->fd : ARES_SOCKET_BAD);
    self->arm(watch, type);
  });
}

void StubResolverChannel::process(int readable, int writable) {
  if (!channel_) return;
  ares_process_fd(channel_, readable, writable);
  rearm_timer();
}

void StubResolverChannel::rearm_timer() {
  timeval left{};
  if (!channel_ || !ares_timeout(channel_, nullptr, &left)) {
    timer_.cancel();
    return;
  }
  timer_.expires_after(std::chrono::seconds(left.tv_sec) + std::chrono::microseconds(left.tv_usec));
  timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
    const auto self = weak.lock();
    if (!error && self) self->process(ARES_SOCKET_BAD, ARES_SOCKET_BAD);
  });
}

}  // namespace signpost::dns
