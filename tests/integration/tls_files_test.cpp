// Certificate files that cannot be used: what the constructor says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <stdexcept>

#include "probe/tls.hpp"
#include "tests/support/test_certificates.hpp"

namespace signpost::probe {
namespace {

using test::TemporaryFolder;
using test::TestAuthority;
using test::TestCertificate;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

std::string complaint(const TlsSettings& settings) {
  try {
    const TlsClient tls("localhost", settings);
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return "no complaint";
}

class TlsFilesTest : public testing::Test {
 protected:
  std::string good_certificate() const { return folder_.file("good.pem", client_.certificate); }
  std::string good_key() const { return folder_.file("good.key", client_.key); }

  TemporaryFolder folder_;
  TestAuthority authority_{"Test CA"};
  TestCertificate client_ = authority_.issue({.common_name = "signpost", .names = ""});
};

TEST_F(TlsFilesTest, TakesGoodOnes) {
  TlsSettings settings;
  settings.ca_file = folder_.file("ca.pem", authority_.pem());
  settings.cert_file = good_certificate();
  settings.key_file = good_key();
  EXPECT_EQ(complaint(settings), "no complaint");
  EXPECT_EQ(complaint({}), "no complaint");
}

TEST_F(TlsFilesTest, NamesTheFileThatIsNotThere) {
  TlsSettings settings;
  settings.ca_file = folder_.path("none.pem");
  EXPECT_THAT(complaint(settings),
              AllOf(StartsWith("ca_file \"" + settings.ca_file + "\": "),
                    HasSubstr("cannot be read (No such file or directory)"), HasSubstr("PEM")));
  settings = {};
  settings.cert_file = folder_.path("none.pem");
  EXPECT_THAT(complaint(settings), StartsWith("cert_file \""));
  settings.cert_file = good_certificate();
  settings.key_file = folder_.path("none.key");
  EXPECT_THAT(complaint(settings), StartsWith("key_file \""));
}

TEST_F(TlsFilesTest, RefusesAFolder) {
  TlsSettings settings;
  settings.ca_file = std::filesystem::path(folder_.path("x")).parent_path();
  EXPECT_THAT(complaint(settings), HasSubstr("cannot be read (Is a directory)"));
}

TEST_F(TlsFilesTest, RefusesFilesWithoutACertificate) {
  TlsSettings settings;
  settings.ca_file = folder_.file("junk.pem", "no PEM at all\n");
  EXPECT_THAT(complaint(settings),
              AllOf(StartsWith("ca_file \""), HasSubstr("no usable certificate in it"),
                    HasSubstr("must hold the certificate of the brokers' CA")));
  settings.ca_file = folder_.file("empty.pem", "");
  EXPECT_THAT(complaint(settings), HasSubstr("no usable certificate in it"));
  settings.ca_file = folder_.file("broken.pem", authority_.pem().erase(100, 20));
  EXPECT_THAT(complaint(settings), HasSubstr("no usable certificate in it"));
  settings = {};
  settings.cert_file = folder_.file("junk.pem", "no PEM at all\n");
  settings.key_file = good_key();
  EXPECT_THAT(complaint(settings),
              AllOf(StartsWith("cert_file \""), HasSubstr("no usable certificate in it")));
}

TEST_F(TlsFilesTest, RefusesAKeyOfAnotherCertificate) {
  TlsSettings settings;
  settings.cert_file = good_certificate();
  const TestCertificate other = authority_.issue({.common_name = "other", .names = ""});
  settings.key_file = folder_.file("other.key", other.key);
  EXPECT_THAT(complaint(settings),
              AllOf(StartsWith("key_file \""), HasSubstr("no private key in it that belongs to the "
                                                         "certificate in \"" +
                                                         settings.cert_file)));
}

TEST_F(TlsFilesTest, RefusesAnEncryptedKeyWithoutAskingTheTerminal) {
  TlsSettings settings;
  settings.cert_file = good_certificate();
  settings.key_file = folder_.file("encrypted.key", encrypted_key(client_));
  EXPECT_THAT(complaint(settings), AllOf(StartsWith("key_file \""), HasSubstr("is encrypted")));
}

TEST_F(TlsFilesTest, RefusesAKeyAlone) {
  TlsSettings settings;
  settings.key_file = good_key();
  EXPECT_THAT(complaint(settings), HasSubstr("needs a cert_file"));
}

}  // namespace
}  // namespace signpost::probe
