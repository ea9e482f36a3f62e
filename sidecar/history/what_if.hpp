// What-if: the recorded evidence, decided under another policy. Each group is followed with a
// memory of its own; where clients would have been told something else, or for another reason, is
// listed. Pure.
//
// Evidence is only what was recorded. Between two entries the newest answers are taken to have been
// repeated, as they were (what changes is recorded), and time-outs of the policy are played there.
// What the recording policy kept from being seen stays unseen: `notes` says so.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sidecar/history/recorder.hpp"

namespace signpost::history {

/// What clients were told, and why.
struct Told {
  decision::Publication what;
  decision::Reason reason{};
  bool operator==(const Told&) const = default;
};

/// "n2", "none", "n2 withheld (servfail)"
std::string to_text(const decision::Publication& publication);

struct Divergence {
  std::string group;
  runtime::WallTime from{};
  std::optional<runtime::WallTime> until;  // absent: to the end of the history
  Told recorded, replayed;
};

struct WhatIf {
  std::vector<Divergence> divergences;  // in order of `from`
  std::vector<std::string> notes;
  std::size_t steps = 0;
  std::size_t groups = 0;  // that the other configuration has as well
};

/// nullptr: the other configuration has no such group.
using PolicyOf = std::function<const decision::Policy*(const std::string& group)>;

WhatIf what_if(const std::vector<Entry>& entries, const PolicyOf& policy_of);

}  // namespace signpost::history
