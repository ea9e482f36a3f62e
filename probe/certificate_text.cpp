#include "probe/certificate_text.hpp"

#include <fmt/format.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <boost/asio/ip/address.hpp>
#include <ctime>
#include <memory>

#include "probe/quote.hpp"

namespace signpost::probe {
namespace {

std::string time_text(const ASN1_TIME* time) {
  std::tm tm{};
  if (!time || ASN1_TIME_to_tm(time, &tm) != 1) return "an unreadable date";
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", tm.tm_year + 1900, tm.tm_mon + 1,
                     tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

std::string_view octets(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::string common_name(const X509_NAME* name) {
  const int at = name ? X509_NAME_get_index_by_NID(name, NID_commonName, -1) : -1;
  if (at < 0) return "(no common name)";
  return quote(octets(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at))));
}

std::string address_text(std::string_view octets) {
  boost::asio::ip::address_v4::bytes_type v4;
  boost::asio::ip::address_v6::bytes_type v6;
  if (octets.size() == v4.size()) {
    std::copy(octets.begin(), octets.end(), v4.begin());
    return boost::asio::ip::address_v4(v4).to_string();
  }
  if (octets.size() == v6.size()) {
    std::copy(octets.begin(), octets.end(), v6.begin());
    return boost::asio::ip::address_v6(v6).to_string();
  }
  return quote(octets);
}

/// The names a client may know the server by (RFC 6125 section 6.4): a common name does not count.
std::string alternative_names(const X509* certificate) {
  constexpr int names_max = 8;  // certificates of large installations carry hundreds
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> names(
      static_cast<GENERAL_NAMES*>(
          X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      &GENERAL_NAMES_free);
  std::string text;
  const int count = names ? sk_GENERAL_NAME_num(names.get()) : 0;
  for (int i = 0; i < std::min(count, names_max); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_DNS && name->type != GEN_IPADD) continue;
    if (!text.empty()) text += ", ";
    text += name->type == GEN_DNS ? quote(octets(name->d.dNSName))
                                  : address_text(octets(name->d.iPAddress));
  }
  if (count > names_max) text += ", ...";
  return text.empty() ? "no name at all (no subjectAltName)" : text;
}

std::string in_words(X509_STORE_CTX* check, const WantedCertificate& wanted) {
  const X509* certificate = X509_STORE_CTX_get_current_cert(check);
  if (!certificate) return "no certificate";
  const std::string subject = common_name(X509_get_subject_name(certificate));
  const std::string authorities = wanted.ca_file.empty()
                                      ? std::string("the system's certificate authorities")
                                      : quote(wanted.ca_file);
  switch (X509_STORE_CTX_get_error(check)) {
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return fmt::format("certificate {} is self-signed and not in {}", subject, authorities);
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return fmt::format("unknown CA: certificate {} was issued by {}, which is not in {}", subject,
                         common_name(X509_get_issuer_name(certificate)), authorities);
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return fmt::format("certificate {} expired at {}", subject,
                         time_text(X509_get0_notAfter(certificate)));
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return fmt::format("certificate {} is valid only from {}: is a clock wrong?", subject,
                         time_text(X509_get0_notBefore(certificate)));
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return fmt::format("name mismatch: certificate is for {}, wanted {}",
                         alternative_names(certificate), quote(wanted.host));
    default:
      return fmt::format("certificate {} was not accepted", subject);
  }
}

}  // namespace

std::string certificate_fault(X509_STORE_CTX* check, const WantedCertificate& wanted) {
  return fmt::format("{} ({})", in_words(check, wanted),
                     X509_verify_cert_error_string(X509_STORE_CTX_get_error(check)));
}

}  // namespace signpost::probe
