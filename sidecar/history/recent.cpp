#include "sidecar/history/recent.hpp"

#include <boost/json.hpp>

#include "sidecar/runtime/rfc3339.hpp"

namespace signpost::history {
namespace {

namespace json = boost::json;

json::value or_null(const std::optional<std::string>& text) {
  return text ? json::value(*text) : json::value(nullptr);
}

json::value decision_json(const std::optional<decision::Decision>& d) {
  if (!d) return nullptr;
  return json::object{{"change", to_word(d->change)},
                      {"previous", or_null(d->previous)},
                      {"active", or_null(d->active)},
                      {"action", to_word(d->action)},
                      {"reason", to_word(d->reason)},
                      {"generation", d->generation},
                      {"alarm", d->alarm}};
}

}  // namespace

void RecentEntries::add(const Entry& e) {
  if (entries_.size() == size_max) entries_.pop_front();
  entries_.push_back({e.seq, e.time, e.event, e.group, e.actor, e.detail,
                      e.step ? std::optional(e.step->after.decision) : std::nullopt});
}

std::string RecentEntries::json(std::string_view group, std::size_t limit) const {
  json::array list;
  for (auto e = entries_.rbegin(); e != entries_.rend() && list.size() < limit; ++e) {
    if (!group.empty() && e->group != group) continue;
    list.push_back(
        json::object{{"seq", e->seq},
                     {"time", runtime::rfc3339(e->time)},
                     {"event", e->event},
                     {"group", e->group.empty() ? json::value(nullptr) : json::value(e->group)},
                     {"actor", e->actor},
                     {"detail", e->detail},
                     {"decision", decision_json(e->decision)}});
  }
  const json::object document{{"schema", "signpost-history-v1"}, {"entries", std::move(list)}};
  return json::serialize(document) + "\n";
}

}  // namespace signpost::history
