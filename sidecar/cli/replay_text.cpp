#include "sidecar/cli/replay_text.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <utility>
#include <vector>

#include "sidecar/cli/text_table.hpp"
#include "sidecar/config/safe_text.hpp"
#include "sidecar/runtime/rfc3339.hpp"

namespace signpost::cli {
namespace {

namespace json = boost::json;
using history::Divergence;
using history::Entry;
using history::Replayed;
using runtime::rfc3339;

std::string counted(std::size_t count, const char* thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

/// What replayed it found about each entry; nullptr: there is nothing to decide in it.
std::vector<const Replayed*> by_entry(const ReplayResult& r) {
  std::vector<const Replayed*> found(r.history.entries.size());
  for (const Replayed& step : r.verification.steps) found[step.entry] = &step;
  return found;
}

std::string entries_text(const ReplayResult& r) {
  std::vector<Row> rows{{"TIME", "GROUP", "EVENT", "ACTIVE", "REASON", "GENERATION", "REPLAY"}};
  const std::vector<const Replayed*> replayed = by_entry(r);
  for (std::size_t i = 0; i < replayed.size(); ++i) {
    const Entry& e = r.history.entries[i];
    Row row{rfc3339(e.time), e.group.empty() ? "-" : e.group, e.event, "-", "-", "-", "-"};
    if (replayed[i] != nullptr) {
      const decision::Decision& d = e.step->after.decision;
      row[3] = history::to_text({d.active, d.action});
      row[4] = to_word(d.reason);
      row[5] = std::to_string(d.generation);
      row[6] = replayed[i]->differences.empty() ? "identical" : "DIFFERS";
    }
    rows.push_back(std::move(row));
  }
  return text_table(rows);
}

std::string differences_text(const ReplayResult& r) {
  std::string text;
  for (const Replayed& step : r.verification.steps) {
    const Entry& e = r.history.entries[step.entry];
    for (const std::string& difference : step.differences) {
      text += fmt::format("entry {} ({}, {}): {}\n", e.seq, rfc3339(e.time),
                          config::safe_text(e.group), config::safe_text(difference));
    }
  }
  return text;
}

std::string summary(const history::Verification& v) {
  if (v.steps.empty()) return "no decision is recorded\n";
  const std::string all = fmt::format("{} of {} replayed", counted(v.steps.size(), "decision"),
                                      counted(v.groups, "group"));
  return v.differing == 0 ? fmt::format("{}: all identical\n", all)
                          : fmt::format("{}: {} DIFFER\n", all, v.differing);
}

std::string what_if_text(const ReplayResult& r) {
  const history::WhatIf& w = *r.what_if;
  std::string text;
  for (const std::string& note : w.notes)
    text += fmt::format("note: {}\n", config::safe_text(note));
  text += fmt::format("with this configuration ({}), {} of {}: ", config::safe_text(r.config_path),
                      counted(w.steps, "decision"), counted(w.groups, "group"));
  if (w.divergences.empty()) return text + "nothing would have been different\n";
  text += fmt::format("different {}\n", counted(w.divergences.size(), "time"));
  std::vector<Row> rows{
      {"FROM", "UNTIL", "GROUP", "RECORDED", "REASON", "THIS CONFIGURATION", "REASON"}};
  for (const Divergence& d : w.divergences) {
    rows.push_back({rfc3339(d.from), d.until ? rfc3339(*d.until) : "the end", d.group,
                    history::to_text(d.recorded.what), std::string(to_word(d.recorded.reason)),
                    history::to_text(d.replayed.what), std::string(to_word(d.replayed.reason))});
  }
  return text + text_table(rows);
}

json::array texts(const std::vector<std::string>& list) {
  json::array out;
  for (const std::string& text : list) out.emplace_back(text);
  return out;
}

json::object told_json(const history::Told& told) {
  return {{"active", told.what.node ? json::value(*told.what.node) : json::value(nullptr)},
          {"action", to_word(told.what.action)},
          {"reason", to_word(told.reason)}};
}

json::value what_if_json(const ReplayResult& r) {
  if (!r.what_if) return nullptr;
  json::array list;
  for (const Divergence& d : r.what_if->divergences) {
    list.push_back(
        json::object{{"group", d.group},
                     {"from", rfc3339(d.from)},
                     {"until", d.until ? json::value(rfc3339(*d.until)) : json::value(nullptr)},
                     {"recorded", told_json(d.recorded)},
                     {"replayed", told_json(d.replayed)}});
  }
  return json::object{{"config", r.config_path},
                      {"decisions", r.what_if->steps},
                      {"groups", r.what_if->groups},
                      {"differences", std::move(list)},
                      {"notes", texts(r.what_if->notes)}};
}

json::object entry_json(const Entry& e, const Replayed& replayed) {
  const decision::Decision& d = e.step->after.decision;
  json::object o = told_json({{d.active, d.action}, d.reason});
  json::object entry{
      {"seq", e.seq}, {"time", rfc3339(e.time)}, {"group", e.group}, {"event", e.event}};
  for (const auto& member : o) entry.insert(member);
  entry["generation"] = d.generation;
  entry["identical"] = replayed.differences.empty();
  entry["differences"] = texts(replayed.differences);
  return entry;
}

}  // namespace

std::string replay_table(const ReplayResult& result) {
  std::string text = entries_text(result) + differences_text(result) + summary(result.verification);
  return result.what_if ? text + what_if_text(result) : text;
}

std::string replay_json(const ReplayResult& r) {
  json::array entries;
  for (const Replayed& step : r.verification.steps)
    entries.push_back(entry_json(r.history.entries[step.entry], step));
  json::array damaged;
  for (const history::DamagedLine& line : r.history.damaged) {
    damaged.push_back(json::object{{"file", line.file},
                                   {"line", line.line},
                                   {"what", line.what},
                                   {"cut_off", line.is_cut_off}});
  }
  const json::object document{{"schema", "signpost-replay-v1"},
                              {"file", r.file},
                              {"decisions", r.verification.steps.size()},
                              {"groups", r.verification.groups},
                              {"differing", r.verification.differing},
                              {"entries", std::move(entries)},
                              {"damaged", std::move(damaged)},
                              {"with_config", what_if_json(r)}};
  return json::serialize(document) + "\n";
}

}  // namespace signpost::cli
