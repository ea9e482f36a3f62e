#include "sidecar/cli/history_text.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "sidecar/cli/text_table.hpp"
#include "sidecar/config/safe_text.hpp"
#include "sidecar/decision/explanation.hpp"
#include "sidecar/history/what_if.hpp"
#include "sidecar/runtime/rfc3339.hpp"

namespace signpost::cli {
namespace {

namespace json = boost::json;
using Change = decision::Decision::Change;

/// A re-confirmation and a new reason are felt by nobody.
bool is_felt(Change change) {
  switch (change) {
    case Change::moved:
    case Change::reactivated:
    case Change::withheld:
    case Change::restored:
      return true;
    case Change::none:
    case Change::reconfirmed:
      return false;
  }
  return false;
}

json::value or_null(const std::optional<std::string>& text) {
  return text ? json::value(*text) : json::value(nullptr);
}
json::value or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

std::string or_dash(const std::optional<std::string>& text) { return text.value_or("-"); }
std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

}  // namespace

std::optional<HistoryRow> history_row(const history::Entry& entry) {
  HistoryRow row{entry.time, entry.group, entry.event, {}, {}, "", 0, entry.actor, entry.detail};
  if (!entry.step) {
    if (entry.event == "evidence" || entry.event == "decision") return std::nullopt;
    return row;
  }
  const decision::Decision& before = entry.step->before.decision;
  const decision::Decision& after = entry.step->after.decision;
  if (!is_felt(after.change)) return std::nullopt;
  row.what = to_word(after.change);
  row.from = history::to_text({before.active, before.action});
  row.to = history::to_text({after.active, after.action});
  row.reason = to_word(after.reason);
  row.generation = after.generation;
  row.detail = because(entry.step->after, entry.step->view,
                       entry.policy.value_or(decision::Policy{}), entry.step->hold);
  return row;
}

std::string history_table(const std::vector<HistoryRow>& rows) {
  if (rows.empty()) return "nothing happened\n";
  std::vector<Row> table{
      {"TIME", "GROUP", "WHAT", "FROM", "TO", "REASON", "GENERATION", "WHO", "DETAIL"}};
  for (const HistoryRow& row : rows) {
    table.push_back({runtime::rfc3339(row.time), or_dash(row.group), row.what, or_dash(row.from),
                     or_dash(row.to), or_dash(row.reason),
                     row.generation == 0 ? "-" : std::to_string(row.generation), row.who,
                     row.detail});
  }
  return text_table(table);
}

std::string history_json(const std::vector<HistoryRow>& rows) {
  json::array list;
  for (const HistoryRow& row : rows) {
    list.push_back(json::object{
        {"time", runtime::rfc3339(row.time)},
        {"group", or_null(row.group)},
        {"what", row.what},
        {"from", or_null(row.from)},
        {"to", or_null(row.to)},
        {"reason", or_null(row.reason)},
        {"generation", row.generation == 0 ? json::value(nullptr) : json::value(row.generation)},
        {"who", row.who},
        {"detail", row.detail}});
  }
  return json::serialize(json::object{{"entries", std::move(list)}}) + "\n";
}

std::string damage_text(const history::History& history) {
  std::string text;
  for (const history::DamagedLine& line : history.damaged) {
    text += fmt::format("{}:{}: {}\n", config::safe_text(line.file), line.line,
                        line.is_cut_off ? "is cut off: signpost ended while it wrote this line"
                                        : config::safe_text(line.what));
  }
  if (history.damaged_more > 0)
    text += fmt::format("{} more damaged lines\n", history.damaged_more);
  if (history.older_left_out > 0) {
    text += fmt::format("{} older entries are left out: at most {} are read\n",
                        history.older_left_out, history::entries_max);
  }
  return text;
}

}  // namespace signpost::cli
