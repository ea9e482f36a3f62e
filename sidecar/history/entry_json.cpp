#include "sidecar/history/entry_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdint>
#include <functional>
#include <utility>

#include "sidecar/history/step_json.hpp"
#include "sidecar/runtime/rfc3339.hpp"

namespace signpost::history {
namespace {

namespace json = boost::json;

constexpr std::uint64_t version = 1;
constexpr std::size_t depth_max = 8;           // line, step, view, nodes, node, calls_master
constexpr std::size_t text_octets_max = 4096;  // of a detail or an actor: a person wrote it
constexpr std::uint64_t year_2200_ms = 7'258'118'400'000;
constexpr std::uint64_t century_ns = 100ULL * 366 * 86'400 * 1'000'000'000;

/// Cut between two characters.
std::string_view shortened(std::string_view text) {
  if (text.size() <= text_octets_max) return text;
  std::size_t end = text_octets_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

std::string serialised(const Entry& e, const std::string& detail, bool with_step) {
  json::object o{{"v", version},
                 {"seq", e.seq},
                 {"time", runtime::rfc3339(e.time)},
                 {"time_ms", e.time.time_since_epoch().count()},
                 {"mono_ns", e.mono.time_since_epoch().count()},
                 {"event", e.event},
                 {"group", e.group},
                 {"actor", shortened(e.actor)},
                 {"detail", shortened(detail)}};
  if (with_step && e.policy) o["policy"] = to_json(*e.policy);
  if (with_step && e.step) o["step"] = to_json(*e.step);
  return json::serialize(o);
}

/// A name or a reason that is no UTF-8 would spoil the line for every reader.
std::string as_utf8(std::string line) {
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  boost::system::error_code ec;
  if (!std::all_of(line.begin(), line.end(), is_ascii)) json::parse(line, ec);
  if (ec) std::replace_if(line.begin(), line.end(), std::not_fn(is_ascii), '?');
  return line;
}

const json::value& member(const json::object& o, const char* key) {
  const json::value* value = o.if_contains(key);
  if (value == nullptr) throw FormatError(fmt::format("\"{}\" is missing", key));
  return *value;
}

std::uint64_t number(const json::object& o, const char* key, std::uint64_t max) {
  boost::system::error_code ec;
  const auto n = member(o, key).to_number<std::uint64_t>(ec);
  if (ec || n > max)
    throw FormatError(fmt::format("\"{}\" is no whole number from 0 to {}", key, max));
  return n;
}

std::string text(const json::object& o, const char* key) {
  const json::value& value = member(o, key);
  if (!value.is_string()) throw FormatError(fmt::format("\"{}\" is no string", key));
  return std::string(value.get_string());
}

const json::object* object(const json::object& o, const char* key) {
  const json::value* value = o.if_contains(key);
  if (value == nullptr) return nullptr;
  if (!value->is_object()) throw FormatError(fmt::format("\"{}\" is no object", key));
  return &value->get_object();
}

Entry entry_from(const json::object& o) {
  if (const auto v = number(o, "v", UINT32_MAX); v != version)
    throw FormatError(fmt::format("version {} was written by another signpost", v));
  Entry e;
  e.seq = number(o, "seq", UINT64_MAX >> 1);
  e.time = runtime::WallTime(
      std::chrono::milliseconds(static_cast<std::int64_t>(number(o, "time_ms", year_2200_ms))));
  e.mono = runtime::TimePoint(
      std::chrono::nanoseconds(static_cast<std::int64_t>(number(o, "mono_ns", century_ns))));
  e.event = text(o, "event");
  e.group = text(o, "group");
  e.actor = text(o, "actor");
  e.detail = text(o, "detail");
  if (const json::object* policy = object(o, "policy")) e.policy = policy_from(*policy);
  if (const json::object* step = object(o, "step")) e.step = step_from(*step);
  if (e.step && !e.policy) throw FormatError("there is a step without its policy");
  return e;
}

}  // namespace

std::string to_line(const Entry& entry) {
  std::string line = serialised(entry, entry.detail, true);
  if (line.size() >= line_octets_max) {
    const std::string note = fmt::format("(its step took {} octets and was left out)", line.size());
    line = serialised(entry, entry.detail.empty() ? note : fmt::format("{} {}", note, entry.detail),
                      false);
  }
  return as_utf8(std::move(line)) + '\n';
}

boost::system::result<Entry, std::string> parse_line(std::string_view line) {
  if (line.size() > line_octets_max)
    return fmt::format("is longer than {} octets", line_octets_max);
  json::parse_options options;
  options.max_depth = depth_max;
  boost::system::error_code ec;
  const json::value value = json::parse(line, ec, {}, options);
  if (ec) return fmt::format("is no JSON: {}", ec.message());
  if (!value.is_object()) return std::string("is no JSON object");
  try {
    return entry_from(value.get_object());
  } catch (const FormatError& error) {
    return std::string(error.what());
  }
}

}  // namespace signpost::history
