#include "sidecar/decision/group_view.hpp"

#include <algorithm>

namespace signpost::decision {
namespace {

bool says_the_same(const NodeView& a, const NodeView& b) {
  return a.name == b.name && a.says == b.says && a.opened == b.opened &&
         a.confirmation == b.confirmation && a.is_observer == b.is_observer &&
         a.calls_master == b.calls_master;
}

}  // namespace

bool same_but_for_times(const GroupView& a, const GroupView& b) {
  return a.has_witnesses == b.has_witnesses && a.all_asked == b.all_asked &&
         std::equal(a.nodes.begin(), a.nodes.end(), b.nodes.begin(), b.nodes.end(), says_the_same);
}

Order order_of(const std::optional<WallTime>& opened, const std::optional<WallTime>& than) {
  using namespace std::chrono_literals;
  if (!opened || !than) return Order::unordered;
  if (*opened > *than + 2s) return Order::later;
  if (*opened + 2s < *than) return Order::earlier;
  return Order::unordered;
}

}  // namespace signpost::decision
