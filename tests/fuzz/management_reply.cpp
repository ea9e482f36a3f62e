// Any bytes as an answer of the query API: what comes out keeps to the bounds, and a failure is one
// line.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "probe/management_reply.hpp"

namespace {

using namespace signpost::probe;

void require(bool condition) {
  if (!condition) std::abort();
}

void check_failure(const Failure& failure) {
  require(failure.code == errc::malformed_reply);
  require(!failure.detail.empty() && failure.detail.size() < 1200);
  require(std::ranges::all_of(failure.detail, [](char c) { return c >= 0x20 && c < 0x7f; }));
}

void check_time(const std::optional<WallTime>& time) {
  if (!time) return;
  require(time->time_since_epoch().count() > 0);
  // Would overflow for a time that was let through unchecked.
  (void)std::chrono::time_point_cast<std::chrono::nanoseconds>(*time);
}

void check_text(std::string_view text) { require(text.size() <= 1024); }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view json(reinterpret_cast<const char*>(data), size);
  if (const auto report = parse_virtualhosts(json)) {
    for (const VirtualhostRow& row : report->rows) {
      check_text(row.node);
      check_text(row.name);
      check_time(row.last_opened);
    }
  } else {
    check_failure(report.error());
  }
  if (const auto nodes = parse_nodes(json)) {
    require(std::ranges::is_sorted(*nodes, {}, &NodeRow::name));
    for (const NodeRow& node : *nodes) {
      check_time(node.last_updated);
      require(node.priority.value_or(0) >= 0 && node.transaction_id.value_or(0) >= 0);
      if (!node.permitted_nodes) continue;
      require(node.permitted_nodes->size() <= 256);
      require(std::ranges::is_sorted(*node.permitted_nodes));
      for (const std::string& address : *node.permitted_nodes) check_text(address);
    }
  } else {
    check_failure(nodes.error());
  }
  if (const auto peers = parse_peers(json)) {
    for (const PeerRow& peer : *peers) {
      check_time(peer.join_time);
      require(peer.transaction_id.value_or(0) >= 0);
    }
  } else {
    check_failure(peers.error());
  }
  return 0;
}
