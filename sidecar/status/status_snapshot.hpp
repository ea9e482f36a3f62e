// StatusSnapshot: everything the status endpoint tells, at one instant, as plain data. Rendered by
// status_json, asked by routes.
//
// Words and units are the document's (version 1: only additions). Absent = null in the document,
// never a missing key.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sidecar/decision/explanation.hpp"
#include "sidecar/decision/forecast.hpp"
#include "sidecar/runtime/clock.hpp"

namespace signpost::status {

using runtime::WallTime;

enum class Health { pass, warn, fail };

struct RestProbe {
  std::string result;  // "ok" or a probe::errc word
  WallTime at{};
  double latency_ms = 0;
  std::uint64_t consecutive = 0;
  std::optional<std::string> detail;
};

struct NodeStatus {
  std::string name;
  std::string role;  // decision::role_word
  WallTime role_since{};
  bool active = false;  // it is the published node
  std::vector<std::string> address;
  std::string amqp;
  std::string management;
  std::optional<WallTime> opened;                          // lastOpenedTime it claims with
  std::optional<std::int64_t> replication_transaction_id;  // JE's VLSN, by its last answer
  std::optional<std::int64_t> lag_transactions;  // behind the master when asked; 0 for the master
  std::optional<RestProbe> rest;                 // absent: never asked
};

struct RecordData {
  std::string name;
  std::string type;
  std::vector<std::string> data;  // presentation format
};

struct RecordStatus {
  std::string name;
  std::int64_t ttl_seconds = 0;
  std::string mode;                   // "serve", "observe"
  std::optional<bool> in_sync;        // absent: nothing is published in this mode
  std::vector<RecordData> wanted;     // what the decision asks for
  std::vector<RecordData> published;  // what is answered now
};

struct FailoverStatus {
  std::uint64_t generation = 0;
  std::string from, to, reason;
  WallTime at{};
  std::optional<double> lost_to_new_active_ms;
  double new_active_to_decided_ms = 0;
  std::optional<double> decided_to_published_ms;
};

/// An operator's hold, and what would be published without it.
struct HoldStatus {
  std::string kind;  // freeze | pin | withdraw
  std::string node;  // of a pin
  std::string reason, by;
  WallTime since{}, until{};
  decision::Publication would_publish;
};

struct GroupStatus {
  std::string name, ha_group, virtualhost;
  bool discovered = false;  // made of what the brokers report, not configured
  Health health = Health::warn;
  std::string state;  // starting | settling | published | no_active | conflict | held | blind |
                      // withheld | fallback
  std::string summary;
  std::optional<std::string> active_node;
  std::vector<std::string> active_address;
  decision::Action action = decision::Action::keep;  // what is answered in its place, if not keep
  std::vector<std::string> answer_address;           // what is answered: its own, or the fallback
  std::optional<HoldStatus> hold;
  WallTime active_since{};
  std::uint64_t generation = 0;
  std::optional<double> view_age_seconds;  // of the oldest answer that counts
  double max_view_age_seconds = 0;
  std::size_t nodes_answering = 0;
  std::size_t nodes_agreeing =
      0;  // the active node's own claim and the members that call it MASTER
  std::vector<NodeStatus> nodes;
  RecordStatus record;
  std::string reason;  // decision::Reason word
  WallTime reason_since{};
  bool alarm = false;
  decision::Explanation explanation;
  std::optional<FailoverStatus> last_failover;
  std::vector<decision::Risk> forecast;  // does not change `health`: nothing has failed yet
};

struct ServeStatus {
  std::string zone;
  std::uint32_t serial = 0;
  std::vector<std::string> listen;
  std::uint64_t queries = 0, answers = 0, dropped = 0, truncated = 0, send_errors = 0;
};

struct ReloadStatus {
  WallTime at{};
  std::string error;  // empty: what was read is in force
};

struct StatusSnapshot {
  WallTime generated_at{};
  std::string version, revision, instance;
  std::int64_t pid = 0;
  WallTime started_at{};
  std::string config_path, config_sha256;
  WallTime config_loaded_at{};
  std::optional<ReloadStatus> last_reload;
  std::string state_file;
  std::optional<std::string> state_error;
  bool first_round_done = false;
  std::size_t brokers = 0, brokers_answering = 0;
  std::vector<GroupStatus> groups;
  std::optional<ServeStatus> serve;
};

/// The worst of the groups; a state file that cannot be written is a warning, and so is a
/// configuration that was refused.
Health health_of(const StatusSnapshot& s);
std::string summary_of(const StatusSnapshot& s);
const char* to_word(Health h);

/// "2026-11-22T02:59:53.120Z"
std::string rfc3339(WallTime t);

}  // namespace signpost::status
