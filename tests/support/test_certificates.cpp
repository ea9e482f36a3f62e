#include "tests/support/test_certificates.hpp"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <boost/asio/buffer.hpp>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace signpost::test {
namespace {

void need(bool good, const char* what) {
  if (!good) throw std::runtime_error(std::string("test certificate: ") + what);
}

std::shared_ptr<EVP_PKEY> new_key() {
  std::shared_ptr<EVP_PKEY> key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  need(key != nullptr, "key");
  return key;
}

template <class Write>
std::string pem_text(Write write) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), &BIO_free);
  need(bio && write(bio.get()) == 1, "PEM");
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

std::string certificate_pem(X509* certificate) {
  return pem_text([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate); });
}

std::string key_pem(EVP_PKEY* key) {
  return pem_text([&](BIO* bio) {
    return PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  });
}

void add_extension(X509* certificate, int nid, const std::string& value) {
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
      X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str()), &X509_EXTENSION_free);
  need(extension && X509_add_ext(certificate, extension.get(), -1) == 1, value.c_str());
}

struct Issuer {
  const X509* certificate;  // null = signs itself
  EVP_PKEY* key;
};

std::shared_ptr<X509> new_certificate(const CertificateRequest& request, EVP_PKEY* key,
                                      Issuer issuer, bool authority) {
  static long serial = 1;
  std::shared_ptr<X509> certificate(X509_new(), &X509_free);
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial++);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), request.valid_from);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), request.valid_until);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(request.common_name.c_str()),
                             -1, -1, 0);
  X509_set_issuer_name(certificate.get(),
                       issuer.certificate ? X509_get_subject_name(issuer.certificate) : subject);
  add_extension(certificate.get(), NID_basic_constraints,
                authority ? "critical,CA:TRUE" : "CA:FALSE");
  if (!request.names.empty()) add_extension(certificate.get(), NID_subject_alt_name, request.names);
  need(X509_sign(certificate.get(), issuer.key, EVP_sha256()) > 0, "signature");
  return certificate;
}

}  // namespace

TestAuthority::TestAuthority(const std::string& common_name) : key_(new_key()) {
  const CertificateRequest request{.common_name = common_name, .names = ""};
  certificate_ = new_certificate(request, key_.get(), {nullptr, key_.get()}, true);
}

TestCertificate TestAuthority::issue(const CertificateRequest& request) const {
  const auto key = new_key();
  const auto certificate =
      new_certificate(request, key.get(), {certificate_.get(), key_.get()}, false);
  return {certificate_pem(certificate.get()), key_pem(key.get())};
}

std::string TestAuthority::pem() const { return certificate_pem(certificate_.get()); }

TestCertificate self_signed(const CertificateRequest& request) {
  const auto key = new_key();
  const auto certificate = new_certificate(request, key.get(), {nullptr, key.get()}, false);
  return {certificate_pem(certificate.get()), key_pem(key.get())};
}

std::string encrypted_key(const TestCertificate& certificate) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(
      BIO_new_mem_buf(certificate.key.data(), static_cast<int>(certificate.key.size())), &BIO_free);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
  need(key != nullptr, "own key");
  const unsigned char passphrase[] = "passphrase";
  return pem_text([&](BIO* out) {
    return PEM_write_bio_PrivateKey(out, key.get(), EVP_aes_128_cbc(), passphrase,
                                    sizeof passphrase - 1, nullptr, nullptr);
  });
}

std::shared_ptr<boost::asio::ssl::context> server_context(const TestCertificate& certificate,
                                                          const std::string& client_authority) {
  namespace asio = boost::asio;
  namespace ssl = boost::asio::ssl;
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  context->use_certificate_chain(asio::buffer(certificate.certificate));
  context->use_private_key(asio::buffer(certificate.key), ssl::context::pem);
  if (!client_authority.empty()) {
    context->add_certificate_authority(asio::buffer(client_authority));
    context->set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
  }
  return context;
}

TemporaryFolder::TemporaryFolder() {
  std::string pattern = std::filesystem::temp_directory_path() / "signpost-test-XXXXXX";
  need(mkdtemp(pattern.data()) != nullptr, "temporary folder");
  folder_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string TemporaryFolder::file(const std::string& name, const std::string& text) const {
  std::ofstream(folder_ / name, std::ios::binary) << text;
  return folder_ / name;
}

}  // namespace signpost::test
