// A DNS message as readable text, the way dig would say it, read by ldns.
//
//   NOERROR qr aa rd
//   question active.ha.test. IN A
//   answer active.ha.test. 5 IN A 192.0.2.12
//   edns version 0 size 1232 do ede 14 "no evidence yet"
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace signpost::test {

/// One line per part, none for what is not there. A message that cannot be read to its last octet
/// gives "unreadable: " and the reason.
std::string dns_text(std::span<const std::uint8_t> message);

}  // namespace signpost::test
