#include "sidecar/status/explain_json.hpp"

#include <boost/json.hpp>
#include <cmath>

#include "sidecar/decision/explain_text.hpp"
#include "sidecar/status/status_snapshot.hpp"

namespace signpost::status {
namespace {

namespace json = boost::json;
using decision::Explanation;

json::value seconds(const std::optional<decision::Duration>& d) {
  if (!d) return nullptr;
  return std::round(std::chrono::duration<double>(*d).count() * 1000) / 1000;
}

json::value or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

const char* to_word(decision::Says says) {
  switch (says) {
    case decision::Says::nothing:
      return "nothing";
    case decision::Says::not_active:
      return "not_active";
    case decision::Says::active:
      return "active";
  }
  return "?";
}

json::value confirmation(const Explanation::Evidence& e) {
  if (e.says != decision::Says::active) return nullptr;
  switch (e.confirmation) {
    case decision::Confirmation::confirmed:
      return "confirmed";
    case decision::Confirmation::pending:
      return "pending";
    case decision::Confirmation::denied:
      return "denied";
  }
  return nullptr;
}

json::object evidence_json(const Explanation::Evidence& e) {
  json::array masters;
  for (const std::string& node : e.calls_master) masters.emplace_back(node);
  return {{"node", e.node},
          {"says", to_word(e.says)},
          {"detail", e.detail},
          {"age_seconds", seconds(e.age)},
          {"opened", e.opened ? json::value(rfc3339(*e.opened)) : json::value(nullptr)},
          {"confirmation", confirmation(e)},
          {"calls_master", std::move(masters)},
          {"views_age_seconds", seconds(e.views_age)},
          {"note", or_null(e.note)}};
}

json::object check_json(const Explanation::Check& c) {
  return {{"rule", c.word},
          {"result", c.passed ? json::value(*c.passed) : json::value(nullptr)},
          {"detail", c.detail}};
}

json::object need_json(const Explanation::Need& n) {
  return {
      {"kind", n.kind}, {"node", or_null(n.node)}, {"text", n.text}, {"in_seconds", seconds(n.in)}};
}

template <class T>
json::array list(const std::vector<T>& items, json::object (*convert)(const T&)) {
  json::array out;
  for (const T& item : items) out.push_back(convert(item));
  return out;
}

}  // namespace

json::object explain_json(const Explanation& e) {
  json::value runner_up = nullptr;
  if (e.runner_up)
    runner_up = json::object{{"node", e.runner_up->node}, {"why_not", e.runner_up->why_not}};
  return {{"text", e.because},
          {"row", json::object{{"word", e.row.word}, {"text", e.row.text}}},
          {"rules", list(e.checks, check_json)},
          {"evidence", list(e.evidence, evidence_json)},
          {"runner_up", std::move(runner_up)},
          {"needs", list(e.needs, need_json)},
          {"next_change_needs", next_change_needs(e)}};
}

}  // namespace signpost::status
