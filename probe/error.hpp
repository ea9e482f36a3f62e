// What can go wrong when a broker is asked. A failure says nothing about who is active: it is
// "unknown", never "not active".
#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>
#include <string>

namespace signpost::probe {

enum class errc {
  host_not_found = 1,  // the broker's host name does not resolve
  connect_refused,     // nothing listens there (fresher news than a timeout)
  connect_failed,      // unreachable, reset while connecting, ...
  tls_failed,          // handshake or certificate: wrong CA, expired, wrong name
  timed_out,           // the probe's one deadline passed
  connection_lost,     // closed or reset after the request was sent
  malformed_http,      // not HTTP/1.1, or head or body over the limit
  unauthorized,        // 401: no or wrong credentials, or Basic is off on that port
  forbidden,           // 403: the broker's ACL denies "ACCESS MANAGEMENT"
  not_found,           // 404: no query API there (older than 7.0, or not a broker)
  http_status,         // any other status but 200
  malformed_reply,     // 200, but not the JSON that the query API gives
  wrong_node,          // the broker answers, but its node has another name than configured
};

/// Stable word for logs, status and metrics ("connect_refused").
const char* to_text(errc e);

struct Failure {
  errc code{};
  std::string detail;  // one line for a person: what, where, cure; never a credential; foreign
                       // bytes quoted and cut at 200
  bool operator==(const Failure&) const = default;
};

template <class T>
using Result = boost::system::result<T, Failure>;

/// Needed by result<T, E>::value(): an unchecked failure is a programming error.
[[noreturn]] void throw_exception_from_error(const Failure& e, const boost::source_location& at);

}  // namespace signpost::probe
