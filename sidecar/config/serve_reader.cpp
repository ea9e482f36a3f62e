#include "sidecar/config/serve_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "sidecar/config/network_text.hpp"
#include "sidecar/config/safe_text.hpp"

namespace signpost::config {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t listen_max = 16;  // times 8 threads: sockets
constexpr std::size_t ns_max = 13;      // as many as the root has; more do not fit into 512 octets
constexpr std::size_t addresses_max = 16;

Parsed<dns::Name> parse_mailbox(std::string_view text) {
  if (const std::size_t at = text.find('@'); at != std::string_view::npos) {
    return Complaint{fmt::format("{} is a mail address", in_quotes(text)), "",
                     fmt::format("DNS writes it with a dot: \"{}.{}.\"", text.substr(0, at),
                                 text.substr(at + 1))};
  }
  return parse_domain_name(text);
}

void read_soa(Reader& serve, SoaSettings& soa) {
  auto table = serve.table("soa");
  if (!table) return;
  dns::Name mname;
  dns::Name rname;
  table->parsed("mname", mname, parse_domain_name);
  table->parsed("rname", rname, parse_mailbox);
  if (!mname.is_root()) soa.mname = mname;
  if (!rname.is_root()) soa.rname = rname;
  table->seconds("refresh", soa.refresh, {1s, 24h * 30});
  table->seconds("retry", soa.retry, {1s, 24h * 30});
  table->seconds("expire", soa.expire, {1s, 24h * 365});
  table->seconds("negative_ttl", soa.negative_ttl, {0s, 24h});
  table->finish();
}

/// Keys are names and not settings, so they are read here and not by a Reader.
class NsAddressReader {
 public:
  NsAddressReader(std::string path, std::string subject, Session& session)
      : path_(std::move(path)), subject_(std::move(subject)), session_(session) {}

  void read(const Member& member, Serve& serve) {
    auto name = parse_domain_name(member.key);
    if (!name) return complain(member.span, member.key, name.error());
    const auto [entry, fresh] = serve.ns_address.try_emplace(*name);
    session_.sources.add(path_of(name->to_text()), member.span);
    if (!fresh)
      return complain(member.span, member.key,
                      {"is there twice, in other letters", "again", "keep one of them"});
    if (member.value.kind == Value::Kind::text) return add(member.value, member.key, entry->second);
    if (member.value.kind != Value::Kind::array) {
      return complain(member.value.span, member.key, not_addresses(member.value.kind));
    }
    if (member.value.items.size() > addresses_max) {
      return complain(member.value.span, member.key,
                      {fmt::format("has more than {} addresses", addresses_max), "",
                       "keep the most important ones"});
    }
    for (const Value& item : member.value.items) add(item, member.key, entry->second);
    if (member.value.items.empty()) {
      complain(member.value.span, member.key,
               {"must not be empty", "empty", "write its addresses, or remove it"});
    }
  }

 private:
  void add(const Value& value, const std::string& key, std::vector<std::string>& addresses) {
    if (value.kind != Value::Kind::text)
      return complain(value.span, key, not_addresses(value.kind));
    auto address = parse_published_address(value.text);
    if (!address) return complain(value.span, key, address.error());
    if (std::find(addresses.begin(), addresses.end(), *address) != addresses.end()) {
      return complain(value.span, key,
                      {fmt::format("{} is there twice", *address), "again", "remove one"});
    }
    addresses.push_back(*std::move(address));
  }
  static Complaint not_addresses(Value::Kind kind) {
    return {fmt::format("expected an array of addresses, got {}", to_text(kind)), to_text(kind),
            "write \"ns1.mq.example.com.\" = [\"10.0.0.11\"]"};
  }
  void complain(Span span, const std::string& key, Complaint complaint) {
    complaint.message = fmt::format("{} {}: {}", subject_, in_quotes(key), complaint.message);
    session_.errors.add(span, std::move(complaint));
    session_.sources.distrust(path_of(key));
  }
  [[nodiscard]] std::string path_of(const std::string& key) const {
    return fmt::format("{}.{}", path_, key);
  }

  std::string path_;
  std::string subject_;
  Session& session_;
};

}  // namespace

std::optional<Serve> read_serve(Reader& top, Session& session) {
  auto table = top.table("serve");
  if (!table) return std::nullopt;
  Serve serve;
  serve.listen = {{"127.0.0.1", 5300}};
  table->list("listen", serve.listen, listen_max, parse_listen);
  if (table->require("zone", "the zone that is answered for: zone = \"mq.example.com.\"")) {
    table->parsed("zone", serve.zone, parse_domain_name);
  }
  if (table->require("ns", "the names of its name servers: ns = [\"ns1.mq.example.com.\"]")) {
    table->list("ns", serve.ns, ns_max, parse_domain_name);
  }
  if (const Value* addresses = table->free_table("ns_address")) {
    NsAddressReader reader(table->path_of("ns_address"), table->name_of("ns_address"), session);
    for (const Member& member : addresses->members) reader.read(member, serve);
  }
  read_soa(*table, serve.soa);
  table->integer<std::uint16_t>("udp_payload", serve.udp_payload, 512, 4096);
  table->integer<unsigned>("tcp_clients", serve.tcp_clients, 1, 1024);
  table->integer<unsigned>("threads", serve.threads, 1, 8);
  table->finish();
  if (!serve.soa.mname && !serve.ns.empty()) serve.soa.mname = serve.ns.front();
  if (!serve.soa.rname) {
    const auto mailbox = serve.zone.prefixed("hostmaster");
    if (mailbox) {
      serve.soa.rname = *mailbox;
    } else {
      table->complain("zone",
                      {"is too long for the mailbox hostmaster below it", "", "write soa.rname"});
    }
  }
  return serve;
}

}  // namespace signpost::config
