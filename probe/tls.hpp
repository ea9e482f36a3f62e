// TlsClient: the client side of TLS as one target's TlsSettings want it (1.2 or newer), and the
// words for a handshake that fails.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/verify_context.hpp>
#include <boost/system/error_code.hpp>
#include <string>

#include "probe/target.hpp"

namespace signpost::probe {

/// What one handshake leaves behind for its failure message. Lives as long as the TLS stream.
struct HandshakeNotes {
  std::string certificate_fault;  // first check that failed; empty = none did
};

class TlsClient {
 public:
  /// `host` is the configured name, which the certificate must carry. Throws std::runtime_error
  /// (what, which file, cure) if a file cannot be used.
  TlsClient(std::string host, TlsSettings settings);
  ~TlsClient() = default;
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  [[nodiscard]] boost::asio::ssl::context& context() { return context_; }

  /// Sets SNI (RFC 6066 section 3: for names only) and what the certificate must be for. False if
  /// the name cannot be either.
  [[nodiscard]] bool prepare(SSL* connection);
  /// For the stream's verify callback: passes OpenSSL's verdict on, and notes why it is bad.
  bool note_check(bool good, boost::asio::ssl::verify_context& check, HandshakeNotes& notes) const;
  /// One line for a connection that failed in TLS.
  [[nodiscard]] std::string explain(const boost::system::error_code& ec,
                                    const HandshakeNotes& notes) const;
  /// The broker wants a client certificate and none is configured.
  [[nodiscard]] bool lacks_certificate() const {
    return certificate_wanted_ && settings_.cert_file.empty();
  }

 private:
  std::string host_;
  TlsSettings settings_;
  boost::asio::ssl::context context_;
  bool certificate_wanted_ = false;  // by the broker, in the newest handshake
};

}  // namespace signpost::probe
