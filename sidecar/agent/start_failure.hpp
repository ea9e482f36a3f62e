// Why the process cannot start, with the exit code that says it to a supervisor (sysexits).
#pragma once

#include <string>

#include "dns/udp_server.hpp"

namespace signpost::agent {

inline constexpr int exit_try_again = 75;
inline constexpr int exit_not_permitted = 77;
inline constexpr int exit_bad_configuration = 78;

struct StartFailure {
  int exit_code;
  std::string detail;
};

/// "192.0.2.1:53", "[2001:db8::1]:53"
std::string text(const dns::ListenAddress& a);

/// `what`: "DNS over UDP"
StartFailure cannot_listen(const char* what, const dns::ListenError& e);

}  // namespace signpost::agent
