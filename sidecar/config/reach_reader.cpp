#include "sidecar/config/reach_reader.hpp"

#include "sidecar/config/network_text.hpp"

namespace signpost::config {
namespace {

constexpr std::size_t addresses_max = 16;  // 16 AAAA records fit into 512 octets with the question
constexpr std::uint16_t amqp_port = 5672;

}  // namespace

void read_reach(Reader& table, std::vector<std::string>& address, std::optional<dns::Name>& host,
                std::string& amqp) {
  table.list("address", address, addresses_max, parse_published_address);
  if (address.empty() && table.has("address") && table.trusted("address")) {
    table.complain("address",
                   {"must not be empty", "empty", "write the addresses that clients connect to"});
  }
  dns::Name target;
  table.parsed("host", target, parse_domain_name);
  if (!target.is_root()) host = target;
  if (!address.empty()) amqp = endpoint_text(address.front(), amqp_port);
  table.parsed("amqp", amqp, parse_client_endpoint);
}

}  // namespace signpost::config
