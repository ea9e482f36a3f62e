#include "sidecar/config/record_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "dns/rrset.hpp"
#include "sidecar/config/known_keys.hpp"
#include "sidecar/config/network_text.hpp"
#include "sidecar/config/safe_text.hpp"

namespace signpost::config {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t srv_max = 8;  // ports of one broker

Parsed<dns::RRType> parse_type(std::string_view word) {
  constexpr dns::RRType types[] = {dns::RRType::a, dns::RRType::aaaa, dns::RRType::srv,
                                   dns::RRType::txt};
  for (const dns::RRType type : types) {
    if (dns::to_text(type) == word) return type;
  }
  constexpr std::string_view words[] = {"A", "AAAA", "SRV", "TXT"};
  const std::string_view near = nearest(word, words);
  const std::string all = fmt::format("one of \"{}\"", fmt::join(words, "\", \""));
  return Complaint{fmt::format("{} is not a type that signpost publishes", in_quotes(word)), "",
                   near.empty() ? all : fmt::format("did you mean \"{}\"? {}", near, all)};
}

void read_types(Reader& table, Record& record) {
  std::vector<dns::RRType> types;
  if (!table.has("types")) return;
  table.list("types", types, 4, parse_type);
  if (!table.trusted("types")) return;
  if (types.empty()) {
    return table.complain("types",
                          {"must not be empty", "empty", "remove it to get [\"A\", \"AAAA\"]"});
  }
  const auto has = [&](dns::RRType type) {
    return std::find(types.begin(), types.end(), type) != types.end();
  };
  record.a = has(dns::RRType::a);
  record.aaaa = has(dns::RRType::aaaa);
  record.srv = has(dns::RRType::srv);
  record.txt = has(dns::RRType::txt);
}

void read_settings(Reader& table, Record& record) {
  read_types(table, record);
  table.seconds("ttl", record.ttl, {0s, 24h});
  for (Reader& entry : table.tables("srv", srv_max)) {
    SrvTemplate srv;
    if (entry.require("service", "write { service = \"_amqp._tcp\", port = 5672 }")) {
      entry.parsed("service", srv.service, parse_service);
    }
    entry.integer<std::uint16_t>("port", srv.port, 1, 65535);
    entry.finish();
    record.srv_templates.push_back(std::move(srv));
    record.srv = true;
  }
  table.finish();
}

}  // namespace

Record read_record(Reader& group) {
  Record record;
  if (!group.require("record", "write [group.record] with name = \"orders.mq.example.com.\""))
    return record;
  auto table = group.table("record");
  if (!table) return record;
  if (table->require("name", "the name that clients use: name = \"orders.mq.example.com.\"")) {
    table->parsed("name", record.name, parse_domain_name);
  }
  read_settings(*table, record);
  return record;
}

Record read_record_without_name(Reader& discover) {
  Record record;
  if (auto table = discover.table("record")) read_settings(*table, record);
  return record;
}

}  // namespace signpost::config
