// ManagementProber over HTTPS: which certificates it takes, and how it says why not. Certificates
// are made by the test. Longer than most files: one row per reason to refuse, on one fixture.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "probe/management_prober.hpp"
#include "probe/management_reply.hpp"
#include "tests/support/fake_broker.hpp"
#include "tests/support/named_case.hpp"
#include "tests/support/run.hpp"
#include "tests/support/test_certificates.hpp"
#include "tests/support/vectors.hpp"

namespace signpost::probe {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using namespace test;
using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;

const std::string master = vector_text("broker/master-virtualhost.json");

class TlsProberTest : public testing::Test {
 protected:
  TlsProberTest() {
    target_.https = true;
    target_.host = "localhost";
    target_.tls.ca_file = folder_.file("ca.pem", authority_.pem());
  }
  FakeBroker& start(std::shared_ptr<asio::ssl::context> tls, std::vector<Play> script) {
    broker_ = std::make_unique<FakeBroker>(context_, std::move(script), std::move(tls));
    target_.port = broker_->port();
    prober_ = std::make_unique<ManagementProber>(context_.get_executor(), target_, resolver_);
    return *broker_;
  }
  FakeBroker& start(const TestCertificate& certificate) {
    return start(server_context(certificate), {ok(master)});
  }
  Result<VirtualhostReport> ask(std::chrono::milliseconds within = 20s) {
    return run(context_, prober_->virtualhosts(TimePoint::clock::now() + within));
  }
  TestCertificate certificate_for(const std::string& names) const {
    return authority_.issue({.common_name = "broker", .names = names});
  }
  void use_client_certificate(const TestCertificate& certificate) {
    target_.tls.cert_file = folder_.file("client.pem", certificate.certificate);
    target_.tls.key_file = folder_.file("client.key", certificate.key);
  }

  TemporaryFolder folder_;
  TestAuthority authority_{"Test CA"};
  asio::io_context context_{1};
  std::shared_ptr<dns::StubResolver> resolver_ = std::make_shared<dns::StubResolver>(
      context_.get_executor(), dns::StubResolverOptions{.servers = {"127.0.0.1:1"}});
  Target target_;
  std::unique_ptr<FakeBroker> broker_;
  std::unique_ptr<ManagementProber> prober_;
};

// Accepted

struct Good : test::NamedCase {
  const char* host;
  const char* names;  // in the certificate
};

class AcceptedName : public TlsProberTest, public testing::WithParamInterface<Good> {};

TEST_P(AcceptedName, IsAsked) {
  target_.host = GetParam().host;
  start(certificate_for(GetParam().names));
  const auto report = ask();
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_EQ(*report, *parse_virtualhosts(master));
}

INSTANTIATE_TEST_SUITE_P(Names, AcceptedName,
                         testing::Values(Good{"DnsName", "localhost", "DNS:localhost"},
                                         Good{"OneOfSeveral", "localhost",
                                              "DNS:broker-a,DNS:localhost,IP:192.0.2.1"},
                                         Good{"WithoutCase", "localhost", "DNS:LOCALHOST"},
                                         Good{"FinalDot", "localhost.", "DNS:localhost"},
                                         Good{"Address", "127.0.0.1", "IP:127.0.0.1"}),
                         test::case_name);

TEST_F(TlsProberTest, KeepsOneConnectionForAThousandRequests) {
  const FakeBroker& broker = start(certificate_for("DNS:localhost"));
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(ask()) << i;
  EXPECT_EQ(broker.connections(), 1);
}

TEST_F(TlsProberTest, ReconnectsWhenTheBrokerClosedAnIdleConnection) {
  const FakeBroker& broker = start(server_context(certificate_for("DNS:localhost")),
                                   {ok(master).then_close(), ok(master)});
  ASSERT_TRUE(ask());
  const auto report = ask();
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_EQ(broker.connections(), 2);
}

TEST_F(TlsProberTest, SendsTheNameItAsksFor) {
  auto tls = server_context(certificate_for("DNS:localhost"));
  std::string name;
  SSL_CTX_set_tlsext_servername_arg(tls->native_handle(), &name);
  SSL_CTX_set_tlsext_servername_callback(
      tls->native_handle(), +[](SSL* connection, int*, void* arg) {
        *static_cast<std::string*>(arg) = SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name);
        return SSL_TLSEXT_ERR_OK;
      });
  start(tls, {ok(master)});
  ASSERT_TRUE(ask());
  EXPECT_EQ(name, "localhost");
}

