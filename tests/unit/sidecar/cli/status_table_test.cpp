#include "sidecar/cli/status_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <string>

#include "tests/support/vectors.hpp"

namespace signpost::cli {
namespace {

std::string shown(const std::string& json) {
  const auto status = status_text(json);
  return status ? status->text : status.error().why;
}

TEST(StatusText, ShowsTheDocumentOfThisVersion) {
  const auto status = status_text(test::vector_text("status/two_groups.json"));
  ASSERT_TRUE(status);
  EXPECT_EQ(
      status->text,
      "weather  OK  active.ha.test. -> n2 (192.0.2.1) for 734ms; 2/2 nodes answer; view 0.2s old\n"
      "  NODE  ROLE     SINCE  REST          LAG  ADDRESS\n"
      "  n1    REPLICA  1s     timed_out x2  3    192.0.2.1\n"
      "* n2    MASTER   1s     1.2ms         0    192.0.2.1\n"
      "  n1: rest: no answer within 400 ms\\x0a\"quoted\"\n"
      "  WARN quorum_override: n1 has quorumOverride 1; cure: set it to 0\n"
      "  INFO one_failure_from_standstill: a group of two stands still as soon as either node "
      "fails; cure: add a third\n"
      "\n"
      "orders  FAIL  orders.ha.test. (discovered) -> no node; HELD: pin to n1 by jane until "
      "2023-11-14T23:13:20.000Z (JE upgrade); NO VIEW\n");
  EXPECT_TRUE(status->failed);
}

constexpr const char* full = R"({
  "generated_at": "2026-11-22T02:59:53.310Z", "status": "pass",
  "signpost": {"state": {"error": "cannot write: disk full"}},
  "groups": [{
    "name": "orders", "status": "warn", "state": "held",
    "active": {"node": "broker-b", "address": ["10.0.0.12", "2001:db8::12"], "since": "2026-11-20T07:00:00.000Z"},
    "view": {"age_seconds": 12.34, "fresh": false, "answering": 2, "agreement": {"required": 2, "agree": 2, "voters": 3}},
    "nodes": [
      {"name": "broker-a", "self": false, "role": "UNREACHABLE", "role_since": "2026-11-22T02:58:33Z", "active": false,
       "address": ["10.0.0.11"], "lag_transactions": null,
       "probes": {"amqp": {"result": "connect_refused", "consecutive": 147, "detail": "connection refused"}, "rest": null}},
      {"name": "broker-b", "self": true, "role": "MASTER", "role_since": "2026-11-22T01:59:53.310Z", "active": true,
       "address": ["10.0.0.12"], "lag_transactions": 0,
       "probes": {"amqp": {"result": "open", "consecutive": 1, "detail": null}, "rest": {"result": "ok", "latency_ms": 6.44}}}],
    "record": {"name": "orders.mq.example.com.", "mode": "observe", "in_sync": false,
               "resolvers": [{"in_sync": true}, {"in_sync": false}, {}]},
    "hold": {"kind": "pin", "reason": "JE upgrade"},
    "explain": {"text": "an operator pinned it"},
    "forecast": [{"id": "replica_lag", "severity": "warn", "node": "broker-a", "text": "late", "cure": null}]}]})";

TEST(StatusText, ShowsWhatLaterVersionsMayFillIn) {
  EXPECT_EQ(shown(full),
            "orders  WARN  orders.mq.example.com. (observed) -> broker-b (10.0.0.12, 2001:db8::12) "
            "for 1d19h; "
            "HELD: an operator pinned it; NOT YET PUBLISHED; VIEW STALE, "
            "12.3s old\n"
            "  NODE             ROLE         SINCE  AMQP                  REST   LAG  ADDRESS\n"
            "  broker-a         UNREACHABLE  1m20s  connect_refused x147  -      -    10.0.0.11\n"
            "* broker-b (self)  MASTER       1h0m   open                  6.4ms  0    10.0.0.12\n"
            "  broker-a: amqp: connection refused\n"
            "  WARN replica_lag: late\n"
            "\nstate file: cannot write: disk full\n");
}

TEST(StatusText, SaysWhatIsAnsweredWhileTheAddressIsWithheld) {
  EXPECT_EQ(shown(R"({"groups": [{"name": "g", "status": "fail", "state": "withheld",
      "active": {"node": "n1", "address": []}, "record": {"name": "g.test."},
      "answer": {"action": "withdraw", "text": "NODATA", "address": []},
      "explain": {"text": "no virtualhost is active"}}]})"),
            "g  FAIL  g.test. -> NODATA, not n1; WITHHELD: no virtualhost is active; NO VIEW\n");
  EXPECT_EQ(
      shown(R"({"groups": [{"name": "g", "status": "fail", "state": "fallback",
      "active": null, "record": {"name": "g.test."},
      "answer": {"action": "fallback", "text": "x", "address": ["192.0.2.1", "192.0.2.2"]},
      "explain": {"text": "too few nodes"}}]})"),
      "g  FAIL  g.test. -> fallback 192.0.2.1, 192.0.2.2; FALLBACK: too few nodes; NO VIEW\n");
}

