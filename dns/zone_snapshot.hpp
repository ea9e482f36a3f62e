// ZoneSnapshot: everything one zone says at one instant, as plain data. Compiled once into an
// AnswerTable, then thrown away.
#pragma once

#include <boost/system/error_code.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "dns/rrset.hpp"

namespace signpost::dns {

/// A CNAME chain inside the zone is followed for this many links; a longer one (or a loop) is
/// answered with the links so far.
inline constexpr std::size_t cname_links_max = 8;

/// RFC 1035 section 3.3.13; times in seconds. Negative answers live min(ttl, minimum) seconds (RFC
/// 2308 section 3).
struct Soa {
  Name mname;
  Name rname;
  std::uint32_t serial = 0;
  std::uint32_t refresh = 3600;
  std::uint32_t retry = 600;
  std::uint32_t expire = 604800;
  std::uint32_t minimum = 5;
  std::uint32_t ttl = 5;
  bool operator==(const Soa&) const = default;
};

/// A name about which nothing is known yet: every question for it gets SERVFAIL with Extended DNS
/// Error 14 "Not Ready" (RFC 8914), so that resolvers ask the zone's next name server; an empty
/// answer would be cached as the truth. Data given for the same owner is not served, except SOA and
/// NS of the apex.
struct NotReadyName {
  Name owner;
  std::string why;  // EDE extra text, UTF-8, cut at 100 octets
  bool operator==(const NotReadyName&) const = default;
};

struct ZoneSnapshot {
  Name apex;
  Soa soa;
  std::vector<RRset> rrsets;  // NS of the apex included, SOA not
  std::vector<NotReadyName> not_ready;
  /// Not every name of the zone is known yet: a name that is not here gets SERVFAIL with "Not
  /// Ready", too, for resolvers would keep an NXDOMAIN.
  bool is_complete = true;
  bool operator==(const ZoneSnapshot&) const = default;
};

/// First thing wrong, if any: out_of_zone, cname_conflict, duplicate_rrset, no_name_server,
/// rdata_too_long (the answer would not fit 65535 octets), bad_rdata, empty_rrset.
boost::system::error_code check(const ZoneSnapshot& zone);

/// The zone's next serial: `last` + 1, or the clock where that is ahead, so that a lost state file
/// does not make it go back. Ahead is meant as in RFC 1982: the numbers form a circle, 4294967295
/// is followed by 0, and a clock more than 2^31 - 1 beyond `last` counts as behind. Without a
/// stored serial pass the clock as `last`, not 0: from 2038 on the clock is no longer ahead of 0.
std::uint32_t next_serial(std::uint32_t last, std::uint32_t unix_seconds);

}  // namespace signpost::dns
