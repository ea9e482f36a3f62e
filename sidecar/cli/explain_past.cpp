#include "sidecar/cli/explain_past.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <set>

#include "sidecar/config/safe_text.hpp"
#include "sidecar/decision/explain_text.hpp"
#include "sidecar/runtime/rfc3339.hpp"
#include "sidecar/status/explain_json.hpp"

namespace signpost::cli {
namespace {

namespace json = boost::json;
using history::Entry;

std::set<std::string> groups_of(const std::vector<Entry>& entries) {
  std::set<std::string> groups;
  for (const Entry& entry : entries) {
    if (entry.step) groups.insert(entry.group);
  }
  return groups;
}

/// When signpost was stopped after that decision and before this moment; nullopt = it ran on.
std::optional<runtime::WallTime> stopped_since(const std::vector<Entry>& entries,
                                               const Entry& decision, runtime::WallTime at) {
  std::optional<runtime::WallTime> stopped;
  bool is_later = false;
  for (const Entry& entry : entries) {
    if (is_later && entry.time <= at && entry.event == "stop") stopped = entry.time;
    if (is_later && entry.time <= at && entry.event == "start" && !stopped) stopped = entry.time;
    is_later = is_later || entry.seq == decision.seq;
  }
  return stopped;
}

decision::Explanation explanation_of(const Entry& entry) {
  const decision::Step& step = *entry.step;
  return explain(step.after, step.view, entry.policy.value_or(decision::Policy{}), step.hold,
                 step.now);
}

}  // namespace

boost::system::result<ExplainedPast, RequestError> explain_past(
    const std::vector<Entry>& entries, const std::optional<std::string>& group,
    runtime::WallTime at) {
  const std::set<std::string> known = groups_of(entries);
  if (group && !known.contains(*group)) {
    return RequestError{
        exit_usage,
        fmt::format(
            "the history knows no group {}; it knows: {}", config::in_quotes(*group),
            known.empty() ? "none" : config::safe_text(fmt::format("{}", fmt::join(known, ", "))))};
  }
  ExplainedPast past;
  json::array groups;
  for (const std::string& name : known) {
    if (group && name != *group) continue;
    const auto entry = last_decision_before(entries, name, at);
    if (!entry) continue;
    const decision::Explanation e = explanation_of(*entry);
    const std::string text = decision::explain_text(name, e);
    const auto stopped = stopped_since(entries, *entry, at);
    if (!past.text.empty()) past.text += '\n';
    past.text += fmt::format("as decided at {}, {} before {}\n", runtime::rfc3339(entry->time),
                             decision::span_text(at - entry->time), runtime::rfc3339(at));
    if (stopped)
      past.text +=
          fmt::format("signpost was stopped or restarted at {}\n", runtime::rfc3339(*stopped));
    past.text += text;
    groups.push_back(json::object{
        {"name", name},
        {"decided_at", runtime::rfc3339(entry->time)},
        {"stopped_at", stopped ? json::value(runtime::rfc3339(*stopped)) : json::value(nullptr)},
        {"explain", status::explain_json(e)},
        {"text", text}});
  }
  if (groups.empty())
    return RequestError{
        exit_no_input, fmt::format("nothing was decided up to {}, as far as this history goes back",
                                   runtime::rfc3339(at))};
  past.json = json::serialize(json::object{{"schema", "signpost-explain-v1"},
                                           {"at", runtime::rfc3339(at)},
                                           {"groups", std::move(groups)}}) +
              "\n";
  return past;
}

}  // namespace signpost::cli
