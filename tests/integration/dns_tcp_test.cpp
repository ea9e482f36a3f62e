// TcpServer on real sockets: framing and order of answers (RFC 7766), and what ends a connection.
#include <gtest/gtest.h>

#include <ostream>

#include "tests/integration/dns_tcp_fixture.hpp"

namespace signpost::dns {
namespace {

TEST_F(DnsTcpTest, AnswersAQuery) {
  start();
  auto c = client();
  c.send(framed(query(7, "active.ha.test.")));
  const auto reply = c.receive();
  ASSERT_GT(reply.size(), 12U);
  EXPECT_EQ(reply[1], 7);
  EXPECT_EQ(reply[3] & 0xF, 0);
  EXPECT_EQ((Octets{reply.end() - 4, reply.end()}), (Octets{192, 0, 2, 1}));
  const auto counts = server_->counts();
  EXPECT_EQ(counts.queries, 1U);
  EXPECT_EQ(counts.answers, 1U);
  EXPECT_EQ(counts.rcodes[0], 1U);
}

TEST_F(DnsTcpTest, AnswersThreeQueriesInOneSegmentInOrder) {
  start();
  auto c = client();
  c.send(framed(query(1, "active.ha.test.")) + framed(query(2, "nosuch.ha.test.")) +
         framed(query(3, "active.ha.test.")));
  EXPECT_EQ(c.receive_id(), 1);
  EXPECT_EQ(c.receive_id(), 2);
  EXPECT_EQ(c.receive_id(), 3);
}

TEST_F(DnsTcpTest, AnswersAQueryThatComesOctetByOctet) {
  start();
  auto c = client();
  for (const auto octet : framed(query(9, "active.ha.test."))) {
    c.send({octet});
    context_.poll();
  }
  EXPECT_EQ(c.receive_id(), 9);
}

TEST_F(DnsTcpTest, AnswersAQueryCutAtAnyPlace) {
  start();
  auto c = client();
  const auto whole = framed(query(5, "active.ha.test."));
  for (std::size_t cut = 1; cut < whole.size(); ++cut) {
    const auto middle = whole.begin() + static_cast<std::ptrdiff_t>(cut);
    c.send({whole.begin(), middle});
    context_.poll();
    c.send({middle, whole.end()});
    EXPECT_EQ(c.receive_id(), 5) << "cut at " << cut;
  }
}

TEST_F(DnsTcpTest, AnswersTwoThousandPipelinedQueriesInOrder) {
  start();
  auto c = client();
  Octets all;
  for (std::uint16_t id = 0; id < 2000; ++id)
    all = std::move(all) + framed(query(id, "ha.test.", 6));
  // In pieces: the test is the only thread, and the server must read meanwhile.
  for (std::size_t at = 0; at < all.size(); at += 1000) {
    const auto end = std::min(at + 1000, all.size());
    ASSERT_TRUE(c.send({all.begin() + static_cast<std::ptrdiff_t>(at),
                        all.begin() + static_cast<std::ptrdiff_t>(end)}));
    context_.poll();
  }
  for (std::uint16_t id = 0; id < 2000; ++id) ASSERT_EQ(c.receive_id(), id);
}

TEST_F(DnsTcpTest, SendsAnswersLargerThanAnyDatagram) {
  start();
  auto c = client();
  for (int i = 0; i < 30; ++i) c.send(framed(query(1, "big.ha.test.", 16)));
  for (int i = 0; i < 30; ++i) EXPECT_GT(c.receive().size(), 9000U);
  EXPECT_EQ(server_->counts().truncated, 0U);
}

TEST_F(DnsTcpTest, AnswersAVeryLongMessageAndGoesOn) {
  start();
  auto c = client();
  Octets longest = query(3, "active.ha.test.");
  longest.resize(65535);
  c.send(framed(longest));
  EXPECT_EQ(c.receive_id(), 3);
  c.send(framed(query(4, "active.ha.test.")));
  EXPECT_EQ(c.receive_id(), 4);
}

TEST_F(DnsTcpTest, AnswersAClientThatHasEndedSending) {
  start();
  auto c = client();
  c.send(framed(query(1, "active.ha.test.")));
  c.end_sending();
  EXPECT_EQ(c.receive_id(), 1);
  EXPECT_TRUE(c.closed());
}

TEST_F(DnsTcpTest, AnswersFromTheNewestTable) {
  start();
  auto c = client();
  c.send(framed(query(1, "active.ha.test.")));
  EXPECT_EQ(c.receive_last_octet(), 1);
  tables_->publish(table(2, "192.0.2.2"));
  c.send(framed(query(2, "active.ha.test.")));
  EXPECT_EQ(c.receive_last_octet(), 2);
}

struct NoQuery {
  const char* name;
  Octets octets;
};
void PrintTo(const NoQuery& row, std::ostream* out) { *out << row.name; }
class DnsTcpClosesAt : public DnsTcpTest, public ::testing::WithParamInterface<NoQuery> {};

TEST_P(DnsTcpClosesAt, WithoutAnAnswer) {
  start();
  auto c = client();
  c.send(GetParam().octets);
  EXPECT_TRUE(c.closed());
  EXPECT_EQ(server_->counts().dropped, 1U);
  EXPECT_EQ(server_->connections().open, 0U);
}

TEST_P(DnsTcpClosesAt, AfterAnsweringWhatCameBefore) {
  start();
  auto c = client();
  c.send(framed(query(8, "active.ha.test.")) + GetParam().octets);
  EXPECT_EQ(c.receive_id(), 8);
  EXPECT_TRUE(c.closed());
}

Octets response() {
  auto message = query(1, "active.ha.test.");
  message[2] |= 0x80;  // QR
  return message;
}

INSTANTIATE_TEST_SUITE_P(Rows, DnsTcpClosesAt,
                         ::testing::Values(NoQuery{"ZeroLength", {0, 0}},
                                           NoQuery{"FiveOctets", framed({0, 1, 0, 0, 0})},
                                           NoQuery{"LengthOfElevenAlone", {0, 11}},
                                           NoQuery{"Response", framed(response())}),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace signpost::dns
