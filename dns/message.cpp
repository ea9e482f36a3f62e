#include "dns/message.hpp"

namespace signpost::dns {
namespace {

constexpr std::uint16_t type_opt = 41;
constexpr std::uint16_t type_tsig = 250;
constexpr std::uint16_t class_any = 255;
constexpr std::uint16_t option_cookie = 10;

struct Counts {
  std::uint16_t question = 0, answer = 0, authority = 0, additional = 0;
};

// The fixed part of a record and its RDATA.
struct Record {
  std::size_t owner_at = 0;
  std::size_t owner_size = 0;  // as written, 1 = the root
  std::uint16_t type = 0;
  std::uint16_t klass = 0;
  std::uint32_t ttl = 0;
  std::span<const std::uint8_t> rdata;
};

Record read_record(WireReader& reader) {
  Record record;
  record.owner_at = reader.at();
  reader.skip_name();
  record.owner_size = reader.at() - record.owner_at;
  record.type = reader.u16();
  record.klass = reader.u16();
  record.ttl = reader.u32();
  const std::uint16_t length = reader.u16();
  record.rdata = reader.octets(length);
  return record;
}

void read_question(WireReader& reader, Query& query) {
  const std::size_t begin = reader.at();
  reader.plain_name(query.qname);
  query.qtype = reader.u16();
  query.qclass = reader.u16();
  if (reader.ok()) query.question_size = reader.at() - begin;
}

// RFC 7873 section 4: a client cookie of 8 octets, or with a server cookie of 8 to 32.
bool is_cookie_length(std::size_t length) { return length == 8 || (length >= 16 && length <= 40); }

void read_options(std::span<const std::uint8_t> rdata, Query& query) {
  WireReader reader(rdata);
  while (reader.left() > 0) {
    const std::uint16_t code = reader.u16();
    const std::uint16_t length = reader.u16();
    reader.octets(length);
    if (!reader.ok()) {
      query.edns.present = false;
      query.malformed = true;
      return;
    }
    if (code == option_cookie) {
      query.edns.cookie = true;
      query.malformed |= !is_cookie_length(length);
    }
  }
}

void read_opt(const Record& record, Query& query) {
  if (record.owner_size != 1) {  // only the root is written in one octet
    query.malformed = true;
    return;
  }
  query.edns.present = true;
  query.edns.payload = record.klass;
  query.edns.version = static_cast<std::uint8_t>(record.ttl >> 16U);
  query.edns.dnssec_ok = (record.ttl & 0x8000U) != 0;
  // What the options of another version look like is not for us to judge: it gets BADVERS.
  if (query.edns.version == 0) read_options(record.rdata, query);
}

void read_tsig(std::span<const std::uint8_t> message, const Record& record, Query& query) {
  WireReader owner(message, record.owner_at);
  owner.expand_name(query.tsig.key);
  WireReader rdata(record.rdata);
  rdata.plain_name(query.tsig.algorithm);
  query.tsig.time_and_fudge = rdata.octets(8);
  const std::uint16_t mac_size = rdata.u16();
  rdata.octets(mac_size);
  rdata.octets(4);  // original ID, error
  const std::uint16_t other_size = rdata.u16();
  rdata.octets(other_size);
  query.tsig.present =
      owner.ok() && rdata.ok() && rdata.left() == 0 && record.klass == class_any && record.ttl == 0;
  query.malformed |= !query.tsig.present;
}

// RFC 6891 section 6.1.1: at most one OPT. RFC 8945 section 5.1: TSIG is the last record, once.
void read_additional(std::span<const std::uint8_t> message, WireReader& reader, std::uint16_t count,
                     Query& query) {
  bool opt_seen = false;
  for (std::uint16_t left = count; left > 0 && reader.ok(); --left) {
    const Record record = read_record(reader);
    if (!reader.ok()) return;
    if (record.type == type_opt) {
      if (!opt_seen) {
        read_opt(record, query);
      } else {
        query.edns.present = false;
        query.malformed = true;
      }
      opt_seen = true;
    } else if (record.type == type_tsig && left == 1) {
      read_tsig(message, record, query);
    } else if (record.type == type_tsig) {
      query.malformed = true;
    }
  }
}

Counts read_header(WireReader& reader, Query& query) {
  query.id = reader.u16();
  const std::uint16_t flags = reader.u16();
  query.opcode = static_cast<std::uint8_t>((flags >> 11U) & 0xFU);
  query.recursion_desired = (flags & 0x0100U) != 0;
  Counts counts;
  counts.question = reader.u16();
  counts.answer = reader.u16();
  counts.authority = reader.u16();
  counts.additional = reader.u16();
  return counts;
}

}  // namespace

bool read_query(std::span<const std::uint8_t> message, Query& query) {
  if (message.size() < header_size || (message[2] & 0x80U) != 0) return false;
  WireReader reader(message);
  const Counts counts = read_header(reader, query);
  if (message.size() > query_size_max) {
    query.malformed = true;
    return true;
  }
  query.malformed = counts.question > 1 || counts.answer != 0 || counts.authority != 0;
  // RFC 9619: one question. More are stepped over to find the OPT, which shapes the reply.
  for (std::uint16_t i = 0; i < counts.question && reader.ok(); ++i) read_question(reader, query);
  if (counts.question != 1) query.question_size = 0;
  for (int left = counts.answer + counts.authority; left > 0 && reader.ok(); --left) {
    read_record(reader);
  }
  read_additional(message, reader, counts.additional, query);
  if (!reader.ok()) {
    query.malformed = true;
    query.edns.present = false;
  }
  if (counts.question == 0) {
    query.cookie_only = query.edns.cookie && query.edns.present && !query.malformed;
    query.malformed = true;
  }
  query.trailing = reader.left() > 0;
  return true;
}

}  // namespace signpost::dns
