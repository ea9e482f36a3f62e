#include "sidecar/config/broker_reader.hpp"

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "sidecar/config/network_text.hpp"
#include "sidecar/config/reach_reader.hpp"
#include "sidecar/config/safe_text.hpp"

namespace signpost::config {
namespace {

using namespace std::chrono_literals;

// document_octets_max ends it long before; this bounds what a message can count up to.
constexpr std::size_t brokers_max = 10'000;

void read_pace(Reader& table, Broker& broker) {
  table.duration("interval", broker.interval, {10ms, 1min});
  table.duration("timeout", broker.timeout, {5ms, 1min});
}

void read_login(Reader& table, probe::Target& target) {
  table.text("username", target.username);
  table.secret("password_file", target.password);
  table.file("ca_file", target.tls.ca_file);
  table.file("cert_file", target.tls.cert_file);
  table.file("key_file", target.tls.key_file);
  table.boolean("verify", target.tls.verify);
}

Parsed<std::string> parse_method(std::string_view word) {
  if (word == "rest") return std::string(word);
  if (word == "amqp") {
    return Complaint{"this version asks by REST only", "not in this version",
                     "write methods = [\"rest\"]"};
  }
  return Complaint{fmt::format("{} is not known here", in_quotes(word)), "",
                   "write methods = [\"rest\"]"};
}

}  // namespace

void read_brokers(Reader& top, BrokerTable& brokers) {
  for (Reader& table : top.tables("broker", brokers_max)) {
    Broker broker;
    table.own_name("broker", "", broker.name);
    probe::Target where;
    if (table.require("management", "write management = \"http://HOST:8080\"")) {
      table.parsed("management", where, parse_management_url);
    }
    read_pace(table, broker);
    read_login(table, broker.target);
    read_reach(table, broker.address, broker.host, broker.amqp);
    broker.target.https = where.https;
    broker.target.host = where.host;
    broker.target.port = where.port;
    table.finish();
    brokers.add_named(std::move(broker),
                      {table.subject(), table.path_of("management"), table.path(), table.path()});
  }
}

Broker read_probe(Reader& group) {
  Broker settings;
  auto probe = group.table("probe");
  if (!probe) return settings;
  std::vector<std::string> methods{"rest"};
  probe->list("methods", methods, 4, parse_method);
  if (methods.empty() && probe->trusted("methods"))
    probe->complain("methods", {"must not be empty", "empty", "write methods = [\"rest\"]"});
  read_pace(*probe, settings);
  if (auto rest = probe->table("rest")) {
    read_login(*rest, settings.target);
    rest->finish();
  }
  probe->finish();
  return settings;
}

}  // namespace signpost::config
