#include "dns/stub_resolver_answer.hpp"

#include <ares.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace signpost::dns {

namespace asio = boost::asio;
using Status = FamilyAnswer::Status;

namespace {

// Addresses of one family that are taken from an answer: a prober tries them all within one
// deadline, so more would never be reached.
constexpr int addresses_max = 16;

// Sixteen addresses and a chain of aliases stay far below; c-ares' parser is not fed with more.
constexpr int answer_octets_max = 16 * 1024;

template <class Address>
Address from_raw(const void* raw) {
  typename Address::bytes_type bytes;
  std::memcpy(bytes.data(), raw, bytes.size());
  return Address(bytes);
}

asio::ip::address to_address(const ares_addrttl& record) {
  return from_raw<asio::ip::address_v4>(&record.ipaddr);
}
asio::ip::address to_address(const ares_addr6ttl& record) {
  return from_raw<asio::ip::address_v6>(&record.ip6addr);
}

Status to_status(int ares_status) {
  switch (ares_status) {
    case ARES_SUCCESS:
      return Status::found;
    case ARES_ENODATA:
    case ARES_ENOTFOUND:
    case ARES_EBADNAME:
      return Status::none;
    case ARES_EDESTRUCTION:
    case ARES_ECANCELLED:
      return Status::closed;
    default:
      return Status::failed;  // an int, and c-ares adds codes
  }
}

template <class Record, class Parse>
FamilyAnswer read_records(Parse parse, const unsigned char* octets, int size) {
  std::array<Record, addresses_max> records{};
  int count = addresses_max;
  const int status = parse(octets, size, nullptr, records.data(), &count);
  if (status != ARES_SUCCESS) return {.status = to_status(status)};
  if (count == 0) return {.status = Status::none};
  FamilyAnswer answer{.status = Status::found, .ttl = std::chrono::seconds::max()};
  for (int i = 0; i < count; ++i) {
    const auto& record = records[static_cast<std::size_t>(i)];
    answer.addresses.push_back(to_address(record));
    // Negative: 2^31 or more on the wire, which means 0 (RFC 2181 section 8).
    answer.ttl = std::min(answer.ttl, std::chrono::seconds(std::max(record.ttl, 0)));
  }
  return answer;
}

}  // namespace

FamilyAnswer read_answer(AddressFamily family, int ares_status, const unsigned char* octets,
                         int size) {
  if (ares_status != ARES_SUCCESS) return {.status = to_status(ares_status)};
  if (size > answer_octets_max) return {.status = Status::failed};
  return family == AddressFamily::ipv4
             ? read_records<ares_addrttl>(ares_parse_a_reply, octets, size)
             : read_records<ares_addr6ttl>(ares_parse_aaaa_reply, octets, size);
}

std::vector<asio::ip::address> read_addresses(const ares_addrinfo& info) {
  std::vector<asio::ip::address> found;
  for (const auto* node = info.nodes; node; node = node->ai_next) {
    if (node->ai_family == AF_INET) {
      const auto* raw = reinterpret_cast<const sockaddr_in*>(node->ai_addr);
      found.push_back(from_raw<asio::ip::address_v4>(&raw->sin_addr));
    } else if (node->ai_family == AF_INET6) {
      const auto* raw = reinterpret_cast<const sockaddr_in6*>(node->ai_addr);
      found.push_back(from_raw<asio::ip::address_v6>(&raw->sin6_addr));
    }
  }
  std::stable_partition(found.begin(), found.end(), [](const auto& a) { return a.is_v4(); });
  return found;
}

}  // namespace signpost::dns
