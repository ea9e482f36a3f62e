// ManagementProber against a broker that behaves as the row says: the failure it makes of it, and
// when. Times are bounds for a busy machine, not measurements. Longer than most files: it is the
// one table of everything a broker may do, and its rows share one fixture.
#include "probe/management_prober.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include "probe/http_date.hpp"
#include "probe/management_reply.hpp"
#include "tests/support/deaf_port.hpp"
#include "tests/support/fake_broker.hpp"
#include "tests/support/named_case.hpp"
#include "tests/support/run.hpp"
#include "tests/support/vectors.hpp"

namespace signpost::probe {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using namespace test;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

const std::string master = vector_text("broker/master-virtualhost.json");
const std::string nodes = vector_text("broker/master-virtualhostnode.json");
const std::string peers = vector_text("broker/master-remotereplicationnode.json");

class ManagementProberTest : public testing::Test {
 protected:
  FakeBroker& start(std::vector<Play> script) {
    broker_ = std::make_unique<FakeBroker>(context_, std::move(script));
    target_.host = "127.0.0.1";
    target_.port = broker_->port();
    target_.username = "signpost";
    target_.password = Secret("secret-of-the-test");
    prober_ = std::make_unique<ManagementProber>(context_.get_executor(), target_, resolver_);
    return *broker_;
  }
  Result<VirtualhostReport> ask(std::chrono::milliseconds within = 20s) {
    return run(context_, prober_->virtualhosts(TimePoint::clock::now() + within));
  }
  Result<RolesReport> ask_roles(std::chrono::milliseconds within = 20s) {
    return run(context_, prober_->roles(TimePoint::clock::now() + within));
  }

  asio::io_context context_{1};
  std::shared_ptr<dns::StubResolver> resolver_ = std::make_shared<dns::StubResolver>(
      context_.get_executor(), dns::StubResolverOptions{.servers = {"127.0.0.1:1"}});
  Target target_;
  std::unique_ptr<FakeBroker> broker_;
  std::unique_ptr<ManagementProber> prober_;
};

// What goes right

TEST_F(ManagementProberTest, ReadsVirtualhosts) {
  start({ok(master)});
  const auto report = ask();
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_EQ(*report, *parse_virtualhosts(master));
}

TEST_F(ManagementProberTest, ReadsRolesWithTwoQueriesOnOneConnection) {
  const FakeBroker& broker = start({ok(nodes), ok(peers)});
  const auto report = ask_roles();
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_EQ(report->nodes, *parse_nodes(nodes));
  EXPECT_EQ(report->peers, *parse_peers(peers));
  EXPECT_TRUE(report->broker_time);
  EXPECT_EQ(broker.connections(), 1);
  ASSERT_EQ(broker.requests().size(), 2u);
  EXPECT_THAT(broker.requests()[0], StartsWith("GET /api/latest/querybroker/virtualhostnode?"));
  EXPECT_THAT(broker.requests()[1],
              StartsWith("GET /api/latest/querybroker/remotereplicationnode?"));
}

TEST_F(ManagementProberTest, TakesTheBrokersClockFromTheHead) {
  start({ok(master), raw("HTTP/1.1 200 OK\r\nDate: yesterday\r\n\r\n" + master)});
  const auto report = ask();
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_EQ(report->broker_time, parse_http_date("Wed, 25 Nov 2026 01:05:20 GMT"));
  const auto undated = ask();
  ASSERT_TRUE(undated) << undated.error().detail;
  EXPECT_FALSE(undated->broker_time);
  EXPECT_EQ(*report, *undated) << "the clock is no part of the rows";
}

TEST_F(ManagementProberTest, SendsCredentialsWithEachRequest) {
  const FakeBroker& broker = start({ok(master)});
  ASSERT_TRUE(ask());
  ASSERT_TRUE(ask());
  for (const std::string& request : broker.requests()) {
    EXPECT_THAT(request, AllOf(HasSubstr("Authorization: Basic "),
                               HasSubstr("Host: 127.0.0.1:" + std::to_string(broker.port()))));
  }
}

TEST_F(ManagementProberTest, KeepsOneConnectionForAThousandRequests) {
  const FakeBroker& broker = start({ok(master)});
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(ask()) << i;
  EXPECT_EQ(broker.requests().size(), 1000u);
  EXPECT_EQ(broker.connections(), 1);
}

TEST_F(ManagementProberTest, ReadsAnAnswerThatComesInDrips) {
  start({dripping(1ms, master)});
  const auto report = ask();
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_EQ(report->rows.size(), 1u);
}

TEST_F(ManagementProberTest, ReadsAnswersInChunks) {
  start({Play().send(head(200, "Transfer-Encoding: chunked\r\n") +
                     fmt::format("{:x}\r\n{}\r\n0\r\n\r\n", master.size(), master))});
  EXPECT_TRUE(ask());
  EXPECT_TRUE(ask());
}

TEST_F(ManagementProberTest, ReadsAnAnswerThatOnlyTheEndDelimits) {
  start({raw(head(200, "") + master)});
  EXPECT_TRUE(ask());
  EXPECT_TRUE(ask());
}

// A kept connection that ends

TEST_F(ManagementProberTest, ReconnectsWhenTheBrokerClosedAnIdleConnection) {
  const FakeBroker& broker = start({ok(master).then_close(), ok(master)});
  ASSERT_TRUE(ask());
  const auto report = ask();
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_EQ(broker.connections(), 2);
}

TEST_F(ManagementProberTest, ReconnectsWhenAKeptConnectionEndsInsteadOfAnAnswer) {
  for (const Play& end : {close_before_answer(), reset()}) {
    const FakeBroker& broker = start({ok(master), end, ok(master)});
    ASSERT_TRUE(ask());
    const auto report = ask();
    ASSERT_TRUE(report) << report.error().detail;
    EXPECT_EQ(broker.connections(), 2);
    EXPECT_EQ(broker.requests().size(), 3u);
  }
}

TEST_F(ManagementProberTest, ReconnectsOnlyOnce) {
  const FakeBroker& broker = start({ok(master), close_before_answer()});
  ASSERT_TRUE(ask());
  const auto report = ask();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, errc::connection_lost);
  EXPECT_EQ(broker.connections(), 2);
}

