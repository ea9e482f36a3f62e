// Scene: what decide() is asked in its tests, written by hand.
#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include "sidecar/decision/active_node.hpp"

namespace signpost::decision {

using namespace std::chrono_literals;

inline const TimePoint t0{1000s};

inline std::optional<WallTime> opened_at(std::chrono::milliseconds t) {
  return WallTime(1'700'000'000'000ms + t);
}

// A group of three, everything a minute after the last change; P = n1, opened at 100 s.
struct Scene {
  GroupView view;
  Standing standing;
  Policy policy;
  std::optional<Hold> hold;
  TimePoint now = t0 + 60s;

  explicit Scene(int size = 3) {
    for (int i = 1; i <= size; ++i) {
      policy.nodes.push_back("n" + std::to_string(i));
      NodeView v;
      v.name = policy.nodes.back();
      v.says = Says::not_active;
      v.answer_started = now - 100ms;
      view.nodes.push_back(v);
    }
    view.has_witnesses = size >= 3;
    standing.active = standing.published.node = "n1";
    standing.opened = opened_at(100s);
    standing.seen_since = t0;
    standing.last_change = t0;
  }
  NodeView& node(int i) { return view.nodes[static_cast<std::size_t>(i - 1)]; }
  Scene& claims(int i, std::optional<WallTime> opened) {
    node(i).says = Says::active;
    node(i).opened = opened;
    node(i).last_claimed = node(i).answer_started;
    return *this;
  }
  Scene& silent(int i) {
    node(i).says = Says::nothing;
    return *this;
  }
  Scene& calls_master(int observer, int subject) {
    node(observer).is_observer = true;
    node(observer).views_asked = now - 500ms;
    node(observer).calls_master = {"n" + std::to_string(subject)};
    return *this;
  }
  Scene& nothing_published() {
    standing = Standing{};
    standing.seen_since = t0;
    return *this;
  }
};

}  // namespace signpost::decision
