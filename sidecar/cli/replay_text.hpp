// What `signpost replay` found, as text or as JSON.
#pragma once

#include <optional>
#include <string>

#include "sidecar/history/history_reader.hpp"
#include "sidecar/history/replay.hpp"
#include "sidecar/history/what_if.hpp"

namespace signpost::cli {

struct ReplayResult {
  std::string file;
  history::History history;
  history::Verification verification;
  std::string config_path;  // of the policies behind `what_if`
  std::optional<history::WhatIf> what_if;
};

/// A line for each entry, what differs, a summary.
std::string replay_table(const ReplayResult& result);
std::string replay_json(const ReplayResult& result);

}  // namespace signpost::cli
