// Certificates made on the spot (P-256, no openssl program): authorities, and what they issue.
//
//   TestAuthority authority("Test CA");
//   auto broker = authority.issue({.common_name = "broker", .names = "DNS:localhost"});
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <boost/asio/ssl/context.hpp>
#include <filesystem>
#include <memory>
#include <string>

namespace signpost::test {

struct CertificateRequest {
  std::string common_name;
  std::string names;        // subjectAltName in OpenSSL's notation: "DNS:localhost,IP:127.0.0.1"
  long valid_from = -3600;  // seconds from now
  long valid_until = 3600;
};

struct TestCertificate {
  std::string certificate;  // PEM
  std::string key;
};

class TestAuthority {
 public:
  explicit TestAuthority(const std::string& common_name);
  [[nodiscard]] TestCertificate issue(const CertificateRequest& request) const;
  [[nodiscard]] std::string pem() const;

 private:
  std::shared_ptr<EVP_PKEY> key_;
  std::shared_ptr<X509> certificate_;
};

TestCertificate self_signed(const CertificateRequest& request);
/// `key` as PEM, encrypted with a passphrase.
std::string encrypted_key(const TestCertificate& certificate);

/// For a server; with `client_authority` it wants a client certificate of that authority.
std::shared_ptr<boost::asio::ssl::context> server_context(const TestCertificate& certificate,
                                                          const std::string& client_authority = "");

/// Removed at the end with what is in it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  /// Writes a file and returns its path.
  [[nodiscard]] std::string file(const std::string& name, const std::string& text) const;
  [[nodiscard]] std::string path(const std::string& name) const { return folder_ / name; }

 private:
  std::filesystem::path folder_;
};

}  // namespace signpost::test
