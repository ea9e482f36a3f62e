#include "tests/support/dns_text.hpp"

#include <fmt/format.h>
#include <ldns/ldns.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>

namespace signpost::test {
namespace {

using Octets = std::span<const std::uint8_t>;

struct FreeRr {
  void operator()(ldns_rr* rr) const { ldns_rr_free(rr); }
};
using Rr = std::unique_ptr<ldns_rr, FreeRr>;

struct Free {
  void operator()(char* text) const { std::free(text); }
};

unsigned u16_at(Octets octets, std::size_t at) {
  if (at + 2 > octets.size()) throw std::runtime_error("cut off");
  return static_cast<unsigned>(octets[at] << 8U | octets[at + 1]);
}

std::string rcode_text(unsigned rcode) {
  constexpr std::array<const char*, 17> names = {
      "NOERROR",  "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP",  "REFUSED",
      "YXDOMAIN", "YXRRSET", "NXRRSET",  "NOTAUTH",  "NOTZONE", "RCODE11",
      "RCODE12",  "RCODE13", "RCODE14",  "RCODE15",  "BADVERS"};
  return rcode < names.size() ? names[rcode] : fmt::format("RCODE{}", rcode);
}

std::string rr_text(const ldns_rr* rr) {
  const std::unique_ptr<char, Free> text(ldns_rr2str(rr));
  std::string line = text ? text.get() : "?";
  std::replace(line.begin(), line.end(), '\t', ' ');
  while (!line.empty() && (line.back() == '\n' || line.back() == ' ')) line.pop_back();
  return line;
}

std::string name_text(const ldns_rdf* name) {
  const std::unique_ptr<char, Free> text(ldns_rdf2str(name));
  return text ? text.get() : "?";
}

std::string ede_text(Octets option) {
  const std::string text(option.begin() + 2, option.end());
  return fmt::format(" ede {}{}", u16_at(option, 0),
                     text.empty() ? std::string() : fmt::format(" \"{}\"", text));
}

std::string opt_text(const ldns_rr* rr, Octets rdata) {
  const std::uint32_t ttl = ldns_rr_ttl(rr);
  std::string line = fmt::format("edns version {} size {}", ttl >> 16U & 0xFFU,
                                 static_cast<unsigned>(ldns_rr_get_class(rr)));
  if ((ttl & 0x8000U) != 0) line += " do";
  if ((ttl & 0x7FFFU) != 0) line += fmt::format(" z {:#x}", ttl & 0x7FFFU);
  for (std::size_t at = 0; at < rdata.size();) {
    const unsigned code = u16_at(rdata, at);
    const unsigned size = u16_at(rdata, at + 2);
    if (at + 4 + size > rdata.size()) throw std::runtime_error("option overruns");
    const Octets option = rdata.subspan(at + 4, size);
    line += code == 15 && size >= 2 ? ede_text(option) : fmt::format(" option {}:{}", code, size);
    at += 4 + size;
  }
  return line;
}

std::string tsig_text(const ldns_rr* rr) {
  if (ldns_rr_rd_count(rr) != 7) throw std::runtime_error("bad TSIG");
  const auto number = [rr](std::size_t i) {
    return static_cast<unsigned>(ldns_rdf2native_int16(ldns_rr_rdf(rr, i)));
  };
  const unsigned mac = static_cast<unsigned>(ldns_rdf_size(ldns_rr_rdf(rr, 3))) - 2;
  return fmt::format("tsig {} {} mac {} id {} error {}", name_text(ldns_rr_owner(rr)),
                     name_text(ldns_rr_rdf(rr, 0)), mac, number(4), number(5));
}

class Reader {
 public:
  explicit Reader(Octets message) : message_(message), flags_(u16_at(message, 2)) {}

  std::string text() {
    if (message_.size() < at_) throw std::runtime_error("shorter than a header");
    std::string body;
    for (unsigned i = u16_at(message_, 4); i > 0; --i) body += question();
    for (unsigned i = u16_at(message_, 6); i > 0; --i) body += record(LDNS_SECTION_ANSWER);
    for (unsigned i = u16_at(message_, 8); i > 0; --i) body += record(LDNS_SECTION_AUTHORITY);
    for (unsigned i = u16_at(message_, 10); i > 0; --i) body += record(LDNS_SECTION_ADDITIONAL);
    if (at_ != message_.size()) throw std::runtime_error("octets behind the last record");
    return status() + body;
  }

 private:
  std::string status() const {
    std::string line = rcode_text(extended_rcode_ << 4U | (flags_ & 0xFU));
    const unsigned opcode = flags_ >> 11U & 0xFU;
    if (opcode != 0) line += fmt::format(" opcode {}", opcode);
    constexpr std::array<std::pair<unsigned, const char*>, 8> names = {{{0x8000, " qr"},
                                                                        {0x0400, " aa"},
                                                                        {0x0200, " tc"},
                                                                        {0x0100, " rd"},
                                                                        {0x0080, " ra"},
                                                                        {0x0040, " z"},
                                                                        {0x0020, " ad"},
                                                                        {0x0010, " cd"}}};
    for (const auto& [bit, name] : names) {
      if ((flags_ & bit) != 0) line += name;
    }
    return line + "\n";
  }

  Rr read(ldns_pkt_section section) {
    ldns_rr* rr = nullptr;
    const auto status = ldns_wire2rr(&rr, message_.data(), message_.size(), &at_, section);
    if (status != LDNS_STATUS_OK) throw std::runtime_error(ldns_get_errorstr_by_id(status));
    return Rr(rr);
  }

  std::string question() { return "question " + rr_text(read(LDNS_SECTION_QUESTION).get()) + "\n"; }

  std::string record(ldns_pkt_section section) {
    const std::size_t begin = at_;
    const Rr rr = read(section);
    if (section == LDNS_SECTION_ADDITIONAL && ldns_rr_get_type(rr.get()) == LDNS_RR_TYPE_OPT) {
      extended_rcode_ = ldns_rr_ttl(rr.get()) >> 24U;
      const unsigned size = u16_at(message_, begin + 9);
      return opt_text(rr.get(), message_.subspan(begin + 11, size)) + "\n";
    }
    if (ldns_rr_get_type(rr.get()) == LDNS_RR_TYPE_TSIG) return tsig_text(rr.get()) + "\n";
    const char* name = section == LDNS_SECTION_ANSWER      ? "answer "
                       : section == LDNS_SECTION_AUTHORITY ? "authority "
                                                           : "additional ";
    return name + rr_text(rr.get()) + "\n";
  }

  Octets message_;
  unsigned flags_;
  unsigned extended_rcode_ = 0;
  std::size_t at_ = 12;
};

}  // namespace

std::string dns_text(Octets message) {
  try {
    return Reader(message).text();
  } catch (const std::runtime_error& e) {
    return fmt::format("unreadable: {}", e.what());
  }
}

}  // namespace signpost::test