TEST_F(ManagementProberTest, DoesNotAskAgainOnceTheAnswerHasBegun) {
  const FakeBroker& broker = start({ok(master), close_in_mid_body(master), ok(master)});
  ASSERT_TRUE(ask());
  const auto report = ask();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, errc::connection_lost);
  EXPECT_EQ(broker.requests().size(), 2u);
}

TEST_F(ManagementProberTest, ReconnectsAfterEveryFailure) {
  const FakeBroker& broker = start({status(500), raw("junk\r\n\r\n"), ok("{}"), ok(master)});
  for (const errc code : {errc::http_status, errc::malformed_http, errc::malformed_reply}) {
    const auto report = ask();
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, code) << report.error().detail;
  }
  EXPECT_TRUE(ask());
  EXPECT_EQ(broker.connections(), 4);
}

TEST_F(ManagementProberTest, HonoursConnectionClose) {
  const FakeBroker& broker = start({Play().send(
      head(200, "Connection: close\r\nContent-Length: " + std::to_string(master.size()) + "\r\n") +
      master)});
  EXPECT_TRUE(ask());
  EXPECT_TRUE(ask());
  EXPECT_EQ(broker.connections(), 2);
}

TEST_F(ManagementProberTest, NeverTakesOctetsThatCameTooEarlyForAnAnswer) {
  // The second answer of each pair was not asked for, in one piece with the first or after it.
  const std::string replica = vector_text("broker/replica-virtualhost.json");
  for (const Play& junk : {Play().send(answer_200(master) + answer_200(replica)),
                           Play().send(answer_200(master)).send(answer_200(replica))}) {
    const FakeBroker& broker = start({junk, ok(master)});
    ASSERT_TRUE(ask());
    context_.poll();  // all that the broker wants to send has arrived
    const auto report = ask();
    ASSERT_TRUE(report) << report.error().detail;
    EXPECT_EQ(*report, *parse_virtualhosts(master));
    EXPECT_EQ(broker.connections(), 2);
  }
}

// What goes wrong

struct Row : test::NamedCase {
  Play play;
  errc code;
  const char* detail;  // part of it, behind the URL
  std::chrono::milliseconds within = 20s;
  std::chrono::milliseconds at_most = 10s;
};

class MisbehavingBroker : public ManagementProberTest, public testing::WithParamInterface<Row> {};

TEST_P(MisbehavingBroker, IsAFailureInTime) {
  const FakeBroker& broker = start({GetParam().play});
  const TimePoint started = TimePoint::clock::now();
  const auto report = ask(GetParam().within);
  const auto took = TimePoint::clock::now() - started;

  ASSERT_FALSE(report);
  EXPECT_STREQ(to_text(report.error().code), to_text(GetParam().code)) << report.error().detail;
  EXPECT_THAT(report.error().detail,
              AllOf(StartsWith(target_.url() + ": "), HasSubstr(GetParam().detail)));
  EXPECT_EQ(report.error().detail.find('\n'), std::string::npos);
  EXPECT_EQ(report.error().detail.find("secret-of-the-test"), std::string::npos);
  EXPECT_LT(report.error().detail.size(), 500u);
  EXPECT_LT(took, GetParam().at_most);
  if (GetParam().code == errc::timed_out) {
    EXPECT_GE(took, GetParam().within - 1ms);
  }
  EXPECT_EQ(broker.connections(), 1) << "a new connection must not be tried twice";
}

