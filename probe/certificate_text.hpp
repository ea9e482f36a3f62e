// Words about an X.509 certificate that was not accepted.
#pragma once

#include <openssl/x509.h>

#include <string>
#include <string_view>

namespace signpost::probe {

struct WantedCertificate {
  std::string_view host;
  std::string_view ca_file;  // empty = the system's authorities
};

/// Which check failed, and why, in one line: self-signed, unknown CA, expired since, wrong name.
/// OpenSSL's own reason stands at the end in brackets.
std::string certificate_fault(X509_STORE_CTX* check, const WantedCertificate& wanted);

}  // namespace signpost::probe
