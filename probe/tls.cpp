#include "probe/tls.hpp"

#include <fmt/format.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <utility>

#include "probe/certificate_text.hpp"
#include "probe/quote.hpp"

namespace signpost::probe {
namespace {

namespace ssl = boost::asio::ssl;

[[noreturn]] void refuse(const char* key, const std::string& path, std::string_view why) {
  throw std::runtime_error(fmt::format("{} {}: {}", key, quote(path), why));
}

/// OpenSSL says "system library" for a file that it cannot open; errno says why.
void need_readable(const char* key, const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  file.peek();  // a folder can be opened, but not read
  if (!file) {
    refuse(key, path,
           fmt::format("cannot be read ({}); it must be a PEM file that the user signpost runs as "
                       "may read",
                       std::strerror(errno)));
  }
}

void load_authorities(ssl::context& context, const TlsSettings& settings) {
  boost::system::error_code ec;
  if (settings.ca_file.empty()) {
    context.set_default_verify_paths(ec);
    return;  // nothing found is no error here: then no certificate is accepted, and it says why
  }
  need_readable("ca_file", settings.ca_file);
  context.load_verify_file(settings.ca_file, ec);
  if (ec) {
    refuse("ca_file", settings.ca_file,
           fmt::format("no usable certificate in it ({}); it must hold the certificate of the "
                       "brokers' CA in PEM form",
                       ec.message()));
  }
}

void load_client_certificate(ssl::context& context, const TlsSettings& settings) {
  if (settings.cert_file.empty()) {
    if (!settings.key_file.empty()) refuse("key_file", settings.key_file, "needs a cert_file");
    return;
  }
  // One file for both is common: certificate, chain and key one after the other.
  const std::string& key_file = settings.key_file.empty() ? settings.cert_file : settings.key_file;
  need_readable("cert_file", settings.cert_file);
  need_readable("key_file", key_file);
  boost::system::error_code ec;
  context.use_certificate_chain_file(settings.cert_file, ec);
  if (ec) {
    refuse("cert_file", settings.cert_file,
           fmt::format("no usable certificate in it ({}); it must hold the client's certificate "
                       "and its chain in PEM form",
                       ec.message()));
  }
  bool encrypted = false;
  // Without this OpenSSL would ask the terminal.
  context.set_password_callback(
      [&encrypted](std::size_t, ssl::context_base::password_purpose) {
        encrypted = true;
        return std::string();
      },
      ec);
  context.use_private_key_file(key_file, ssl::context::pem, ec);
  // The callback refers to this frame.
  context.set_password_callback(
      [](std::size_t, ssl::context_base::password_purpose) { return std::string(); });
  if (ec && encrypted) {
    refuse("key_file", key_file,
           "is encrypted; write it without a passphrase (openssl pkey -in ... -out ...) and let "
           "only signpost's user read it");
  }
  if (ec || SSL_CTX_check_private_key(context.native_handle()) != 1) {
    refuse("key_file", key_file,
           fmt::format("no private key in it that belongs to the certificate in {} ({})",
                       quote(settings.cert_file), ec ? ec.message() : "keys differ"));
  }
}

bool is_address(const std::string& host) {
  boost::system::error_code ec;
  boost::asio::ip::make_address(host, ec);
  return !ec;
}

}  // namespace

TlsClient::TlsClient(std::string host, TlsSettings settings)
    : host_(std::move(host)), settings_(std::move(settings)), context_(ssl::context::tls_client) {
  if (host_.ends_with('.')) host_.pop_back();  // neither SNI nor certificates have the final dot
  SSL_CTX* context = context_.native_handle();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
  context_.set_verify_mode(settings_.verify ? ssl::verify_peer : ssl::verify_none);
  if (settings_.verify) load_authorities(context_, settings_);
  load_client_certificate(context_, settings_);
  // Called when the broker asks for a certificate. With TLS 1.3 it may drop a client without one
  // after the handshake, and its alert can be lost with the connection.
  SSL_CTX_set_cert_cb(
      context,
      [](SSL*, void* wanted) {
        *static_cast<bool*>(wanted) = true;
        return 1;
      },
      &certificate_wanted_);
}

bool TlsClient::prepare(SSL* connection) {
  certificate_wanted_ = false;
  const bool address = is_address(host_);
  if (!address && SSL_set_tlsext_host_name(connection, host_.c_str()) != 1) return false;
  if (!settings_.verify) return true;
  if (address) {
    return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), host_.c_str()) == 1;
  }
  SSL_set_hostflags(connection,
                    X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  return SSL_set1_host(connection, host_.c_str()) == 1;
}

bool TlsClient::note_check(bool good, ssl::verify_context& check, HandshakeNotes& notes) const {
  if (!good && notes.certificate_fault.empty()) {
    const WantedCertificate wanted{host_, settings_.ca_file};
    notes.certificate_fault = certificate_fault(check.native_handle(), wanted);
  }
  return good;
}

std::string TlsClient::explain(const boost::system::error_code& ec,
                               const HandshakeNotes& notes) const {
  if (!notes.certificate_fault.empty()) return "TLS: " + notes.certificate_fault;
  if (lacks_certificate()) {
    return fmt::format(
        "TLS: the broker asks for a client certificate and none is configured: set cert_file and "
        "key_file ({})",
        ec.message());
  }
  const bool plain =
      ec.category() == boost::asio::error::get_ssl_category() &&
      ERR_GET_REASON(static_cast<unsigned long>(ec.value())) == SSL_R_WRONG_VERSION_NUMBER;
  return fmt::format("TLS: {}{}", ec.message(), plain ? "; does this port speak plain HTTP?" : "");
}

}  // namespace signpost::probe
