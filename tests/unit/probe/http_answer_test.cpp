#include "probe/http_answer.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/support/named_case.hpp"

namespace signpost::probe {
namespace {

using Progress = HttpAnswer::Progress;

std::string answer(std::string_view fields, std::string_view body = "",
                   std::string_view status = "200 OK") {
  return fmt::format("HTTP/1.1 {}\r\n{}\r\n{}", status, fields, body);
}

constexpr std::string_view two_fields = "Content-Type: application/json\r\nContent-Length: 2\r\n";

struct Split : test::NamedCase {
  std::size_t octets;  // at a time
};

class HttpAnswerSplit : public testing::TestWithParam<Split> {};

TEST_P(HttpAnswerSplit, ReadsTheSameAnswer) {
  const std::string chunked =
      answer("Transfer-Encoding: chunked\r\n", "1\r\n{\r\n1;ext=1\r\n}\r\n0\r\nTrailer: x\r\n\r\n");
  for (const std::string& octets : {answer(two_fields, "{}"), chunked}) {
    HttpAnswer http;
    auto progress = Progress::more;
    for (std::size_t at = 0; at < octets.size(); at += GetParam().octets) {
      ASSERT_EQ(progress, Progress::more);
      const auto taken = http.take(std::string_view(octets).substr(at, GetParam().octets));
      ASSERT_TRUE(taken) << taken.error().detail;
      progress = *taken;
    }
    EXPECT_EQ(progress, Progress::complete);
    EXPECT_EQ(http.status(), 200u);
    EXPECT_EQ(http.take_body(), "{}");
    EXPECT_TRUE(http.reusable());
    EXPECT_EQ(http.octets_taken(), octets.size());
  }
}

INSTANTIATE_TEST_SUITE_P(Octets, HttpAnswerSplit,
                         testing::Values(Split{"AllAtOnce", 1000}, Split{"OneByOne", 1},
                                         Split{"Three", 3}, Split{"Fifty", 50}),
                         test::case_name);

TEST(HttpAnswer, ReadsAnEmptyChunkedBodyOctetByOctet) {
  HttpAnswer http;
  for (const char octet : answer("Transfer-Encoding: chunked\r\n", "0\r\n\r")) {
    ASSERT_EQ(*http.take({&octet, 1}), Progress::more);
  }
  EXPECT_EQ(*http.take("\n"), Progress::complete);
  EXPECT_EQ(http.take_body(), "");
  EXPECT_TRUE(http.reusable());
}

// Whether the connection may carry another request.

struct Reuse : test::NamedCase {
  std::string octets;
  bool reusable;
};

class HttpAnswerReuse : public testing::TestWithParam<Reuse> {};

TEST_P(HttpAnswerReuse, IsKnownAtTheEnd) {
  HttpAnswer http;
  const auto taken = http.take(GetParam().octets);
  ASSERT_TRUE(taken) << taken.error().detail;
  ASSERT_EQ(*taken, Progress::complete);
  EXPECT_EQ(http.reusable(), GetParam().reusable);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, HttpAnswerReuse,
    testing::Values(
        Reuse{"KeepAliveByDefault", answer(two_fields, "{}"), true},
        Reuse{"ConnectionClose", answer("Connection: close\r\nContent-Length: 2\r\n", "{}"), false},
        Reuse{"Http10", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}", false},
        Reuse{"JunkBehind", answer(two_fields, "{}junk"), false},
        Reuse{"AnotherAnswerBehind", answer(two_fields, "{}") + answer(two_fields, "[]"), false},
        Reuse{"EmptyBody", answer("Content-Length: 0\r\n"), true},
        Reuse{"OnlyTheHeadOfAnError", answer("Content-Length: 5\r\n", "", "500 No"), false},
        Reuse{"Continue", answer("", "", "100 Continue"), true}),
    test::case_name);

TEST(HttpAnswer, ReadsABodyThatTheEndDelimits) {
  HttpAnswer http;
  EXPECT_EQ(*http.take(answer("", "{")), Progress::more);
  EXPECT_EQ(*http.take("}"), Progress::more);
  EXPECT_EQ(*http.end(), Progress::complete);
  EXPECT_EQ(http.take_body(), "{}");
  EXPECT_FALSE(http.reusable());
}

TEST(HttpAnswer, GivesStatusReasonAndHeaderOfARefusal) {
  HttpAnswer http;
  ASSERT_EQ(*http.take(answer("location: http://else/\r\nContent-Length: 99\r\n", "", "302 Gone")),
            Progress::complete);
  EXPECT_EQ(http.status(), 302u);
  EXPECT_EQ(http.reason(), "Gone");
  EXPECT_EQ(http.header("Location"), "http://else/");
  EXPECT_EQ(http.header("Age"), "");
}

TEST(HttpAnswer, DoesNotLookAtTheBodyOfARefusal) {
  HttpAnswer http;
  ASSERT_EQ(*http.take(answer("Transfer-Encoding: chunked\r\n", "no chunk", "401 Unauthorized")),
            Progress::complete);
  EXPECT_EQ(http.status(), 401u);
  EXPECT_FALSE(http.reusable());
}

TEST(HttpAnswer, AcceptsContentThatIsNotCoded) {
  HttpAnswer http;
  EXPECT_EQ(*http.take(answer("Content-Encoding: identity\r\nContent-Length: 0\r\n")),
            Progress::complete);
}

// What the end of the connection means.

struct End : test::NamedCase {
  std::string before;
  std::string detail;
};

class HttpAnswerEnd : public testing::TestWithParam<End> {};

TEST_P(HttpAnswerEnd, IsALostConnection) {
  HttpAnswer http;
  if (!GetParam().before.empty()) {
    ASSERT_EQ(*http.take(GetParam().before), Progress::more);
  }
  EXPECT_EQ(http.begun(), !GetParam().before.empty());
  const auto end = http.end();
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code, errc::connection_lost);
  EXPECT_EQ(end.error().detail, GetParam().detail);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, HttpAnswerEnd,
    testing::Values(End{"AtOnce", "", "closed without an answer"},
                    End{"InTheStatusLine", "HTTP/1", "closed in mid-answer, after 6 octets"},
                    End{"InTheHead",
                        "HTTP/1.1 200 OK\r\nDate: ", "closed in mid-answer, after 23 octets"},
                    End{"InTheBody", answer("Content-Length: 9\r\n", "{"),
                        "closed in mid-answer, after 39 octets"},
                    End{"BetweenChunks", answer("Transfer-Encoding: chunked\r\n", "1\r\n{\r\n"),
                        "closed in mid-answer, after 53 octets"}),
    test::case_name);

// What is not HTTP/1.1, or too much of it.

struct Broken : test::NamedCase {
  std::string octets;
  std::string detail;
};

class HttpAnswerBroken : public testing::TestWithParam<Broken> {};

TEST_P(HttpAnswerBroken, SaysWhatIsWrong) {
  HttpAnswer http;
  Result<Progress> taken = Progress::more;
  std::string_view rest = GetParam().octets;
  while (taken && *taken == Progress::more && !rest.empty()) {
    taken = http.take(rest.substr(0, 4096));  // as a network would bring it
    rest.remove_prefix(std::min<std::size_t>(4096, rest.size()));
  }
  ASSERT_FALSE(taken) << "left: " << rest.size();
  EXPECT_EQ(taken.error().code, errc::malformed_http);
  EXPECT_EQ(taken.error().detail, GetParam().detail);
}

std::string times(std::size_t count, std::string_view text) {
  std::string all;
  while (count-- > 0) all += text;
  return all;
}

INSTANTIATE_TEST_SUITE_P(
    Cases, HttpAnswerBroken,
    testing::Values(
        Broken{"Garbage", "SSH-2.0-OpenSSH_9.2\r\n",
               R"(not HTTP/1.1: "SSH-2.0-OpenSSH_9.2\x0d\x0a")"},
        Broken{"Amqp", std::string("AMQP\3\1\0\0", 8),
               R"(not HTTP/1.1: "AMQP\x03\x01\x00\x00"; this is an AMQP port)"},
        Broken{"TlsAlert", std::string("\x15\3\3\0\2\2P", 7),
               R"(not HTTP/1.1: "\x15\x03\x03\x00\x02\x02P"; this port speaks HTTPS)"},
        Broken{"Http09", "<html></html>", R"(not HTTP/1.1: "<html></html>")"},
        Broken{"Http2", "HTTP/2 200 OK\r\n\r\n",
               R"(not HTTP/1.1: "HTTP/2 200 OK\x0d\x0a\x0d\x0a")"},
        Broken{"StatusIsNoNumber", "HTTP/1.1 abc OK\r\n\r\n", "not HTTP/1.1 (bad status)"},
        Broken{"BareLineFeed", "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
               "not HTTP/1.1 (bad reason)"},
        Broken{"SpaceBeforeColon", answer("Content-Length : 2\r\n", "{}"),
               "not HTTP/1.1 (bad field)"},
        Broken{"ControlOctetInAField", answer("X: a\x01\r\n"), "not HTTP/1.1 (bad value)"},
        Broken{"TwoLengths", answer("Content-Length: 2\r\nContent-Length: 3\r\n", "{}"),
               "not HTTP/1.1 (multiple Content-Length)"},
        Broken{"LengthAndChunks",
               answer("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "{}"),
               "not HTTP/1.1 (bad Transfer-Encoding)"},
        Broken{"NegativeLength", answer("Content-Length: -1\r\n"),
               "not HTTP/1.1 (bad Content-Length)"},
        Broken{"LengthBeyond64Bits", answer("Content-Length: 99999999999999999999\r\n"),
               "not HTTP/1.1 (bad Content-Length)"},
        Broken{"HugeLength", answer("Content-Length: 1099511627776\r\n"),
               "longer than allowed (body limit exceeded)"},
        Broken{"ChunkSizeIsNoNumber", answer("Transfer-Encoding: chunked\r\n", "xyz\r\n"),
               "not HTTP/1.1 (bad chunk)"},
        Broken{"ChunkSizeBeyond64Bits",
               answer("Transfer-Encoding: chunked\r\n", "fffffffffffffffff\r\n"),
               "not HTTP/1.1 (bad chunk)"},
        Broken{"LongHead", "HTTP/1.1 200 OK\r\n" + times(2000, "X-More: and more\r\n"),
               "longer than allowed (header limit exceeded)"},
        Broken{"LongLine", "HTTP/1.1 200 " + times(20'000, "a"),
               "longer than allowed (header limit exceeded)"},
        Broken{"LongChunkExtension",
               answer("Transfer-Encoding: chunked\r\n", "1;" + times(100'000, "a")),
               "longer than allowed (head of a chunk)"},
        Broken{"LongTrailer",
               answer("Transfer-Encoding: chunked\r\n", "0\r\n" + times(10'000, "X: and more\r\n")),
               "longer than allowed (head of a chunk)"},
        Broken{"EndlessChunks",
               answer("Transfer-Encoding: chunked\r\n",
                      times(2100, "1000\r\n" + std::string(0x1000, ' ') + "\r\n")),
               "longer than allowed (body limit exceeded)"},
        Broken{"EndlessBody", answer("", std::string((std::size_t{8} << 20) + 1, ' ')),
               "longer than allowed (body limit exceeded)"},
        Broken{"Gzip", answer("Content-Encoding: gzip\r\nContent-Length: 2\r\n", "\x1f\x8b"),
               R"(Content-Encoding "gzip" though none was asked for)"}),
    test::case_name);

}  // namespace
}  // namespace signpost::probe
