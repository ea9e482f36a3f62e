#include "dns/tcp_message_buffer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>

namespace signpost::dns {
namespace {

using Octets = std::vector<std::uint8_t>;

Octets framed(std::size_t length, std::uint8_t fill) {
  Octets out(2 + length, fill);
  out[0] = static_cast<std::uint8_t>(length >> 8U);
  out[1] = static_cast<std::uint8_t>(length & 0xFFU);
  return out;
}

// As a connection does: read at most `piece` octets at a time, take out what is whole.
std::vector<Octets> feed(TcpMessageBuffer& buffer, const Octets& stream,
                         const std::function<std::size_t()>& piece) {
  std::vector<Octets> messages;
  for (std::size_t at = 0; at < stream.size();) {
    const auto room = buffer.room();
    EXPECT_FALSE(room.empty());
    const auto size = std::min({room.size(), piece(), stream.size() - at});
    std::copy_n(stream.begin() + static_cast<std::ptrdiff_t>(at), size, room.begin());
    buffer.filled(size);
    at += size;
    while (const auto message = buffer.next())
      messages.emplace_back(message->begin(), message->end());
  }
  return messages;
}

TEST(TcpMessageBuffer, GivesTheSameMessagesHoweverTheStreamIsCut) {
  std::mt19937 random(1);
  Octets stream;
  std::vector<Octets> sent;
  for (const std::size_t length : {12, 13, 511, 512, 600, 33, 65535, 12, 4096, 17, 40000, 29}) {
    const auto frame = framed(length, static_cast<std::uint8_t>(sent.size() + 1));
    stream.insert(stream.end(), frame.begin(), frame.end());
    sent.emplace_back(frame.begin() + 2, frame.end());
  }
  for (int round = 0; round < 200; ++round) {
    TcpMessageBuffer buffer;
    std::uniform_int_distribution<std::size_t> pieces(1, round % 2 == 0 ? 5000 : 70000);
    EXPECT_EQ(feed(buffer, stream, [&] { return pieces(random); }), sent);
    EXPECT_FALSE(buffer.partial());
    EXPECT_FALSE(buffer.broken());
  }
}

TEST(TcpMessageBuffer, TakesOneOctetAtATime) {
  TcpMessageBuffer buffer;
  EXPECT_EQ(feed(buffer, framed(600, 7), [] { return std::size_t{1}; }).size(), 1U);
}

TEST(TcpMessageBuffer, IsBrokenByALengthBelowAHeader) {
  for (std::size_t length = 0; length < 12; ++length) {
    TcpMessageBuffer buffer;
    Octets stream = framed(12, 1);
    const auto bad = framed(length, 2);
    stream.insert(stream.end(), bad.begin(), bad.end());
    EXPECT_EQ(feed(buffer, stream, [] { return std::size_t{1000}; }).size(), 1U) << length;
    EXPECT_TRUE(buffer.broken()) << length;
    EXPECT_FALSE(buffer.next()) << length;
  }
}

TEST(TcpMessageBuffer, KnowsWhetherAMessageHasBegun) {
  TcpMessageBuffer buffer;
  EXPECT_FALSE(buffer.partial());
  feed(buffer, {0}, [] { return std::size_t{1}; });
  EXPECT_TRUE(buffer.partial());
  feed(buffer, {12}, [] { return std::size_t{1}; });
  EXPECT_TRUE(buffer.partial());
  feed(buffer, Octets(12), [] { return std::size_t{12}; });
  EXPECT_FALSE(buffer.partial());
}

TEST(TcpMessageBuffer, GrowsWithWhatComesAndNotWithWhatIsPromised) {
  TcpMessageBuffer buffer;
  feed(buffer, {0xFF, 0xFF}, [] { return std::size_t{2}; });
  buffer.room();
  EXPECT_EQ(buffer.capacity(), 512U);
  feed(buffer, Octets(2000), [] { return std::size_t{100}; });
  EXPECT_LE(buffer.capacity(), 4096U);
}

TEST(TcpMessageBuffer, IsSmallAgainAfterALongMessage) {
  TcpMessageBuffer buffer;
  feed(buffer, framed(65535, 1), [] { return std::size_t{9000}; });
  EXPECT_EQ(buffer.capacity(), 65537U);
  buffer.room();
  EXPECT_EQ(buffer.capacity(), 512U);
}

}  // namespace
}  // namespace signpost::dns
