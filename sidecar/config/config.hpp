// Config: the configuration file as typed values, with every default in one place. Durations carry
// their unit in the type. Filled by config_parser, checked by config_check; const from then on.
//
// Names without control characters, 1 to 255 octets; addresses in their canonical text (RFC 5952).
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dns/name.hpp"
#include "dns/udp_server.hpp"
#include "probe/target.hpp"
#include "sidecar/decision/policy.hpp"

namespace signpost::config {

using Milliseconds = std::chrono::milliseconds;
using Seconds = std::chrono::seconds;

/// One broker = one management URL. From [[broker]], or made of a node's `management` key and its
/// group's [group.probe.rest].
struct Broker {
  std::string name;            // label in logs and status; the URL when it has no name of its own
  probe::Target target;        // password already read from its file
  Milliseconds interval{500};  // 10ms to 1m
  Milliseconds timeout{400};   // from 5ms; must be shorter than interval
  // For groups that are discovered on it: what clients are sent to. Empty = nothing is discovered.
  std::vector<std::string> address;  // up to 16 literals
  std::optional<dns::Name> host;
  std::string amqp;
  bool operator==(const Broker&) const = default;
};

/// A member of one group.
struct Node {
  std::string name;                  // virtualhost node name at the broker
  std::size_t broker = 0;            // index into Config::brokers
  std::vector<std::string> address;  // 1 to 16 literals; what clients are sent to
  std::optional<dns::Name> host;     // SRV target; default: the record's own name
  std::string amqp;  // "host:port" for clients, shown in status; default <first address>:5672
  bool operator==(const Node&) const = default;
};

struct SrvTemplate {
  std::string service;        // "_amqp._tcp"
  std::uint16_t port = 5672;  // from 1
  bool operator==(const SrvTemplate&) const = default;
};

struct Record {
  dns::Name name;
  bool a = true, aaaa = true, srv = false, txt = false;  // key `types`
  Seconds ttl{5};                                        // 0s to 1d
  std::vector<SrvTemplate> srv_templates;                // `srv`; setting it turns SRV on
  bool operator==(const Record&) const = default;
};

enum class Mode { serve, observe };

struct Group {
  std::string name;
  std::string ha_group;     // default: name
  std::string virtualhost;  // default: ha_group
  std::vector<Node> nodes;
  decision::Policy policy;            // max_view_age 100ms to 5m, stale_hold and damping 0s to 1h
  std::vector<std::string> fallback;  // addresses for the action `fallback`, 1 to 16 literals
  Milliseconds hold_max{std::chrono::hours(8)};  // longest `signpost hold`, 1m to 30d
  Record record;
  Mode mode = Mode::serve;
  bool discovered = false;
  bool operator==(const Group&) const = default;
};

/// [discover]: groups are made of what the brokers report, besides those that are configured.
struct Discover {
  std::string name;                           // "{group}.mq.example.com."
  std::vector<std::string> include, exclude;  // patterns with * and ?; no include = every group
  /// How long a member that its broker no longer reports stays one; 0s = until a restart or reload.
  Seconds grace{0};
  Group like;  // everything but names, nodes and the record's name
  /// Of the agent's effective configuration: every broker was heard, so a name that is not there
  /// does not exist. Until then nobody may be told so.
  bool is_settled = false;
  bool operator==(const Discover&) const = default;
};

struct SoaSettings {
  std::optional<dns::Name> mname;     // default: first ns; the parser fills it in
  std::optional<dns::Name> rname;     // default: hostmaster.<zone>; the parser fills it in
  Seconds refresh{3600}, retry{600};  // 1s to 30d
  Seconds expire{604800};             // 1s to 365d
  Seconds negative_ttl{5};            // MINIMUM and TTL of the SOA; 0s to 1d
  bool operator==(const SoaSettings&) const = default;
};

/// [serve]; needed when a group's mode is serve.
struct Serve {
  std::vector<dns::ListenAddress> listen;  // default 127.0.0.1:5300
  dns::Name zone;
  std::vector<dns::Name> ns;                                 // 1 to 13
  std::map<dns::Name, std::vector<std::string>> ns_address;  // glue for those inside the zone
  SoaSettings soa;
  unsigned threads = 1;              // answer threads per listen address, 1 to 8
  std::uint16_t udp_payload = 1232;  // 512 to 4096
  unsigned tcp_clients = 128;        // 1 to 1024
  bool operator==(const Serve&) const = default;
};

struct Http {
  std::vector<dns::ListenAddress> listen{{"127.0.0.1", 8653}};  // empty = off
  std::vector<std::string> host_names;                          // extra Host: values accepted
  bool operator==(const Http&) const = default;
};

/// [control]: hold, release and reload over a Unix socket.
struct Control {
  std::string socket;              // at most 107 octets; default %t/control.sock; empty = off
  std::string group = "signpost";  // its members may use it, besides root and the own user
  bool operator==(const Control&) const = default;
};

enum class LogFormat { automatic, text, logfmt };
enum class LogLevel { debug, info, warning, error };
struct Log {
  LogLevel level = LogLevel::info;
  LogFormat format = LogFormat::automatic;
  bool operator==(const Log&) const = default;
};

/// [history]: what was decided, and from what.
struct History {
  std::filesystem::path file;        // default: history.jsonl in the state directory; empty = off
  std::uint64_t max_size = 4 << 20;  // octets of each file, 64KiB to 1GiB
  unsigned keep = 2;                 // older files beside it, 0 to 20
  bool operator==(const History&) const = default;
};

struct Config {
  std::vector<Broker> brokers;
  std::vector<Group> groups;
  std::optional<Discover> discover;
  std::optional<Serve> serve;
  Http http;
  Control control;
  Log log;
  std::vector<std::string> resolver_servers;  // [resolver] servers: DNS servers for broker host
                                              // names; empty = the system's
  std::filesystem::path state_directory;      // [state] directory, default %S
  History history;
  bool operator==(const Config&) const = default;
};

}  // namespace signpost::config
