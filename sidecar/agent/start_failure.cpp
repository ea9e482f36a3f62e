#include "sidecar/agent/start_failure.hpp"

#include <fmt/format.h>

namespace signpost::agent {

std::string text(const dns::ListenAddress& a) {
  return a.address.find(':') == std::string::npos ? fmt::format("{}:{}", a.address, a.port)
                                                  : fmt::format("[{}]:{}", a.address, a.port);
}

StartFailure cannot_listen(const char* what, const dns::ListenError& e) {
  std::string where =
      fmt::format("cannot listen for {} on {}: {}", what, text(e.where), e.error.message());
  if (e.error == boost::system::errc::address_in_use)
    return {exit_try_again, where + "; stop the other program or choose another port"};
  if (e.error == boost::system::errc::permission_denied) {
    return {exit_not_permitted, where + "; ports below 1024 need CAP_NET_BIND_SERVICE"};
  }
  if (e.error == boost::system::errc::address_not_available) {
    return {exit_try_again, where + "; no interface of this machine has this address"};
  }
  return {exit_try_again, where};
}

}  // namespace signpost::agent
