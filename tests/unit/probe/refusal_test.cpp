#include "probe/refusal.hpp"

#include <gtest/gtest.h>

#include "tests/support/named_case.hpp"

namespace signpost::probe {
namespace {

struct Case : test::NamedCase {
  HttpStatus status;
  bool https;
  const char* username;
  errc code;
  const char* detail;
};

class Refusal : public testing::TestWithParam<Case> {};

TEST_P(Refusal, NamesTheCure) {
  const Case& c = GetParam();
  Target target;
  target.https = c.https;
  target.username = c.username;
  target.password = Secret("hidden");
  const Failure expected{c.code, c.detail};
  EXPECT_EQ(refusal(target, c.status), expected) << refusal(target, c.status).detail;
}

INSTANTIATE_TEST_SUITE_P(
    Status, Refusal,
    testing::Values(
        Case{"WrongPassword",
             {401, "Unauthorized", ""},
             false,
             "signpost",
             errc::unauthorized,
             "401: wrong password for user \"signpost\", or Basic is switched off: set "
             "httpBasicAuthenticationEnabled to true in the broker's MANAGEMENT-HTTP plugin"},
        Case{"WrongPasswordOverTls",
             {401, "Unauthorized", ""},
             true,
             "signpost",
             errc::unauthorized,
             "401: wrong password for user \"signpost\", or Basic is switched off: set "
             "httpsBasicAuthenticationEnabled to true in the broker's MANAGEMENT-HTTP plugin"},
        Case{"NoUser",
             {401, "Unauthorized", ""},
             false,
             "",
             errc::unauthorized,
             "401: no username is configured, and this port does not let anonymous clients in"},
        Case{"Acl",
             {403, "Forbidden", ""},
             false,
             "signpost",
             errc::forbidden,
             "403: the broker's ACL must say: ACL ALLOW \"signpost\" ACCESS MANAGEMENT"},
        Case{"AclForAnonymous",
             {403, "Forbidden", ""},
             false,
             "",
             errc::forbidden,
             "403: the broker's ACL must say: ACL ALLOW ANONYMOUS ACCESS MANAGEMENT"},
        Case{"NoQueryApi",
             {404, "Not Found", ""},
             false,
             "",
             errc::not_found,
             "404: no query API there; is this the HTTP port of a Broker-J 7.0 or newer?"},
        Case{"Redirect",
             {302, "Found", "http://evil.example/\x1b"},
             false,
             "",
             errc::http_status,
             "302 redirects to \"http://evil.example/\\x1b\"; redirects are not followed: "
             "configure the broker's own URL"},
        Case{"ServerError",
             {500, "Internal Server Error", ""},
             false,
             "",
             errc::http_status,
             "answered 500 \"Internal Server Error\""},
        Case{"Continue",
             {100, "Continue", ""},
             false,
             "",
             errc::http_status,
             "answered 100 \"Continue\""}),
    test::case_name);

}  // namespace
}  // namespace signpost::probe
