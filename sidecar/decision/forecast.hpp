// forecast(): what will make the next failure worse than it has to be, said while there is time.
//
// Looks at settings that somebody forgot, at who could take over, at clocks and replication; never
// at who is active now, which is decide()'s business, and nothing is decided by it. Settings count
// for as long as nobody has said otherwise: a node that was cut off with a quorum override is just
// the one to know about. What changes by itself (roles, contact, lag) counts only while it is new.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "probe/observation.hpp"
#include "sidecar/decision/clock_offset.hpp"
#include "sidecar/decision/replication_lag.hpp"

namespace signpost::decision {

struct Risk {
  enum class Severity { warn, info };  // info: may well be meant

  std::string id;  // one stable word, for alerts
  Severity severity = Severity::warn;
  std::string node;  // empty: the group's
  std::string text;  // what it means at 3 a.m.
  std::string cure;
  bool operator==(const Risk&) const = default;
};

const char* to_word(Risk::Severity severity);

/// What is known of one configured node.
struct ForecastNode {
  std::string name;
  std::optional<probe::NodeRow> own;  // what it said last, however long ago
  std::vector<probe::PeerRow> peers;
  bool is_current = false;  // `own` and `peers` are from just now
  std::optional<ReplicationLag> lag;
  std::optional<ClockBounds> clock;
};

struct ForecastInput {
  std::vector<ForecastNode> nodes;
  bool all_asked = true;  // before that, silence means nothing
};

/// The worse ones first, then in the order of the rules; at most 32.
std::vector<Risk> forecast(const ForecastInput& input);

}  // namespace signpost::decision
