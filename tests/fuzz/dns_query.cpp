// Any bytes as a DNS query, over UDP and TCP: the rules that hold for every reply are asserted
// here.
#include <array>
#include <cstdint>
#include <cstdlib>

#include "dns/answer_table.hpp"
#include "dns/responder.hpp"

namespace {

using namespace signpost::dns;

std::unique_ptr<const AnswerTable> make_table() {
  auto name = [](const char* text) { return Name::parse(text).value(); };
  ZoneSnapshot zone;
  zone.apex = name("ha.test.");
  zone.soa.mname = name("ns1.ha.test.");
  zone.soa.rname = name("hostmaster.ha.test.");
  zone.rrsets.push_back({zone.apex, RRType::ns, 3600, {name_rdata(name("ns1.ha.test."))}});
  zone.rrsets.push_back(
      {name("ns1.ha.test."), RRType::a, 3600, {address_rdata("192.0.2.1")->rdata}});
  zone.rrsets.push_back(
      {name("active.ha.test."), RRType::a, 5, {address_rdata("192.0.2.2")->rdata}});
  zone.rrsets.push_back({name("_amqp._tcp.active.ha.test."),
                         RRType::srv,
                         5,
                         {srv_rdata(0, 0, 5672, name("active.ha.test."))}});
  RRset big{name("big.ha.test."), RRType::txt, 5, {}};
  for (char c = 'a'; c < 'k'; ++c) big.rdata.push_back(txt_rdata(std::string(200, c)));
  zone.rrsets.push_back(big);
  zone.not_ready.push_back({name("unknown.ha.test."), "no active node is known yet"});
  return AnswerTable::compile(zone, 1);
}

void require(bool condition) {
  if (!condition) std::abort();
}

void check(std::span<const std::uint8_t> query, const AnswerTable& table, Transport transport,
           std::size_t limit) {
  static std::array<std::uint8_t, 65535> out;
  Reply reply = respond(query, table, transport, 1232, std::span(out).first(limit));
  if (reply.size == 0) return;
  require(query.size() >= 12 &&
          (query[2] & 0x80) == 0);  // no reply to a reply or to less than a header
  require(reply.size >= 12 && reply.size <= limit);
  require(out[0] == query[0] && out[1] == query[1]);                      // id
  require((out[2] & 0x80) != 0 && (out[2] & 0x78) == (query[2] & 0x78));  // QR, opcode
  require((out[3] & 0xC0) == 0);                                          // RA and Z are never set
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto table = make_table();
  check({data, size}, *table, Transport::udp, 1232);
  check({data, size}, *table, Transport::tcp, 65535);
  return 0;
}
