// The text of the state file.
#include <fmt/format.h>

#include <boost/json.hpp>

#include "sidecar/runtime/state_file.hpp"

namespace signpost::runtime {
namespace {

namespace json = boost::json;

std::uint64_t number(const json::object& o, std::string_view key, std::uint64_t max) {
  const json::value* v = o.if_contains(key);
  if (v == nullptr) throw std::runtime_error(fmt::format("\"{}\" is missing", key));
  boost::system::error_code ec;
  auto n = v->to_number<std::uint64_t>(ec);
  if (ec || n > max)
    throw std::runtime_error(fmt::format("\"{}\" is no whole number up to {}", key, max));
  return n;
}

constexpr std::uint64_t year_2200 = 7258118400000;

WallTime moment(const json::object& o, std::string_view key) {
  return WallTime(std::chrono::milliseconds(number(o, key, year_2200)));
}

/// Absent or null = nullopt.
std::optional<std::string> text(const json::object& o, std::string_view key) {
  const json::value* v = o.if_contains(key);
  if (v == nullptr || v->is_null()) return std::nullopt;
  return std::string(v->as_string());
}

SavedHold hold_from(const json::object& o) {
  SavedHold h;
  h.kind = text(o, "kind").value_or("");
  if (h.kind != "freeze" && h.kind != "pin" && h.kind != "withdraw")
    throw std::runtime_error(fmt::format("a hold's \"kind\" is \"{}\"", h.kind));
  h.node = text(o, "node").value_or("");
  h.reason = text(o, "reason").value_or("");
  h.who = text(o, "who").value_or("");
  h.since = moment(o, "since_ms");
  h.until = moment(o, "until_ms");
  return h;
}

json::object hold_json(const SavedHold& h) {
  return {{"kind", h.kind},
          {"node", h.node},
          {"reason", h.reason},
          {"who", h.who},
          {"since_ms", h.since.time_since_epoch().count()},
          {"until_ms", h.until.time_since_epoch().count()}};
}

SavedGroup group_from(const json::value& v) {
  const json::object& o = v.as_object();
  SavedGroup g;
  g.generation = number(o, "generation", std::uint64_t{1} << 62);
  g.active = text(o, "active");
  if (const json::value* opened = o.if_contains("opened_ms");
      opened != nullptr && !opened->is_null()) {
    g.opened = moment(o, "opened_ms");
  }
  g.action = text(o, "action").value_or("");
  if (const json::value* hold = o.if_contains("hold"); hold != nullptr && !hold->is_null())
    g.hold = hold_from(hold->as_object());
  g.record = text(o, "record").value_or("");
  g.ha_group = text(o, "group").value_or("");
  g.published = text(o, "published");
  g.published_action = text(o, "published_action");
  if (o.if_contains("gone_ms") != nullptr) g.gone = moment(o, "gone_ms");
  if (const json::value* ha = o.if_contains("ha"); ha != nullptr) g.is_ha = ha->as_bool();
  if (const json::value* members = o.if_contains("members"); members != nullptr) {
    for (const json::value& m : members->as_array()) {
      const json::object& member = m.as_object();
      g.members.push_back({text(member, "node").value_or(""), text(member, "broker").value_or(""),
                           text(member, "url").value_or("")});
    }
  }
  return g;
}

}  // namespace

std::string to_json(const State& state) {
  json::object groups;
  for (const auto& [name, g] : state.groups) {
    json::object o;
    o["generation"] = g.generation;
    o["active"] = g.active ? json::value(*g.active) : json::value(nullptr);
    o["opened_ms"] =
        g.opened ? json::value(g.opened->time_since_epoch().count()) : json::value(nullptr);
    // Rare, and so left out when they say nothing: the file is written at each failover.
    if (!g.action.empty()) o["action"] = g.action;
    if (g.hold) o["hold"] = hold_json(*g.hold);
    if (!g.record.empty()) o["record"] = g.record;
    if (!g.ha_group.empty()) o["group"] = g.ha_group;
    if (g.published) o["published"] = *g.published;
    if (g.published_action) o["published_action"] = *g.published_action;
    if (g.is_ha) o["ha"] = true;
    if (g.gone) o["gone_ms"] = g.gone->time_since_epoch().count();
    if (!g.members.empty()) {
      json::array& members = (o["members"] = json::array()).as_array();
      for (const SavedMember& m : g.members)
        members.push_back(json::object{{"node", m.node}, {"broker", m.broker}, {"url", m.url}});
    }
    groups[name] = std::move(o);
  }
  json::object root;
  root["version"] = 1;
  root["serial"] = state.serial;
  root["groups"] = std::move(groups);
  return json::serialize(root) + "\n";
}

LoadedState parse_state(const std::string& text) {
  try {
    json::value v = json::parse(text);
    const json::object& root = v.as_object();
    LoadedState loaded;
    if (std::uint64_t version = number(root, "version", UINT32_MAX); version != 1) {
      loaded.unreadable = fmt::format("version {} was written by a newer signpost", version);
      return loaded;
    }
    loaded.state.serial = static_cast<std::uint32_t>(number(root, "serial", UINT32_MAX));
    for (const auto& [name, group] : root.at("groups").as_object())
      loaded.state.groups[std::string(name)] = group_from(group);
    return loaded;
  } catch (const boost::system::system_error& e) {  // without the library's source location
    return {{}, e.code().message(), ""};
  } catch (const std::exception& e) {
    return {{}, e.what(), ""};
  }
}

}  // namespace signpost::runtime
