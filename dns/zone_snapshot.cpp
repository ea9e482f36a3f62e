#include "dns/zone_snapshot.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "dns/error.hpp"

namespace signpost::dns {
namespace {

using boost::system::error_code;
using Octets = std::span<const std::uint8_t>;

// What one TCP message leaves for the records of one RRset: header, longest question and OPT are
// taken off.
constexpr std::size_t message_max = 65535;
constexpr std::size_t records_max = message_max - 12 - (name_length_max + 4) - 11;
// Owner pointer, type, class, TTL, RDLENGTH.
constexpr std::size_t record_head = 12;
// Links of a CNAME chain that may stand before the RRset, each with both names in full.
constexpr std::size_t chain_reserve =
    cname_links_max * (10 + 2 * name_length_max) + name_length_max;

bool is_one_name(Octets octets) {
  const auto name = Name::from_wire(octets);
  return name && name->wire().size() == octets.size();
}

bool is_character_strings(Octets octets) {
  std::size_t at = 0;
  while (at < octets.size()) at += octets[at] + 1U;
  return !octets.empty() && at == octets.size();
}

bool is_valid(RRType type, Octets rdata) {
  switch (type) {
    case RRType::a:
      return rdata.size() == 4;
    case RRType::aaaa:
      return rdata.size() == 16;
    case RRType::ns:
    case RRType::cname:
      return is_one_name(rdata);
    case RRType::srv:
      return rdata.size() > 6 && is_one_name(rdata.subspan(6));
    case RRType::txt:
      return is_character_strings(rdata);
    case RRType::soa:
      return false;  // the zone's one SOA is ZoneSnapshot::soa
  }
  return true;  // RFC 3597: opaque
}

bool has_cname(const ZoneSnapshot& zone) {
  return std::any_of(zone.rrsets.begin(), zone.rrsets.end(),
                     [](const RRset& rrset) { return rrset.type == RRType::cname; });
}

error_code check_rrset(const RRset& rrset, const Name& apex, std::size_t size_max) {
  if (!rrset.owner.is_at_or_below(apex)) return errc::out_of_zone;
  if (rrset.rdata.empty()) return errc::empty_rrset;
  std::size_t size = 0;
  for (const auto& rdata : rrset.rdata) {
    size += record_head + rdata.size();
    if (size > size_max) return errc::rdata_too_long;
    if (!is_valid(rrset.type, rdata)) return errc::bad_rdata;
  }
  return {};
}

// Which types each owner has; the SOA counts as the apex's.
error_code check_owners(const ZoneSnapshot& zone) {
  std::vector<std::pair<std::vector<std::uint8_t>, RRType>> types;
  types.reserve(zone.rrsets.size() + 1);
  types.emplace_back(zone.apex.key(), RRType::soa);
  for (const auto& rrset : zone.rrsets) {
    if (rrset.type == RRType::cname && rrset.rdata.size() != 1) return errc::cname_conflict;
    types.emplace_back(rrset.owner.key(), rrset.type);
  }
  std::sort(types.begin(), types.end());
  for (std::size_t i = 1; i < types.size(); ++i) {
    if (types[i] == types[i - 1]) return errc::duplicate_rrset;
  }
  for (std::size_t i = 1; i < types.size(); ++i) {
    const bool alias = types[i].second == RRType::cname || types[i - 1].second == RRType::cname;
    if (alias && types[i].first == types[i - 1].first) return errc::cname_conflict;
  }
  return {};
}

}  // namespace

error_code check(const ZoneSnapshot& zone) {
  const std::size_t size_max = has_cname(zone) ? records_max - chain_reserve : records_max;
  bool name_server = false;
  for (const auto& rrset : zone.rrsets) {
    if (auto error = check_rrset(rrset, zone.apex, size_max)) return error;
    name_server |= rrset.type == RRType::ns && rrset.owner == zone.apex;
  }
  for (const auto& name : zone.not_ready) {
    if (!name.owner.is_at_or_below(zone.apex)) return errc::out_of_zone;
  }
  if (auto error = check_owners(zone)) return error;
  if (!name_server) return errc::no_name_server;
  return {};
}

std::uint32_t next_serial(std::uint32_t last, std::uint32_t unix_seconds) {
  const std::uint32_t next = last + 1;  // wraps, as RFC 1982 section 3.1 wants it
  const auto ahead = static_cast<std::int32_t>(unix_seconds - next);
  return ahead > 0 ? unix_seconds : next;
}

}  // namespace signpost::dns
