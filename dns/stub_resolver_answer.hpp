// What one question to c-ares came to: addresses of one family with their TTL, or why there are
// none.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <chrono>
#include <vector>

struct ares_addrinfo;

namespace signpost::dns {

enum class AddressFamily { ipv4, ipv6 };

struct FamilyAnswer {
  enum class Status {
    found,
    none,    // the name does not exist, or has no address of this family
    failed,  // no server gave a usable answer
    closed,  // the channel was closed first
  };
  Status status{};
  std::vector<boost::asio::ip::address> addresses{};
  std::chrono::seconds ttl{0};  // smallest of the records used, aliases included
};

/// `ares_status` and the message as c-ares hands them to a query's callback. The message comes from
/// the network and may hold anything.
FamilyAnswer read_answer(AddressFamily family, int ares_status, const unsigned char* octets,
                         int size);

/// Entries of the hosts file, IPv4 first.
std::vector<boost::asio::ip::address> read_addresses(const ares_addrinfo& info);

}  // namespace signpost::dns
