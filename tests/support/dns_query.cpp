#include "tests/support/dns_query.hpp"

#include <ldns/ldns.h>

#include <cctype>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>

namespace signpost::test {
namespace {

struct FreeRdf {
  void operator()(ldns_rdf* rdf) const { ldns_rdf_deep_free(rdf); }
};

void append(Octets& to, const Octets& octets) { to.insert(to.end(), octets.begin(), octets.end()); }

void append_u16(Octets& to, std::size_t value) {
  to.push_back(static_cast<std::uint8_t>(value >> 8U & 0xFFU));
  to.push_back(static_cast<std::uint8_t>(value & 0xFFU));
}

void append_u32(Octets& to, std::uint32_t value) {
  append_u16(to, value >> 16U);
  append_u16(to, value & 0xFFFFU);
}

}  // namespace

Octets hex(std::string_view digits) {
  Octets octets;
  std::string pair;
  for (const char c : digits) {
    if (std::isspace(static_cast<unsigned char>(c)) != 0) continue;
    pair += c;
    if (pair.size() < 2) continue;
    octets.push_back(static_cast<std::uint8_t>(std::stoul(pair, nullptr, 16)));
    pair.clear();
  }
  if (!pair.empty()) throw std::invalid_argument("odd number of hex digits");
  return octets;
}

Octets wire_name(std::string_view name) {
  const std::unique_ptr<ldns_rdf, FreeRdf> rdf(ldns_dname_new_frm_str(std::string(name).c_str()));
  if (!rdf) throw std::invalid_argument("no name: " + std::string(name));
  const std::uint8_t* data = ldns_rdf_data(rdf.get());
  return {data, data + ldns_rdf_size(rdf.get())};
}

DnsQuery::DnsQuery() : octets_(hex("1234 0000 0000 0000 0000 0000")) {}

DnsQuery::DnsQuery(std::string_view text) : DnsQuery() { question(text); }

DnsQuery& DnsQuery::question(std::string_view text) {
  std::istringstream words{std::string(text)};
  std::string name, type, klass = "IN";
  words >> name >> type >> klass;
  if (klass.empty()) klass = "IN";
  append(octets_, wire_name(name));
  append_u16(octets_, ldns_get_rr_type_by_name(type.c_str()));
  append_u16(octets_, ldns_get_rr_class_by_name(klass.c_str()));
  add_one(4);
  return *this;
}

DnsQuery& DnsQuery::flags(std::uint16_t bits) {
  octets_[2] = static_cast<std::uint8_t>(octets_[2] | bits >> 8U);
  octets_[3] = static_cast<std::uint8_t>(octets_[3] | (bits & 0xFFU));
  return *this;
}

DnsQuery& DnsQuery::opcode(unsigned value) {
  return flags(static_cast<std::uint16_t>((value & 0xFU) << 11U));
}

DnsQuery& DnsQuery::count(std::size_t at, std::uint16_t value) {
  octets_[at] = static_cast<std::uint8_t>(value >> 8U);
  octets_[at + 1] = static_cast<std::uint8_t>(value & 0xFFU);
  return *this;
}

DnsQuery& DnsQuery::raw(const Octets& octets) {
  append(octets_, octets);
  return *this;
}

DnsQuery& DnsQuery::record(Section section, const Octets& octets) {
  add_one(static_cast<std::size_t>(section));
  return raw(octets);
}

DnsQuery& DnsQuery::edns(const EdnsFields& fields) {
  return record(Section::additional, opt_record(fields));
}

DnsQuery& DnsQuery::tsig(const TsigFields& fields) {
  return record(Section::additional, tsig_record(fields));
}

void DnsQuery::add_one(std::size_t at) {
  count(at, static_cast<std::uint16_t>((octets_[at] << 8U | octets_[at + 1]) + 1));
}

Octets opt_record(const EdnsFields& fields) {
  Octets octets = hex("00 0029");
  append_u16(octets, fields.size);
  octets.push_back(0);
  octets.push_back(fields.version);
  append_u16(octets, fields.flags);
  const Octets options = hex(fields.options);
  append_u16(octets, options.size());
  append(octets, options);
  return octets;
}

Octets tsig_record(const TsigFields& fields) {
  Octets rdata = wire_name(fields.algorithm);
  append(rdata, hex("0000 6a000000 012c"));  // time, fudge 300
  append_u16(rdata, fields.mac);
  append(rdata, Octets(fields.mac, 0x5A));
  append(rdata, hex("1234 0000 0000"));  // original ID, error, other size
  Octets octets = wire_name(fields.key);
  append_u16(octets, 250);
  append_u16(octets, fields.klass);
  append_u32(octets, fields.ttl);
  append_u16(octets, rdata.size());
  append(octets, rdata);
  return octets;
}

}  // namespace signpost::test
