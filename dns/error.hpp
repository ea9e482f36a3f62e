// Errors of dns/: what can be wrong with names, records and zones that a person configured.
// (Malformed packets are not errors here: they are answered, see message.hpp.)
#pragma once

#include <boost/system/error_category.hpp>
#include <boost/system/error_code.hpp>

namespace signpost::dns {

enum class errc {
  empty_label = 1,  // two dots in a row, or a dot at the start
  label_too_long,   // more than 63 octets (RFC 1035 section 2.3.4)
  name_too_long,    // more than 255 octets in wire form
  bad_escape,       // backslash without a character or with a number above 255
  out_of_zone,      // owner is not at or below the apex
  cname_conflict,   // other data at the owner of a CNAME (RFC 1034 section 3.6.2)
  duplicate_rrset,  // the same owner and type twice
  rdata_too_long,   // an RRset that no DNS message can carry
  no_name_server,   // the apex has no NS record
  bad_character,    // space, control character or non-ASCII that is not written as \DDD
  bad_rdata,        // RDATA that its type does not allow
  empty_rrset,      // an RRset without records
  no_such_host,     // resolver: the name does not exist, or has no address
  server_failure,   // resolver: no server gave an answer (refused, failed, silent)
};

const boost::system::error_category& dns_category();
boost::system::error_code make_error_code(errc e);

}  // namespace signpost::dns

template <>
struct boost::system::is_error_code_enum<signpost::dns::errc> : std::true_type {};