constexpr auto soon = 150ms;  // a deadline that a test can afford to wait for
constexpr auto generous = 5s;

INSTANTIATE_TEST_SUITE_P(
    Status, MisbehavingBroker,
    testing::Values(
        Row{"BadRequest", status(400), errc::http_status, "answered 400"},
        Row{"WrongPassword", status(401), errc::unauthorized, "httpBasicAuthenticationEnabled"},
        Row{"Forbidden", status(403), errc::forbidden, "ACL ALLOW \"signpost\" ACCESS MANAGEMENT"},
        Row{"NotFound", status(404), errc::not_found, "no query API"},
        Row{"InternalError", status(500), errc::http_status, "answered 500"},
        Row{"RetryAfterADay", status(503, "Retry-After: 86400\r\n"), errc::http_status,
            "answered 503"},
        Row{"NoContent", Play().send(head(204, "")), errc::http_status, "answered 204"},
        Row{"RedirectElsewhere", redirect("http://192.0.2.1/\xff"), errc::http_status,
            "302 redirects to \"http://192.0.2.1/\\xff\""},
        Row{"RedirectToItself", redirect("/api/latest/querybroker/virtualhost"), errc::http_status,
            "redirects are not followed"},
        Row{"ThousandContinues", raw([] {
              std::string all;
              for (int i = 0; i < 1000; ++i) all += "HTTP/1.1 100 Continue\r\n\r\n";
              return all;
            }()),
            errc::http_status, "answered 100"}),
    test::case_name);

INSTANTIATE_TEST_SUITE_P(
    Timing, MisbehavingBroker,
    testing::Values(
        Row{"Silent", silent(), errc::timed_out, "waiting for the answer", soon, generous},
        Row{"SilentAfterTheStatusLine", Play().send("HTTP/1.1 200 OK\r\n").then_silence(),
            errc::timed_out, "in mid-answer, after 17 octets", soon, generous},
        Row{"SilentAfterTheHead", silent_after_head(), errc::timed_out, "in mid-answer", soon,
            generous},
        Row{"TooSlow", slow(3s, master), errc::timed_out, "waiting for the answer", soon, generous},
        Row{"OneOctetPer50Milliseconds", dripping(50ms, master), errc::timed_out, "in mid-answer",
            soon, generous},
        Row{"ClosesBeforeTheAnswer", close_before_answer(), errc::connection_lost,
            "closed without an answer"},
        Row{"ClosesInMidHead", raw("HTTP/1.1 200 OK\r\nContent-"), errc::connection_lost,
            "closed in mid-answer, after 25 octets"},
        Row{"ClosesInMidBody", close_in_mid_body(master), errc::connection_lost,
            "closed in mid-answer"},
        Row{"Resets", reset(), errc::connection_lost, "Connection reset by peer"},
        Row{"ResetsInMidBody", reset_in_mid_body(master), errc::connection_lost, "in mid-answer"}),
    test::case_name);

INSTANTIATE_TEST_SUITE_P(
    Content, MisbehavingBroker,
    testing::Values(
        Row{"EndlessHead", endless_head(), errc::malformed_http, "longer than allowed"},
        Row{"EndlessChunks", endless_chunks(), errc::malformed_http, "longer than allowed"},
        Row{"HugeContentLength", huge_content_length(), errc::malformed_http,
            "longer than allowed"},
        Row{"EndlessBody", Play().send(head(200, "")).send_for_ever(std::string(4096, ' ')),
            errc::malformed_http, "longer than allowed"},
        Row{"BadChunk", raw(head(200, "Transfer-Encoding: chunked\r\n") + "xyz\r\n"),
            errc::malformed_http, "bad chunk"},
        Row{"Gzip", gzip(), errc::malformed_http, "Content-Encoding \"gzip\""},
        Row{"Garbage", raw("\x01\x02\x03\n"), errc::malformed_http,
            "not HTTP/1.1: \"\\x01\\x02\\x03\\x0a\""},
        Row{"Http09", raw("<html>hello</html>\r\n\r\n"), errc::malformed_http, "not HTTP/1.1"},
        Row{"Http2Settings", raw(std::string("\0\0\6\4\0\0\0\0\0\0\3\0\0\0\1\r\n\r\n", 19)),
            errc::malformed_http, "not HTTP/1.1"},
        Row{"LoginPage", ok("<html>log in</html>"), errc::malformed_reply,
            "virtualhost: no JSON (syntax error at octet 0): \"<html>log in</html>\""},
        Row{"WrongJson", ok(R"({"headers":["node"],"results":[]})"), errc::malformed_reply,
            "virtualhost: column nodeType: not in it"},
        Row{"EmptyBody", ok(""), errc::malformed_reply, "virtualhost: no JSON"},
        Row{"ShortContentLength", Play().send(head(200, "Content-Length: 10\r\n") + master),
            errc::malformed_reply, "virtualhost: no JSON"}),
    test::case_name);

