#include "probe/error.hpp"

#include <boost/throw_exception.hpp>
#include <stdexcept>

namespace signpost::probe {

const char* to_text(errc e) {
  switch (e) {
    case errc::host_not_found:
      return "host_not_found";
    case errc::connect_refused:
      return "connect_refused";
    case errc::connect_failed:
      return "connect_failed";
    case errc::tls_failed:
      return "tls_failed";
    case errc::timed_out:
      return "timed_out";
    case errc::connection_lost:
      return "connection_lost";
    case errc::malformed_http:
      return "malformed_http";
    case errc::unauthorized:
      return "unauthorized";
    case errc::forbidden:
      return "forbidden";
    case errc::not_found:
      return "not_found";
    case errc::http_status:
      return "http_status";
    case errc::malformed_reply:
      return "malformed_reply";
    case errc::wrong_node:
      return "wrong_node";
  }
  return "unknown";
}

void throw_exception_from_error(const Failure& e, const boost::source_location& at) {
  boost::throw_exception(std::logic_error(std::string("unchecked failure of a probe: ") +
                                          to_text(e.code) + ": " + e.detail),
                         at);
}

}  // namespace signpost::probe