TEST_F(TlsProberTest, AcceptsAnyCertificateWhenToldNotToVerify) {
  target_.tls.verify = false;
  target_.tls.ca_file.clear();
  start(self_signed({.common_name = "anything", .names = ""}));
  const auto report = ask();
  EXPECT_TRUE(report) << report.error().detail;
}

TEST_F(TlsProberTest, AcceptsASelfSignedCertificateThatIsItsOwnAuthority) {
  const TestCertificate certificate =
      self_signed({.common_name = "broker", .names = "DNS:localhost"});
  target_.tls.ca_file = folder_.file("self.pem", certificate.certificate);
  start(certificate);
  const auto report = ask();
  EXPECT_TRUE(report) << report.error().detail;
}

// Refused

TEST_F(TlsProberTest, RefusesACertificateOfAnotherAuthority) {
  const TestAuthority other("Other CA");
  start(other.issue({.common_name = "broker", .names = "DNS:localhost"}));
  const auto report = ask();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, errc::tls_failed);
  EXPECT_THAT(
      report.error().detail,
      AllOf(HasSubstr(target_.url() + ": TLS: unknown CA: certificate \"broker\" was issued "
                                      "by \"Other CA\", which is not in \""),
            HasSubstr("ca.pem\" (unable to get local issuer certificate)")));
}

TEST_F(TlsProberTest, RefusesAPrivateAuthorityWhenTheSystemsAreUsed) {
  target_.tls.ca_file.clear();
  start(certificate_for("DNS:localhost"));
  const auto report = ask();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, errc::tls_failed);
  EXPECT_THAT(report.error().detail, HasSubstr("not in the system's certificate authorities"));
}

TEST_F(TlsProberTest, RefusesASelfSignedCertificate) {
  start(self_signed({.common_name = "broker", .names = "DNS:localhost"}));
  const auto report = ask();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, errc::tls_failed);
  EXPECT_THAT(report.error().detail,
              AllOf(HasSubstr("certificate \"broker\" is self-signed and not in \""),
                    HasSubstr("(self-signed certificate)")));
}

TEST_F(TlsProberTest, RefusesAnExpiredCertificate) {
  start(authority_.issue({.common_name = "broker",
                          .names = "DNS:localhost",
                          .valid_from = -7200,
                          .valid_until = -60}));
  const auto report = ask();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, errc::tls_failed);
  EXPECT_THAT(report.error().detail,
              MatchesRegex(".*: TLS: certificate \"broker\" expired at "
                           "20..-..-..T..:..:..Z .certificate has expired."));
}

TEST_F(TlsProberTest, RefusesACertificateFromTheFuture) {
  start(authority_.issue(
      {.common_name = "broker", .names = "DNS:localhost", .valid_from = 600, .valid_until = 7200}));
  const auto report = ask();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, errc::tls_failed);
  EXPECT_THAT(report.error().detail,
              AllOf(HasSubstr("valid only from 20"), HasSubstr("is a clock wrong?")));
}

struct Bad : test::NamedCase {
  const char* host;
  const char* names;
  const char* detail;
};

class RefusedName : public TlsProberTest, public testing::WithParamInterface<Bad> {};

TEST_P(RefusedName, IsSaidWithTheNamesThatTheCertificateHas) {
  target_.host = GetParam().host;
  const FakeBroker& broker = start(certificate_for(GetParam().names));
  const auto report = ask();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, errc::tls_failed);
  EXPECT_THAT(report.error().detail, HasSubstr(GetParam().detail));
  EXPECT_TRUE(broker.requests().empty()) << "credentials went to the wrong host";
}

INSTANTIATE_TEST_SUITE_P(
    Names, RefusedName,
    testing::Values(
        Bad{"AnotherName", "localhost", "DNS:broker-b,IP:192.0.2.1",
            "name mismatch: certificate is for \"broker-b\", 192.0.2.1, wanted \"localhost\" "
            "(hostname mismatch)"},
        Bad{"AnotherAddress", "127.0.0.1", "IP:127.0.0.2,IP:::1",
            "name mismatch: certificate is for 127.0.0.2, ::1, wanted \"127.0.0.1\" (IP address "
            "mismatch)"},
        Bad{"AddressWrittenAsAName", "127.0.0.1", "DNS:127.0.0.1", "(IP address mismatch)"},
        Bad{"LineEndInAName", "localhost", "DNS:a\nb", "certificate is for \"a\\x0ab\""},
        Bad{"ManyNames", "localhost",
            "DNS:a1,DNS:a2,DNS:a3,DNS:a4,DNS:a5,DNS:a6,DNS:a7,DNS:a8,DNS:a9",
            "\"a7\", \"a8\", ..., wanted"}),
    test::case_name);

