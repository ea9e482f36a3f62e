// Connecting: several addresses, silent and refusing ones.
#include "probe/stream.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/ip/tcp.hpp>

#include "tests/support/deaf_port.hpp"
#include "tests/support/run.hpp"

namespace signpost::probe {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using tcp = asio::ip::tcp;
using test::DeafPort;
using testing::HasSubstr;

asio::ip::address address(const char* text) { return asio::ip::make_address(text); }

class StreamTest : public testing::Test {
 protected:
  Result<void> connect(std::vector<asio::ip::address> addresses, std::uint16_t port,
                       std::chrono::milliseconds within) {
    return test::run(context_,
                     stream_.connect(std::move(addresses), port, TimePoint::clock::now() + within));
  }
  /// A port that nobody uses on any loopback address.
  std::uint16_t free_port() {
    return tcp::acceptor(context_, {address("127.0.0.1"), 0}).local_endpoint().port();
  }

  asio::io_context context_{1};
  Stream stream_{context_.get_executor(), nullptr};
};

TEST_F(StreamTest, TakesTheFirstAddressThatAnswers) {
  const tcp::acceptor listening(context_, {address("127.0.0.2"), 0});
  const std::uint16_t port = listening.local_endpoint().port();
  EXPECT_TRUE(connect({address("127.0.0.3"), address("127.0.0.2")}, port, 20s));
  EXPECT_TRUE(stream_.is_quiet());
}

TEST_F(StreamTest, DoesNotLetASilentAddressUseUpAllTheTime) {
  const DeafPort deaf(context_, "127.0.0.3");
  const tcp::acceptor listening(context_, {address("127.0.0.2"), deaf.port()});
  const TimePoint started = TimePoint::clock::now();
  EXPECT_TRUE(connect({address("127.0.0.3"), address("127.0.0.2")}, deaf.port(), 1s));
  EXPECT_GE(TimePoint::clock::now() - started, 400ms);
}

TEST_F(StreamTest, TimesOutAtTheDeadline) {
  const DeafPort deaf(context_, "127.0.0.3");
  const TimePoint started = TimePoint::clock::now();
  const auto connected = connect({address("127.0.0.3")}, deaf.port(), 150ms);
  const auto took = TimePoint::clock::now() - started;
  ASSERT_FALSE(connected);
  EXPECT_EQ(connected.error().code, errc::timed_out);
  EXPECT_THAT(connected.error().detail, HasSubstr("127.0.0.3:"));
  EXPECT_GE(took, 149ms);
  EXPECT_LT(took, 5s);
}

TEST_F(StreamTest, PrefersARefusalToSilence) {
  const DeafPort deaf(context_, "127.0.0.3");
  const auto connected = connect({address("127.0.0.2"), address("127.0.0.3")}, deaf.port(), 150ms);
  ASSERT_FALSE(connected);
  EXPECT_EQ(connected.error().code, errc::connect_refused);
  EXPECT_THAT(connected.error().detail, HasSubstr(": Connection refused, 127.0.0.3:"));
  EXPECT_THAT(connected.error().detail, HasSubstr(": silent; is the broker running"));
}

TEST_F(StreamTest, SaysWhatIsWrongWithAnAddressThatCannotBeReached) {
  const auto connected = connect({address("255.255.255.255")}, free_port(), 20s);
  ASSERT_FALSE(connected);
  EXPECT_EQ(connected.error().code, errc::connect_failed);
  EXPECT_THAT(connected.error().detail, HasSubstr("connecting to 255.255.255.255:"));
}

TEST_F(StreamTest, TriesEightAddressesAtMost) {
  const std::vector<asio::ip::address> many(100, address("127.0.0.2"));
  const auto connected = connect(many, free_port(), 20s);
  ASSERT_FALSE(connected);
  std::size_t tries = 0;
  for (std::size_t at = 0; (at = connected.error().detail.find("refused", at)) != std::string::npos;
       ++at) {
    ++tries;
  }
  EXPECT_EQ(tries, 8u);
}

TEST_F(StreamTest, PutsIpv6InBrackets) {
  const auto connected = connect({address("::1")}, free_port(), 20s);
  ASSERT_FALSE(connected);
  EXPECT_THAT(connected.error().detail, HasSubstr("[::1]:"));
}

TEST_F(StreamTest, IsNotQuietOnceThePeerHasSpokenOrGone) {
  tcp::acceptor acceptor(context_, {address("127.0.0.1"), 0});
  const std::uint16_t port = acceptor.local_endpoint().port();
  EXPECT_FALSE(stream_.is_quiet());
  ASSERT_TRUE(connect({address("127.0.0.1")}, port, 20s));
  EXPECT_TRUE(stream_.is_quiet());
  tcp::socket peer = acceptor.accept();
  peer.send(asio::buffer("?", 1));
  EXPECT_FALSE(stream_.is_quiet());

  ASSERT_TRUE(connect({address("127.0.0.1")}, port, 20s));
  acceptor.accept().close();
  EXPECT_FALSE(stream_.is_quiet());
  EXPECT_TRUE(stream_.is_open());
  stream_.close();
  EXPECT_FALSE(stream_.is_open());
}

}  // namespace
}  // namespace signpost::probe
