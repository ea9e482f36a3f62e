// Query: a received message as the responder sees it. Reading never fails: what is wrong with the
// message is part of the result.
//
// Views point into the message; only names are copied, in lower case, into buffers of 255 octets.
// The case the client used stays in the message, from where the question is echoed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "dns/wire_reader.hpp"

namespace signpost::dns {

/// A question takes at most 271 octets; the rest is room for options and a TSIG with a long MAC.
inline constexpr std::size_t query_size_max = 4096;

inline constexpr std::uint8_t opcode_query = 0;

/// What the query's OPT record says (RFC 6891 section 6.1).
struct Edns {
  bool present = false;  // exactly one OPT, at the root, whose options could be read
  std::uint8_t version = 0;
  std::uint16_t payload = 0;  // octets the client can take
  bool dnssec_ok = false;
  bool cookie = false;  // has a COOKIE option; one of illegal length is malformed
};

/// A well-formed TSIG record at the end of the message (RFC 8945 section 4.2).
struct Tsig {
  bool present = false;
  NameBuffer key;
  NameBuffer algorithm;
  std::span<const std::uint8_t> time_and_fudge;  // 8 octets
};

struct Query {
  std::uint16_t id = 0;
  std::uint8_t opcode = 0;
  bool recursion_desired = false;

  /// FORMERR: broken question, counts beyond the data or other than 1/0/0/n, bad OPT or TSIG. Only
  /// meaningful for opcode QUERY; other opcodes fill the sections by other rules.
  bool malformed = false;
  bool cookie_only = false;  // well-formed, no question, but a COOKIE (RFC 7873 section 5.4)
  bool trailing = false;     // octets behind the last record

  NameBuffer qname;  // valid, as the next two, if question_size > 0
  std::uint16_t qtype = 0;
  std::uint16_t qclass = 0;
  std::size_t question_size =
      0;  // octets of the one question, from offset 12 on; 0 = none readable

  Edns edns;
  Tsig tsig;
};

/// False for what must not be answered at all: shorter than a header, or a response (QR=1).
bool read_query(std::span<const std::uint8_t> message, Query& query);

}  // namespace signpost::dns
