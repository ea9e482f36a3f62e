// respond(): one query in, one reply out. The rules of the authoritative server, pure.
//
// No allocation, no clock, no lock, no exception: called by the answer threads for datagrams and by
// the TCP server for messages. What it decides, and in which order, is the table above respond() in
// responder.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "dns/answer_table.hpp"

namespace signpost::dns {

enum class Transport { udp, tcp };

struct Reply {
  std::size_t size = 0;    // octets written to out; 0 = send nothing
  std::uint8_t rcode = 0;  // of the reply, extended bits included (BADVERS is 16)
  bool truncated = false;  // sent with TC
  bool trailing = false;   // the query had octets behind its last record
};

/// `payload_max` is the size offered in our OPT and, on UDP, the largest reply; below 512 counts as
/// 512 (RFC 6891 section 6.2.3). `out` holds at least that many octets on UDP, 65535 on TCP.
Reply respond(std::span<const std::uint8_t> query, const AnswerTable& table, Transport transport,
              std::uint16_t payload_max, std::span<std::uint8_t> out);

}  // namespace signpost::dns
