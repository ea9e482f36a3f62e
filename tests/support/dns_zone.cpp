#include "tests/support/dns_zone.hpp"

#include <sstream>
#include <stdexcept>
#include <string>

namespace signpost::test {
namespace {

using dns::RRType;

dns::Rdata rdata(RRType type, std::istream& words) {
  std::string word;
  words >> word;
  switch (type) {
    case RRType::a:
    case RRType::aaaa:
      return dns::address_rdata(word).value().rdata;
    case RRType::ns:
    case RRType::cname:
      return dns::name_rdata(name(word));
    case RRType::txt:
      return dns::txt_rdata(word);
    case RRType::srv: {
      unsigned weight = 0, port = 0;
      std::string target;
      words >> weight >> port >> target;
      return dns::srv_rdata(static_cast<std::uint16_t>(std::stoul(word)),
                            static_cast<std::uint16_t>(weight), static_cast<std::uint16_t>(port),
                            name(target));
    }
    case RRType::soa:
      break;
  }
  return {word.begin(), word.end()};
}

RRType type_of(const std::string& text) {
  for (unsigned number = 1; number < 256; ++number) {
    const auto type = static_cast<RRType>(number);
    if (dns::to_text(type) == text) return type;
  }
  if (text.starts_with("TYPE")) return static_cast<RRType>(std::stoul(text.substr(4)));
  throw std::invalid_argument("no type: " + text);
}

}  // namespace

dns::Name name(std::string_view text) { return dns::Name::parse(text).value(); }

dns::RRset rrset(std::string_view text) {
  std::istringstream words{std::string(text)};
  std::string owner, type;
  dns::RRset set;
  words >> owner >> set.ttl >> type;
  set.owner = name(owner);
  set.type = type_of(type);
  std::string separator;
  do {
    set.rdata.push_back(rdata(set.type, words));
  } while (words >> separator);
  return set;
}

dns::ZoneSnapshot small_zone() {
  dns::ZoneSnapshot zone;
  zone.apex = name("ha.test.");
  zone.soa = {.mname = name("ns1.ha.test."),
              .rname = name("hostmaster.ha.test."),
              .serial = 7,
              .minimum = 5,
              .ttl = 60};
  zone.rrsets = {rrset("ha.test. 3600 NS ns1.ha.test."), rrset("ns1.ha.test. 3600 A 192.0.2.1")};
  return zone;
}

std::unique_ptr<const dns::AnswerTable> compiled(const dns::ZoneSnapshot& zone,
                                                 std::uint64_t generation) {
  if (const auto error = dns::check(zone)) throw std::invalid_argument(error.message());
  return dns::AnswerTable::compile(zone, generation);
}

}  // namespace signpost::test
