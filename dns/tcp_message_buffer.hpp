// TcpMessageBuffer: octets of a stream in, DNS messages out (RFC 1035 section 4.2.2: two octets of
// length before each). Pure: no socket, no clock.
//
//   auto room = buffer.room();  buffer.filled(read_some(room));
//   while (auto message = buffer.next()) answer(*message);
//   if (buffer.broken()) close();
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace signpost::dns {

class TcpMessageBuffer {
 public:
  /// Where the next octets go; never empty. Invalidates every message given out.
  std::span<std::uint8_t> room();
  void filled(std::size_t count) { end_ += count; }

  /// The next whole message, of header size at least.
  std::optional<std::span<const std::uint8_t>> next();

  /// A length below the header's came: what follows cannot be trusted to be framed.
  [[nodiscard]] bool broken() const { return broken_; }
  /// A message has begun and is not complete.
  [[nodiscard]] bool partial() const { return end_ > begin_; }
  [[nodiscard]] std::size_t capacity() const { return octets_.capacity(); }

 private:
  [[nodiscard]] std::size_t length_at_begin() const;

  // What nearly every query fits into, so that an idle connection costs little. Grows as octets
  // come, not as a length promises: two octets must not cost 64 KiB.
  static constexpr std::size_t size_min = 512;
  static constexpr std::size_t size_max = 2 + 65535;
  std::vector<std::uint8_t> octets_;
  std::size_t begin_ = 0;  // of what has not been given out
  std::size_t end_ = 0;    // of what has come
  bool broken_ = false;
};

}  // namespace signpost::dns
