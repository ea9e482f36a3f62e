#include "probe/management_request.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace signpost::probe {
namespace {

Target target_with(const std::string& username, const std::string& password) {
  Target target;
  target.host = "broker-a";
  target.username = username;
  target.password = Secret(password);
  return target;
}

TEST(ManagementRequest, SendsCredentialsUpFront) {
  const Target target = target_with("signpost", "pass:word");
  const std::string text = management_request(target, "/api?select=name").reveal();
  const std::string expected_start =
      "GET /api?select=name HTTP/1.1\r\n"
      "Host: broker-a:8080\r\n"
      "Authorization: Basic c2lnbnBvc3Q6cGFzczp3b3Jk\r\n"
      "Accept: application/json\r\n"
      "User-Agent: signpost/";
  EXPECT_EQ(text.substr(0, expected_start.size()), expected_start);
  EXPECT_TRUE(text.ends_with("\r\n\r\n"));
  EXPECT_EQ(text.find("Accept-Encoding"), std::string::npos);
}

TEST(ManagementRequest, SendsNoCredentialsWithoutAUsername) {
  Target target;
  target.host = "::1";
  const std::string text = management_request(target, "/").reveal();
  EXPECT_EQ(text.find("Authorization"), std::string::npos);
  EXPECT_NE(text.find("\r\nHost: [::1]:8080\r\n"), std::string::npos);
}

TEST(ManagementRequest, CodesEveryLengthAndOctet) {
  const struct {
    std::string password;
    const char* coded;
  } cases[] = {{"", "dTo="},
               {"a", "dTph"},
               {"ab", "dTphYg=="},
               {"\xc3\xa9", "dTrDqQ=="},
               {"\xff\xff", "dTr//w=="}};
  for (const auto& c : cases) {
    const std::string text = management_request(target_with("u", c.password), "/").reveal();
    EXPECT_NE(text.find(std::string("Basic ") + c.coded + "\r\n"), std::string::npos) << text;
  }
}

TEST(ManagementRequest, RefusesAUsernameWithAColon) {
  try {
    (void)management_request(target_with("a:b", "hidden"), "/");
    FAIL() << "nothing thrown";
  } catch (const std::runtime_error& e) {
    EXPECT_STREQ(e.what(),
                 "username \"a:b\": has a colon, which Basic authentication cannot send; use "
                 "another user of the broker");
  }
}

}  // namespace
}  // namespace signpost::probe
