// UdpServer with real sockets on loopback. Longer than most files: half of it is the one raw client
// (addresses, packet info, bursts) that all its tests use.
#include "dns/udp_server.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>

#include "dns/udp_batch.hpp"
#include "dns/udp_socket.hpp"
#include "tests/support/dns_query.hpp"
#include "tests/support/dns_text.hpp"
#include "tests/support/dns_zone.hpp"

namespace signpost::test {
namespace {

using dns::ListenAddress;
using dns::UdpServer;

std::unique_ptr<const dns::AnswerTable> table(std::uint64_t generation) {
  auto zone = small_zone();
  zone.soa.serial = static_cast<std::uint32_t>(generation);
  std::string many = "many.ha.test. 5 A 198.51.100.1";
  for (int i = 2; i < 150; ++i) many += " | 198.51.100." + std::to_string(i);
  zone.rrsets.push_back(rrset(many));
  return compiled(zone, generation);
}

sockaddr_storage address_of(const ListenAddress& where, socklen_t& size) {
  sockaddr_storage storage{};
  auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
  if (inet_pton(AF_INET, where.address.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(where.port);
    size = sizeof(sockaddr_in);
  } else if (inet_pton(AF_INET6, where.address.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(where.port);
    size = sizeof(sockaddr_in6);
  } else {
    throw std::invalid_argument(where.address);
  }
  return storage;
}

// Connected: the kernel passes on only what comes from exactly the address that was asked.
class Client {
 public:
  explicit Client(const ListenAddress& server, const ListenAddress* source = nullptr) {
    socklen_t size = 0;
    const sockaddr_storage to = address_of(server, size);
    fd_ = socket(to.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const timeval patience{.tv_sec = 5, .tv_usec = 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    if (source != nullptr) bind_shared(*source);
    check(connect(fd_, reinterpret_cast<const sockaddr*>(&to), size));
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { close(fd_); }

  void send(const Octets& query) {
    check(static_cast<int>(::send(fd_, query.data(), query.size(), 0)));
  }
  Octets receive(int flags = 0) {
    Octets reply(65535);
    const auto size = recv(fd_, reply.data(), reply.size(), flags);
    reply.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return reply;
  }
  std::string ask(const Octets& query) {
    send(query);
    return dns_text(receive());
  }

 private:
  void bind_shared(const ListenAddress& source) {
    const int on = 1;
    check(setsockopt(fd_, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)));
    socklen_t size = 0;
    const sockaddr_storage from = address_of(source, size);
    check(bind(fd_, reinterpret_cast<const sockaddr*>(&from), size));
  }
  static void check(int result) {
    if (result < 0) throw std::system_error(errno, std::system_category());
  }
  int fd_ = -1;
};

class UdpServerTest : public testing::Test {
 protected:
  UdpServer& start(const std::vector<ListenAddress>& listen, unsigned threads = 1) {
    server_ = UdpServer::start({.listen = listen, .threads = threads}, tables_).value();
    return *server_;
  }
  static std::string soa(unsigned serial) {
    return fmt::format(
        "NOERROR qr aa\nquestion ha.test. IN SOA\nanswer ha.test. 60 IN SOA ns1.ha.test. "
        "hostmaster.ha.test. {} 3600 600 604800 5\n",
        serial);
  }

  dns::AnswerTables tables_{table(1)};
  std::unique_ptr<UdpServer> server_;
  const Octets question_ = DnsQuery("ha.test. SOA");
};

TEST_F(UdpServerTest, AnswersOverIPv4) {
  Client client(start({{"127.0.0.1", 0}}).bound()[0]);
  EXPECT_EQ(client.ask(question_), soa(1));
}

TEST_F(UdpServerTest, AnswersOverIPv6) {
  Client client(start({{"::1", 0}}).bound()[0]);
  EXPECT_EQ(client.ask(question_), soa(1));
}

TEST_F(UdpServerTest, AnswersOnEveryAddress) {
  const auto& server = start({{"127.0.0.1", 0}, {"127.0.0.2", 0}, {"::1", 0}}, 2);
  ASSERT_EQ(server.bound().size(), 3U);
  for (const auto& where : server.bound()) EXPECT_EQ(Client(where).ask(question_), soa(1));
}

TEST_F(UdpServerTest, TellsTheAddressesAsGivenWithTheBoundPorts) {
  const auto& bound = start({{"127.0.0.1", 0}, {"::1", 0}}).bound();
  EXPECT_EQ(bound[0].address, "127.0.0.1");
  EXPECT_EQ(bound[1].address, "::1");
  EXPECT_NE(bound[0].port, 0);
  EXPECT_NE(bound[1].port, 0);
}

// A connected client hears only the address it asked, so an answer from another one would be lost.
TEST_F(UdpServerTest, AnswersFromTheAddressThatWasAsked) {
  const auto port = start({{"0.0.0.0", 0}}).bound()[0].port;
  for (const char* address : {"127.0.0.1", "127.0.0.2", "127.1.2.3"}) {
    EXPECT_EQ(Client({address, port}).ask(question_), soa(1)) << address;
  }
}

TEST_F(UdpServerTest, AnswersFromTheIPv6AddressThatWasAsked) {
  const auto port = start({{"::", 0}}).bound()[0].port;
  EXPECT_EQ(Client({"::1", port}).ask(question_), soa(1));
}

TEST_F(UdpServerTest, LeavesIPv4ToTheIPv4Wildcard) {
  const auto port = start({{"0.0.0.0", 0}}).bound()[0].port;
  const auto both = UdpServer::start({.listen = {{"::", port}}}, tables_);
  EXPECT_TRUE(both) << "\"::\" took the IPv4 port too";
}

TEST_F(UdpServerTest, AnswersABurstFromManyClients) {
  const auto where = start({{"127.0.0.1", 0}}, 4).bound()[0];
  std::set<std::string> replies;
  for (int round = 0; round < 4; ++round) {
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 50; ++i) clients.push_back(std::make_unique<Client>(where));
    for (auto& client : clients) client->send(question_);
    for (auto& client : clients) replies.insert(dns_text(client->receive()));
  }
  EXPECT_EQ(replies, std::set<std::string>{soa(1)});
  server_->stop();  // an answer is counted after it was sent
  EXPECT_EQ(server_->counts().answers, 200U);
}

TEST_F(UdpServerTest, AnswersFromTheNewestTable) {
  Client client(start({{"127.0.0.1", 0}}).bound()[0]);
  for (unsigned generation = 2; generation < 20; ++generation) {
    tables_.publish(table(generation));
    EXPECT_EQ(client.ask(question_), soa(generation));
  }
  EXPECT_LE(tables_.kept(), 2U);
}

TEST_F(UdpServerTest, SaysNothingToWhatMustNotBeAnsweredAndGoesOn) {
  Client client(start({{"127.0.0.1", 0}}).bound()[0]);
  client.send({});
  client.send({0});
  client.send(Octets(11));
  client.send(DnsQuery("ha.test. A").flags(0x8000));
  EXPECT_EQ(client.ask(question_), soa(1)) << "the first reply is to the last message";
  const auto counts = server_->counts();
  EXPECT_EQ(counts.queries, 5U);
  EXPECT_EQ(counts.dropped, 4U);
}

TEST_F(UdpServerTest, CallsADatagramAbove4096OctetsMalformed) {
  Client client(start({{"127.0.0.1", 0}}).bound()[0]);
  EXPECT_EQ(client.ask(DnsQuery("ha.test. SOA").raw(Octets(6000))), "FORMERR qr\n");
  EXPECT_EQ(client.ask(question_), soa(1));
}

TEST_F(UdpServerTest, SendsWhatFitsTheOfferedSize) {
  server_ = UdpServer::start({.listen = {{"127.0.0.1", 0}}, .payload_max = 4096}, tables_).value();
  Client client(server_->bound()[0]);
  client.send(DnsQuery("many.ha.test. A").edns({.size = 4096}));
  EXPECT_EQ(client.receive().size(), 12 + 18 + 149 * 16 + 11U);
  EXPECT_EQ(client.ask(DnsQuery("many.ha.test. A")),
            "NOERROR qr aa tc\nquestion many.ha.test. IN A\n");
}

TEST_F(UdpServerTest, CountsWhatItDid) {
  Client client(start({{"127.0.0.1", 0}}, 2).bound()[0]);
  for (const Octets& query :
       {question_, DnsQuery("no.ha.test. A").octets(), DnsQuery("example. A").octets(),
        DnsQuery("many.ha.test. A").octets(), DnsQuery("ha.test. SOA").raw("00").octets()}) {
    client.ask(query);
  }
  server_->stop();
  const auto counts = server_->counts();
  EXPECT_EQ(counts.queries, 5U);
  EXPECT_EQ(counts.answers, 5U);
  EXPECT_EQ(counts.dropped, 0U);
  EXPECT_EQ(counts.truncated, 1U);
  EXPECT_EQ(counts.trailing, 1U);
  EXPECT_EQ(counts.rcodes[0], 3U);
  EXPECT_EQ(counts.rcodes[3], 1U);
  EXPECT_EQ(counts.rcodes[5], 1U);
  EXPECT_EQ(counts.send_errors, 0U);
  EXPECT_EQ(counts.receive_errors, 0U);
}

// What a forger would send to make two servers, or one with itself, talk for ever.
TEST_F(UdpServerTest, NeverAnswersItsOwnAddresses) {
  const auto bound = start({{"127.0.0.1", 0}, {"127.0.0.2", 0}}, 2).bound();
  Client forger(bound[0], &bound[1]);
  forger.send(question_);
  Client client(bound[0]);
  while (server_->counts().dropped == 0) EXPECT_EQ(client.ask(question_), soa(1));
  EXPECT_EQ(forger.receive(MSG_DONTWAIT), Octets());
}

TEST_F(UdpServerTest, SeesThatAPortIsTaken) {
  for (const unsigned first : {1U, 3U}) {
    for (const unsigned second : {1U, 3U}) {
      const auto where = start({{"127.0.0.1", 0}}, first).bound()[0];
      const auto other = UdpServer::start({.listen = {where}, .threads = second}, tables_);
      ASSERT_FALSE(other) << first << " threads let " << second << " in";
      EXPECT_EQ(other.error().where, where);
      EXPECT_EQ(other.error().error, boost::system::errc::address_in_use);
    }
  }
}

TEST_F(UdpServerTest, TakesAllAddressesOrNone) {
  const auto taken = start({{"127.0.0.1", 0}}).bound()[0];
  const auto free = [this] {
    return UdpServer::start({.listen = {{"127.0.0.2", 0}}}, tables_).value()->bound()[0];
  }();
  const auto failed = UdpServer::start({.listen = {free, taken}, .threads = 2}, tables_);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().where, taken);
  EXPECT_TRUE(UdpServer::start({.listen = {free}}, tables_)) << "the first address was kept";
}

TEST_F(UdpServerTest, RefusesWhatIsNoAddress) {
  for (const char* address : {"", "localhost", "127.0.0.1:53", "[::1]", "::1%no-such-interface"}) {
    const auto failed = UdpServer::start({.listen = {{address, 0}}}, tables_);
    ASSERT_FALSE(failed) << address;
    EXPECT_EQ(failed.error().where.address, address);
  }
  const auto foreign = UdpServer::start({.listen = {{"192.0.2.1", 0}}}, tables_);
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().error, boost::system::errc::address_not_available);
  EXPECT_THROW(foreign.value(), boost::system::system_error);
}

TEST_F(UdpServerTest, StopsAtOnceAndMayBeStoppedAgain) {
  auto& server = start({{"127.0.0.1", 0}, {"::1", 0}}, 4);
  const auto begin = std::chrono::steady_clock::now();
  server.stop();
  // One receive time-out is 250 ms; eight threads must not take it one after the other.
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
  server.stop();
  EXPECT_EQ(server.counts().receive_errors, 0U);
}

TEST_F(UdpServerTest, KeepsNoTableAliveOnceStopped) {
  start({{"127.0.0.1", 0}}, 3);
  server_->stop();
  tables_.publish(table(2));
  EXPECT_EQ(tables_.kept(), 1U);
  Client client(start({{"127.0.0.1", 0}}, 3).bound()[0]);
  EXPECT_EQ(client.ask(question_), soa(2));
}

TEST_F(UdpServerTest, LetsIdleThreadsGoOfOldTables) {
  start({{"127.0.0.1", 0}}, 2);
  std::uint64_t generation = 1;
  do {
    tables_.publish(table(++generation));
    ASSERT_LT(generation, 100'000U) << "idle threads never took a new table";
    std::this_thread::yield();
  } while (tables_.kept() == generation);
}

TEST(UdpBatch, CountsEachReplyThatCannotBeSentAndSendsNoneTwice) {
  const auto opened = dns::open_udp_sockets(*dns::socket_address({"127.0.0.1", 0}), 1).value();
  const int fd = opened.sockets[0].get();
  dns::UdpBatch batch(1232, opened.bound, {opened.bound});
  dns::ServeCounters counters;
  const auto answers = table(1);
  Client client({"127.0.0.1", opened.bound.port()});
  for (int i = 0; i < 3; ++i) client.send(DnsQuery("ha.test. SOA"));
  ASSERT_EQ(batch.receive(fd, MSG_WAITFORONE), 0);
  batch.answer(*answers, counters);
  batch.send(-1, counters);
  EXPECT_EQ(counters.sum().queries, 3U);
  EXPECT_EQ(counters.sum().send_errors, 3U);
  EXPECT_EQ(counters.sum().answers, 0U);
  batch.send(fd, counters);
  EXPECT_EQ(client.receive(MSG_DONTWAIT), Octets());
  EXPECT_EQ(batch.receive(fd, MSG_DONTWAIT), EAGAIN);
}

std::string status_field(const std::filesystem::path& file, const std::string& field) {
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(field + ":")) return line.substr(line.find_last_of(" \t") + 1);
  }
  return "";
}

TEST_F(UdpServerTest, NamesItsThreadsAndLeavesSignalsToOthers) {
  start({{"127.0.0.1", 0}}, 2);
  int found = 0;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    if (!status_field(task.path() / "status", "Name").starts_with("dns-udp-")) continue;
    ++found;
    const auto blocked = std::stoull(status_field(task.path() / "status", "SigBlk"), nullptr, 16);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGCHLD}) {
      EXPECT_NE(blocked & 1ULL << (signal - 1), 0U) << signal;
    }
  }
  EXPECT_EQ(found, 2);
}

}  // namespace
}  // namespace signpost::test
