// What `signpost history` shows of a history: the entries that clients or operators felt, as a
// table or as JSON.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sidecar/history/history_reader.hpp"

namespace signpost::cli {

struct HistoryRow {
  runtime::WallTime time{};
  std::string group;  // empty: all
  std::string what;   // "moved", "withheld", ...; or the word of the event
  std::optional<std::string> from, to;
  std::string reason;  // empty: no decision
  std::uint64_t generation = 0;
  std::string who;
  std::string detail;
};

/// nullopt: nobody felt it.
std::optional<HistoryRow> history_row(const history::Entry& entry);

std::string history_table(const std::vector<HistoryRow>& rows);
std::string history_json(const std::vector<HistoryRow>& rows);

/// One line for each damaged line, and what else is not there: for standard error.
std::string damage_text(const history::History& history);

}  // namespace signpost::cli