TEST_F(ManagementProberTest, SaysWhichOfTheTwoRoleQueriesFailed) {
  start({ok(nodes), ok(nodes)});
  const auto report = ask_roles();
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().detail, HasSubstr(": remotereplicationnode: column observer"));
}

TEST_F(ManagementProberTest, GivesBothRoleQueriesOneDeadline) {
  start({slow(100ms, nodes), slow(100ms, peers)});
  const TimePoint started = TimePoint::clock::now();
  const auto report = ask_roles(150ms);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, errc::timed_out);
  EXPECT_LT(TimePoint::clock::now() - started, 5s);
}

// Where nobody answers

TEST_F(ManagementProberTest, SaysThatNothingListens) {
  start({ok(master)});
  broker_.reset();
  const auto report = ask();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, errc::connect_refused);
  EXPECT_THAT(report.error().detail, HasSubstr("Connection refused; is the broker running"));
}

TEST_F(ManagementProberTest, SaysThatAKeptConnectionsBrokerIsGone) {
  start({ok(master)});
  ASSERT_TRUE(ask());
  broker_.reset();
  const auto report = ask();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, errc::connect_refused);
}

TEST_F(ManagementProberTest, ResolvesNames) {
  const FakeBroker& broker = start({ok(master)});
  target_.host = "localhost";
  ManagementProber prober(context_.get_executor(), target_, resolver_);
  const auto report = run(context_, prober.virtualhosts(TimePoint::clock::now() + 20s));
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_THAT(broker.requests().at(0), HasSubstr("Host: localhost:"));
}

TEST_F(ManagementProberTest, SaysWhichNameDoesNotResolve) {
  start({ok(master)});
  target_.host = "no-such-broker.invalid";
  ManagementProber prober(context_.get_executor(), target_, resolver_);
  const auto report = run(context_, prober.virtualhosts(TimePoint::clock::now() + 20s));
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, errc::host_not_found);
  EXPECT_THAT(report.error().detail, HasSubstr("looking up \"no-such-broker.invalid\": "));
}

// Deadlines and cancellation

TEST_F(ManagementProberTest, KeepsTheConnectionWhenNoTimeWasLeftToAsk) {
  const FakeBroker& broker = start({ok(master)});
  ASSERT_TRUE(ask());
  const auto late = ask(-1ms);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, errc::timed_out);
  ASSERT_TRUE(ask());
  EXPECT_EQ(broker.connections(), 1);
  EXPECT_EQ(broker.requests().size(), 2u);
}

/// Asks, runs until `begun`, cancels, and expects the question to unwind at once.
template <class Begun>
void expect_unwinding(asio::io_context& context, Prober& prober, Begun begun) {
  asio::cancellation_signal signal;
  std::exception_ptr error;
  bool done = false;
  asio::co_spawn(context, prober.virtualhosts(TimePoint::clock::now() + 60s),
                 asio::bind_cancellation_slot(signal.slot(),
                                              [&](std::exception_ptr e, Result<VirtualhostReport>) {
                                                error = e;
                                                done = true;
                                              }));
  context.restart();
  while (!begun()) context.poll();
  ASSERT_FALSE(done);
  signal.emit(asio::cancellation_type::terminal);
  const TimePoint cancelled = TimePoint::clock::now();
  while (!done && context.run_one() > 0) {
  }
  EXPECT_LT(TimePoint::clock::now() - cancelled, 5s);
  ASSERT_TRUE(error);
  try {
    std::rethrow_exception(error);
  } catch (const boost::system::system_error& e) {
    EXPECT_EQ(e.code(), asio::error::operation_aborted);
  }
}

TEST_F(ManagementProberTest, UnwindsWhenCancelledAndCanBeAskedAgain) {
  // First on a new connection, then on a kept one, which must not be replaced by another.
  const FakeBroker& broker = start({silent(), ok(master), silent(), ok(master)});
  for (const std::size_t request : {1u, 3u}) {
    expect_unwinding(context_, *prober_, [&] { return broker.requests().size() == request; });
    const auto report = ask();
    ASSERT_TRUE(report) << report.error().detail;
  }
  EXPECT_EQ(broker.connections(), 3);
}

TEST_F(ManagementProberTest, UnwindsWhenCancelledWhileConnecting) {
  const DeafPort deaf(context_, "127.0.0.1");
  target_.host = "127.0.0.1";
  target_.port = deaf.port();
  ManagementProber prober(context_.get_executor(), target_, resolver_);
  int rounds = 0;
  expect_unwinding(context_, prober, [&] { return ++rounds > 100; });
}

}  // namespace
}  // namespace signpost::probe
