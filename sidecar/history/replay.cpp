#include "sidecar/history/replay.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <set>
#include <utility>

#include "sidecar/history/step_json.hpp"

namespace signpost::history {
namespace {

namespace json = boost::json;

std::string shown(const json::value* value) {
  return value == nullptr ? "nothing" : json::serialize(*value);
}

/// Objects are looked into, so that a difference is named by its field.
void compare(const json::object& recorded, const json::object& now, const std::string& path,
             std::vector<std::string>& differences) {
  std::set<json::string> keys;
  for (const auto& member : recorded) keys.emplace(member.key());
  for (const auto& member : now) keys.emplace(member.key());
  for (const json::string& key : keys) {
    const json::value* a = recorded.if_contains(key);
    const json::value* b = now.if_contains(key);
    const std::string name = path + std::string(key);
    if (a != nullptr && b != nullptr && a->is_object() && b->is_object()) {
      compare(a->get_object(), b->get_object(), name + ".", differences);
    } else if (shown(a) != shown(b)) {
      differences.push_back(fmt::format("{}: recorded {}, now {}", name, shown(a), shown(b)));
    }
  }
}

std::vector<std::string> differences_of(const decision::Step& step,
                                        const decision::Policy& policy) {
  const decision::Memory again = settle(step.before, step.view, step.hold, policy, step.now);
  const json::object recorded = to_json(step.after);
  const json::object now = to_json(again);
  std::vector<std::string> differences;
  if (json::serialize(recorded) != json::serialize(now)) compare(recorded, now, "", differences);
  return differences;
}

}  // namespace

Verification verify(const std::vector<Entry>& entries) {
  Verification result;
  std::set<std::string_view> groups;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Entry& entry = entries[i];
    if (!entry.step || !entry.policy) continue;
    groups.insert(entry.group);
    result.steps.push_back({i, differences_of(*entry.step, *entry.policy)});
    if (!result.steps.back().differences.empty()) ++result.differing;
  }
  result.groups = groups.size();
  return result;
}

}  // namespace signpost::history
