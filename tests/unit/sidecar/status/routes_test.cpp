#include "sidecar/status/routes.hpp"

#include <gtest/gtest.h>

#include "tests/unit/sidecar/status/example.hpp"

namespace signpost::status {
namespace {

struct Row {
  const char* name;
  Request request;
  unsigned status;
  const char* contains;
};

class RoutesTable : public testing::TestWithParam<Row> {};

TEST_P(RoutesTable, Answers) {
  Routes routes(
      {"Signpost.Example"}, [] { return test::example_snapshot(); },
      [](const std::string& group, std::size_t limit) {
        return "history of " + group + ", " + std::to_string(limit);
      });
  Response r = routes.answer(GetParam().request);
  EXPECT_EQ(r.status, GetParam().status) << r.body;
  EXPECT_NE(r.body.find(GetParam().contains), std::string::npos) << r.body;
}

Request get(std::string target, std::string host = "127.0.0.1:8653") {
  return {"GET", std::move(target), std::move(host)};
}

const Row rows[] = {
    {"Livez", get("/livez"), 200, "ok"},
    {"Readyz", get("/readyz"), 200, "ok"},
    {"ReadyzVerbose", get("/readyz?verbose"), 200,
     "[!]probes: first round done, 1 of 2 brokers answer"},
    {"Status", get("/api/v1/status"), 200, "\"name\":\"weather\""},
    {"StatusOfOneGroup", get("/api/v1/status?group=orders"), 200, "\"name\":\"orders\""},
    {"StatusOfNoGroup", get("/api/v1/status?group=nope"), 404, "there is no group \\\"nope\\\""},
    {"History", get("/api/v1/history"), 200, "history of , 200"},
    {"HistoryOfOneGroup", get("/api/v1/history?group=old%20one&limit=7"), 200,
     "history of old one, 7"},
    {"HistoryOfNone", get("/api/v1/history?limit=0"), 400, "1 to 200"},
    {"HistoryOfTooMany", get("/api/v1/history?limit=201"), 400, "1 to 200"},
    {"HistoryOfLetters", get("/api/v1/history?limit=7x"), 400, "1 to 200"},
    {"HistoryOfAHugeNumber", get("/api/v1/history?limit=99999999999999999999"), 400, "1 to 200"},
    {"ActiveYes", get("/active/weather/n2"), 200, "n2 is the active node of weather"},
    {"ActiveNo", get("/active/weather/n1"), 503, "n2 is"},
    {"ActiveOfUnknownNode", get("/active/weather/n9"), 404, "has no node"},
    {"ActiveOfUnknownGroup", get("/active/nope/n1"), 404, "no group"},
    {"ActivePercentEncoded", get("/active/we%61ther/n2"), 200, "n2"},
    {"ActiveTooShort", get("/active/weather"), 404, "Not Found"},
    {"UnknownPath", get("/metrics2"), 404, "/api/v1/status"},
    {"NotAPath", get("http://x/livez"), 400, "path"},
    {"BrokenPercent", get("/%zz"), 400, "path"},
    {"Post", {"POST", "/livez", "localhost"}, 405, "read-only"},
    {"Delete", {"DELETE", "/api/v1/status", "localhost"}, 405, "read-only"},
    {"HeadIsAllowed", {"HEAD", "/livez", "localhost"}, 200, ""},
    {"HostLocalhost", get("/livez", "localhost:8653"), 200, "ok"},
    {"HostIPv6", get("/livez", "[::1]:8653"), 200, "ok"},
    {"HostConfigured", get("/livez", "SIGNPOST.example:80"), 200, "ok"},
    {"HostForeign", get("/livez", "evil.example"), 421, "host_names"},
    {"HostSuffixTrap", get("/livez", "signpost.example.evil"), 421, "host_names"},
    {"HostEmpty", get("/livez", ""), 421, "host_names"},
    {"HostAbsentAsInHttp10", {"GET", "/active/weather/n2", std::nullopt}, 200, "n2"},
    {"BytesThatAreNoUtf8", get("/active/%ff/n2"), 404, "no group \\\"?\\\""},
};
INSTANTIATE_TEST_SUITE_P(Row, RoutesTable, testing::ValuesIn(rows),
                         [](const auto& row) { return row.param.name; });

TEST(Routes, IsNotReadyBeforeTheFirstRound) {
  Routes routes({}, [] {
    StatusSnapshot s = test::example_snapshot();
    s.first_round_done = false;
    return s;
  });
  EXPECT_EQ(routes.answer(get("/readyz")).status, 503U);
  EXPECT_EQ(routes.answer(get("/livez")).status, 200U);
}

TEST(Routes, SaysThatTheHistoryIsTurnedOff) {
  Routes routes({}, [] { return test::example_snapshot(); });
  const Response r = routes.answer(get("/api/v1/history"));
  EXPECT_EQ(r.status, 404U);
  EXPECT_NE(r.body.find("[history] file"), std::string::npos);
}

TEST(Routes, A405NamesWhatIsAllowed) {
  Routes routes({}, [] { return test::example_snapshot(); });
  EXPECT_EQ(routes.answer({"PUT", "/livez", "localhost"}).allow, "GET, HEAD");
}

}  // namespace
}  // namespace signpost::status