TEST(StatusText, ShowsAHoldEvenWhenNothingExplainsIt) {
  EXPECT_EQ(shown(R"({"groups": [{"name": "g", "state": "held",
      "hold": {"kind": "pin", "node": "n2", "by": "jane", "until": "2026-11-22T06:00:00.000Z",
               "reason": "JE upgrade"}}]})"),
            "g  ?  ? -> no node; HELD: pin to n2 by jane until 2026-11-22T06:00:00.000Z (JE "
            "upgrade); NO VIEW\n");
}

TEST(StatusText, CountsTheResolversThatAgree) {
  std::string text = full;
  text.replace(text.find("\"warn\""), 6, "\"pass\"")
      .replace(text.find("\"held\""), 6, "\"published\"");
  EXPECT_NE(shown(text).find("; 1/3 resolvers agree; "), std::string::npos) << shown(text);
}

TEST(StatusText, NeedsNothingButGroups) {
  EXPECT_EQ(shown(R"({"groups": []})"), "");
  EXPECT_EQ(shown(R"({"groups": [{}]})"), "?  ?  ? -> no node; NO VIEW\n");
  EXPECT_EQ(shown(R"({"groups": [null, 5]})"),
            "?  ?  ? -> no node; NO VIEW\n\n?  ?  ? -> no node; NO VIEW\n");
  EXPECT_EQ(shown(R"({"groups": [{"active": {}, "nodes": [{}]}]})"),
            "?  ?  ? -> ? () for -; NO VIEW\n  NODE  ROLE  SINCE  REST  ADDRESS\n  ?     -     -   "
            "   -\n");
}

TEST(StatusText, SaysWhenItIsNoStatusDocument) {
  EXPECT_EQ(shown(""), "the answer is not JSON");
  EXPECT_EQ(shown("<html>"), "the answer is not JSON");
  EXPECT_EQ(shown("[]"), "the answer is not JSON");
  EXPECT_EQ(shown("{}"), "the answer has no groups");
  EXPECT_EQ(shown(R"({"groups": {}})"), "the answer has no groups");
  EXPECT_EQ(shown(std::string(10'000, '[')), "the answer is not JSON");
}

TEST(StatusText, LetsNoControlCharacterThrough) {
  const std::string text =
      shown(R"({"groups": [{"name": "\u001b[2J", "active": {"node": "a\nb", "address": ["\u202e"]},
      "forecast": [{"id": "\u0007", "severity": "\r", "text": "\u001b]", "cure": "\u009b"}, null],
      "nodes": [{"name": "\u0007", "role": "\u009b", "probes": {"rest": {"result": "\r", "detail": "\u001b]0;x"}}}]}]})");
  EXPECT_TRUE(std::none_of(text.begin(), text.end(), [](unsigned char c) {
    return (c < 0x20 && c != '\n') || c >= 0x7f;
  })) << text;
}

/// Every value of the document, one after the other, replaced by something that it should not be.
TEST(StatusText, SurvivesAnyTypeInAnyPlace) {
  namespace json = boost::json;
  for (const json::value& odd :
       {json::value(nullptr), json::value(-1), json::value(1e300), json::value("x"),
        json::value(true), json::value(json::array{1, "a", nullptr}),
        json::value(json::object{{"a", 1}})}) {
    for (int wanted = 0;; ++wanted) {
      json::value document = json::parse(full);
      int count = 0;
      const auto replace = [&](auto& self, json::value& value) -> void {
        if (count++ == wanted) {
          value = odd;
        } else if (value.is_object()) {
          for (auto& [key, member] : value.get_object()) self(self, member);
        } else if (value.is_array()) {
          for (json::value& item : value.get_array()) self(self, item);
        }
      };
      replace(replace, document);
      if (count <= wanted) break;
      status_text(json::serialize(document));
    }
  }
}

TEST(AgeText, TakesTwoUnits) {
  struct Case {
    double seconds;
    const char* text;
  };
  const Case cases[] = {{-5, "0s"},        {0, "0s"},          {0.3504, "350ms"},
                        {0.9999, "999ms"}, {1, "1s"},          {59.9, "59s"},
                        {60, "1m0s"},      {73.4, "1m13s"},    {3599, "59m59s"},
                        {3600, "1h0m"},    {7500, "2h5m"},     {86'399, "23h59m"},
                        {86'400, "1d0h"},  {241'200, "2d19h"}, {1e300, "115740d17h"}};
  for (const Case& c : cases) EXPECT_EQ(age_text(c.seconds), c.text) << c.seconds;
}

}  // namespace
}  // namespace signpost::cli
