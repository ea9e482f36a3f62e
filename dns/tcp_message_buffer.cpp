#include "dns/tcp_message_buffer.hpp"

#include <algorithm>

#include "dns/wire_reader.hpp"

namespace signpost::dns {

std::optional<std::span<const std::uint8_t>> TcpMessageBuffer::next() {
  if (broken_ || end_ - begin_ < 2) return std::nullopt;
  const std::size_t length = length_at_begin();
  if (length < header_size) {
    broken_ = true;
    return std::nullopt;
  }
  if (end_ - begin_ < 2 + length) return std::nullopt;
  const std::span<const std::uint8_t> message(&octets_[begin_ + 2], length);
  begin_ += 2 + length;
  return message;
}

std::span<std::uint8_t> TcpMessageBuffer::room() {
  std::copy(octets_.begin() + static_cast<std::ptrdiff_t>(begin_),
            octets_.begin() + static_cast<std::ptrdiff_t>(end_), octets_.begin());
  end_ -= begin_;
  begin_ = 0;
  if (end_ == 0 && octets_.size() != size_min) {
    std::vector<std::uint8_t>(size_min).swap(octets_);  // after a long message: small again
  } else if (end_ == octets_.size()) {
    const std::size_t next = std::min(2 * octets_.size(), size_max);
    octets_.reserve(next);  // resize alone would double past size_max
    octets_.resize(next);
  }
  return std::span(octets_).subspan(end_);
}

std::size_t TcpMessageBuffer::length_at_begin() const {
  return static_cast<std::size_t>(octets_[begin_] << 8U | octets_[begin_ + 1]);
}

}  // namespace signpost::dns
