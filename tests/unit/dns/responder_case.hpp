// One row of a table about respond(): a query, and its reply as text.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <ostream>
#include <string>

#include "dns/responder.hpp"
#include "tests/support/dns_query.hpp"
#include "tests/support/dns_text.hpp"
#include "tests/support/dns_zone.hpp"

namespace signpost::test {

struct Case {
  const char* name;  // a sentence without blanks
  Octets query;
  std::string reply;  // as dns_text; empty = none
};

inline void PrintTo(const Case& row, std::ostream* out) { *out << row.name; }

inline std::string case_name(const testing::TestParamInfo<Case>& info) { return info.param.name; }

inline std::string reply_text(const Octets& query, const dns::AnswerTable& table,
                              dns::Transport transport = dns::Transport::udp,
                              std::uint16_t payload_max = 1232) {
  std::array<std::uint8_t, 65535> out{};
  const dns::Reply reply = dns::respond(query, table, transport, payload_max, out);
  return reply.size == 0 ? "" : dns_text({out.data(), reply.size});
}

}  // namespace signpost::test
