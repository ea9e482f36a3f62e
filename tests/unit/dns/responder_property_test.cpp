// What holds for every reply, whatever the query: checked on damaged copies of good ones.
#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "tests/unit/dns/responder_case.hpp"

namespace signpost::test {
namespace {

const dns::AnswerTable& table() {
  static const auto compiled_table = [] {
    auto zone = small_zone();
    zone.rrsets.push_back(rrset("active.ha.test. 5 A 192.0.2.12"));
    zone.rrsets.push_back(rrset("alias.ha.test. 5 CNAME active.ha.test."));
    zone.rrsets.push_back(rrset("_amqp._tcp.active.ha.test. 5 SRV 0 0 5672 active.ha.test."));
    zone.not_ready = {{name("later.ha.test."), "no evidence yet"}};
    return compiled(zone);
  }();
  return *compiled_table;
}

std::vector<Octets> good_queries() {
  std::vector<Octets> queries;
  for (const char* question :
       {"active.ha.test. A", "ha.test. SOA", "_amqp._tcp.active.ha.test. SRV", "alias.ha.test. A",
        "later.ha.test. A", "nothing.ha.test. AAAA", "example.org. MX", "ha.test. AXFR"}) {
    queries.push_back(DnsQuery(question));
    queries.push_back(DnsQuery(question).flags(0x0100).edns({.flags = 0x8000}));
    queries.push_back(
        DnsQuery(question).edns({.size = 4096, .options = "000a 0008 0102030405060708"}).tsig());
    queries.push_back(
        DnsQuery(question).record(Section::additional, "c00c 0001 0001 00000005 0004 c0000201"));
  }
  return queries;
}

// One to four small damages: what an unreliable network or a fuzzer would do.
class Mutator {
 public:
  explicit Mutator(unsigned seed) : random_(seed) {}

  Octets operator()(Octets octets) {
    for (std::size_t i = 1 + below(4); i > 0; --i) damage(octets);
    return octets;
  }
  std::size_t below(std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_);
  }

 private:
  void damage(Octets& octets) {
    if (octets.empty()) return;
    const std::size_t at = below(octets.size());
    const auto value = static_cast<std::uint8_t>(below(256));
    switch (below(6)) {
      case 0:
        octets[at] = value;
        break;
      case 1:
        octets[at] = static_cast<std::uint8_t>(octets[at] ^ 1U << below(8));
        break;
      case 2:
        octets.resize(at);
        break;
      case 3:
        octets.insert(octets.begin() + static_cast<std::ptrdiff_t>(at), value);
        break;
      case 4:
        octets.erase(octets.begin() + static_cast<std::ptrdiff_t>(at));
        break;
      default:  // a pointer, of all things
        octets[at] = 0xC0;
        if (at + 1 < octets.size()) octets[at + 1] = value;
    }
  }
  std::mt19937 random_;
};

std::string broken_rule(const Octets& query, const Octets& reply, dns::Transport transport) {
  const bool unanswerable = query.size() < 12 || (query[2] & 0x80U) != 0;
  if (unanswerable) return reply.empty() ? "" : "answered what must not be answered";
  if (reply.size() < 12) return "no reply";
  if (reply[0] != query[0] || reply[1] != query[1]) return "id not echoed";
  if ((reply[2] & 0xF8U) != (0x80U | (query[2] & 0x78U))) return "opcode not echoed, or QR=0";
  if ((reply[3] & 0xF0U) != 0) return "RA, Z, AD or CD set";
  if (reply[4] != 0 || reply[5] > 1) return "more than one question";
  if (reply[5] == 1) {
    // Its length is not taken from our reader: up to class IN or whatever, it must be the query's.
    std::size_t end = 12;
    while (end < reply.size() && reply[end] != 0) end += reply[end] + 1U;
    end += 5;
    if (end > reply.size() || end > query.size()) return "question longer than the query";
    if (!std::equal(reply.begin() + 12, reply.begin() + static_cast<std::ptrdiff_t>(end),
                    query.begin() + 12)) {
      return "question not echoed";
    }
  }
  const auto text = dns_text(reply);
  if (text.starts_with("unreadable")) return text;
  // Nobody gets more than we offer; who offered nothing, no more than 512.
  const bool edns = text.find("\nedns ") != std::string::npos;
  const std::size_t size_max = transport == dns::Transport::tcp ? 65535 : edns ? 1232 : 512;
  return reply.size() > size_max ? "too large" : "";
}

TEST(RespondProperty, HoldsForTenThousandDamagedQueries) {
  const auto queries = good_queries();
  Mutator mutate(20261);
  std::vector<std::uint8_t> out(65535);
  std::array<unsigned, 17> rcodes{};
  for (int i = 0; i < 10'000; ++i) {
    const Octets query = mutate(queries[mutate.below(queries.size())]);
    const auto transport = i % 2 == 0 ? dns::Transport::udp : dns::Transport::tcp;
    const dns::Reply reply = dns::respond(query, table(), transport, 1232, out);
    const Octets octets(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(reply.size));
    ASSERT_EQ(broken_rule(query, octets, transport), "")
        << fmt::format("mutation {}: {:02x}", i, fmt::join(query, " "));
    if (reply.size > 0) ++rcodes[reply.rcode];
  }
  // The damage is neither too mild nor too hard to reach the different outcomes.
  for (const std::size_t rcode : {0, 1, 2, 3, 4, 5, 9, 16}) EXPECT_GT(rcodes[rcode], 10U) << rcode;
}

TEST(RespondProperty, HoldsForGarbageBehindAHeader) {
  Mutator mutate(7);
  std::vector<std::uint8_t> out(65535);
  for (int i = 0; i < 10'000; ++i) {
    Octets query(mutate.below(300));
    for (auto& octet : query) octet = static_cast<std::uint8_t>(mutate.below(256));
    if (query.size() > 5) query[4] = 0, query[5] = 1, query[2] &= 0x01U;
    const dns::Reply reply = dns::respond(query, table(), dns::Transport::udp, 1232, out);
    const Octets octets(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(reply.size));
    ASSERT_EQ(broken_rule(query, octets, dns::Transport::udp), "")
        << fmt::format("message {}: {:02x}", i, fmt::join(query, " "));
  }
}

}  // namespace
}  // namespace signpost::test
