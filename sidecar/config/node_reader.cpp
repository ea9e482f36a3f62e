#include "sidecar/config/node_reader.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "sidecar/config/known_keys.hpp"
#include "sidecar/config/network_text.hpp"
#include "sidecar/config/reach_reader.hpp"
#include "sidecar/config/safe_text.hpp"

namespace signpost::config {
Node NodeReader::read(Reader& table) {
  Node node;
  table.own_name("node", group_.subject() + ", ", node.name);
  table.require("address", "write address = [\"10.0.0.11\"], where clients find this node");
  read_reach(table, node.address, node.host, node.amqp);
  find_broker(table, node);
  table.finish();
  return node;
}

void NodeReader::find_broker(Reader& table, Node& node) {
  std::string name;
  table.text("broker", name);
  probe::Target where;
  where.port = 8080;  // Broker-J's HTTP management in its initial configuration
  table.parsed("management", where, parse_management_url);
  if (table.has("broker")) {
    if (table.has("management")) {
      table.complain("management", {"stands beside broker, which has its own", "one too many",
                                    "keep one of the two"});
    }
    return find_named(table, name, node);
  }
  used_settings_ = true;
  std::string url = table.path_of("management");
  if (!table.has("management")) {
    if (node.address.empty()) return;
    where.host = node.address.front();
    url = table.path_of("address[0]");
  }
  if (where.host.empty() || !sources_.trusted(url)) return;
  Broker broker = settings_;
  broker.target.https = where.https;
  broker.target.host = where.host;
  broker.target.port = where.port;
  node.broker = brokers_.of_group(
      std::move(broker),
      {group_.subject(), std::move(url), group_.path_of("probe"), group_.path_of("probe.rest")});
}

void NodeReader::find_named(Reader& table, const std::string& name, Node& node) {
  if (const auto index = brokers_.named(name)) {
    node.broker = *index;
  } else if (table.trusted("broker")) {
    const std::vector<std::string_view> names = brokers_.names();
    const std::string_view near = nearest(name, names);
    table.complain(
        "broker",
        {fmt::format("no [[broker]] has the name {}", in_quotes(name)), "",
         near.empty() ? "add a [[broker]] of this name, or write management = \"http://...\""
                      : fmt::format("did you mean {}?", in_quotes(near))});
  }
}

}  // namespace signpost::config
