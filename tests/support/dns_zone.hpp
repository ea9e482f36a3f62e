// Zones for tests, written in presentation format.
#pragma once

#include <memory>
#include <string_view>

#include "dns/answer_table.hpp"
#include "dns/zone_snapshot.hpp"

namespace signpost::test {

/// Parses or throws: a test's own text is never wrong.
dns::Name name(std::string_view text);

/// "owner TTL TYPE rdata", further records of the set behind " | ".
dns::RRset rrset(std::string_view text);

/// Apex ha.test. with SOA (TTL 60, MINIMUM 5, serial 7), NS ns1.ha.test. and its address.
dns::ZoneSnapshot small_zone();

std::unique_ptr<const dns::AnswerTable> compiled(const dns::ZoneSnapshot& zone,
                                                 std::uint64_t generation = 1);

}  // namespace signpost::test