TEST_F(TlsProberTest, RefusesACommonNameInPlaceOfAName) {
  start(authority_.issue({.common_name = "localhost", .names = ""}));
  const auto report = ask();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, errc::tls_failed);
  EXPECT_THAT(report.error().detail, HasSubstr("no name at all (no subjectAltName)"));
}

// Client certificates

TEST_F(TlsProberTest, ShowsItsClientCertificate) {
  use_client_certificate(authority_.issue({.common_name = "signpost", .names = ""}));
  start(server_context(certificate_for("DNS:localhost"), authority_.pem()), {ok(master)});
  const auto report = ask();
  EXPECT_TRUE(report) << report.error().detail;
}

TEST_F(TlsProberTest, ReadsCertificateAndKeyFromOneFile) {
  const TestCertificate client = authority_.issue({.common_name = "signpost", .names = ""});
  target_.tls.cert_file = folder_.file("both.pem", client.certificate + client.key);
  start(server_context(certificate_for("DNS:localhost"), authority_.pem()), {ok(master)});
  const auto report = ask();
  EXPECT_TRUE(report) << report.error().detail;
}

class EveryTlsVersion : public TlsProberTest, public testing::WithParamInterface<int> {};

TEST_P(EveryTlsVersion, SaysThatAClientCertificateIsMissing) {
  auto tls = server_context(certificate_for("DNS:localhost"), authority_.pem());
  SSL_CTX_set_max_proto_version(tls->native_handle(), GetParam());
  start(tls, {ok(master)});
  const auto report = ask();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, errc::tls_failed);
  EXPECT_THAT(report.error().detail,
              HasSubstr("the broker asks for a client certificate and none is configured"));
}

TEST_P(EveryTlsVersion, SaysThatTheBrokerRefusesTheClientCertificate) {
  const TestAuthority other("Other CA");
  use_client_certificate(other.issue({.common_name = "signpost", .names = ""}));
  auto tls = server_context(certificate_for("DNS:localhost"), authority_.pem());
  SSL_CTX_set_max_proto_version(tls->native_handle(), GetParam());
  start(tls, {ok(master)});
  const auto report = ask();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, errc::tls_failed) << report.error().detail;
}

INSTANTIATE_TEST_SUITE_P(Versions, EveryTlsVersion, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& test) {
                           return test.param == TLS1_2_VERSION ? "Tls12" : "Tls13";
                         });

// Not TLS, or too old

TEST_F(TlsProberTest, RefusesTls11) {
  auto tls = server_context(certificate_for("DNS:localhost"));
  SSL_CTX_set_min_proto_version(tls->native_handle(), TLS1_1_VERSION);
  SSL_CTX_set_max_proto_version(tls->native_handle(), TLS1_1_VERSION);
  SSL_CTX_set_cipher_list(tls->native_handle(), "ALL:@SECLEVEL=0");
  start(tls, {ok(master)});
  const auto report = ask();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, errc::tls_failed);
}

TEST_F(TlsProberTest, SaysThatThePortSpeaksPlainHttp) {
  FakeBroker& broker = start(nullptr, {ok(master)});
  broker.greet(raw(head(400, "Connection: close\r\n")));
  const auto report = ask();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, errc::tls_failed);
  EXPECT_THAT(report.error().detail, HasSubstr("does this port speak plain HTTP?"));
}

TEST_F(TlsProberTest, TimesOutInASilentHandshake) {
  start(nullptr, {ok(master)});  // waits for the end of an HTTP head
  const TimePoint started = TimePoint::clock::now();
  const auto report = ask(150ms);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, errc::timed_out);
  EXPECT_THAT(report.error().detail, HasSubstr("in the TLS handshake"));
  EXPECT_LT(TimePoint::clock::now() - started, 5s);
}

TEST_F(TlsProberTest, NeedsACloseNotifyBehindAnAnswerThatOnlyTheEndDelimits) {
  start(server_context(certificate_for("DNS:localhost")), {raw(head(200, "") + master)});
  const auto report = ask();
  ASSERT_FALSE(report) << "anyone on the path could have cut it";
  EXPECT_EQ(report.error().code, errc::connection_lost);
}

}  // namespace
}  // namespace signpost::probe
