#include "sidecar/cli/status_table.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "sidecar/cli/text_table.hpp"
#include "sidecar/config/safe_text.hpp"

namespace signpost::cli {
namespace {

namespace json = boost::json;
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

// ---- reading what may be null, missing or of another type

const json::value* at(const json::value* value, std::string_view key) {
  if (value == nullptr || !value->is_object()) return nullptr;
  const json::value* found = value->get_object().if_contains(key);
  return found == nullptr || found->is_null() ? nullptr : found;
}

std::string text(const json::value* value, std::string_view otherwise = "") {
  if (value == nullptr || !value->is_string()) return std::string(otherwise);
  const std::string_view raw = value->get_string();
  return config::safe_text(raw);
}

std::optional<double> number(const json::value* value) {
  if (value == nullptr || !value->is_number()) return std::nullopt;
  boost::system::error_code error;
  const auto number = value->to_number<double>(error);
  return error ? std::nullopt : std::optional(number);
}

bool is_true(const json::value* value) {
  return value != nullptr && value->is_bool() && value->get_bool();
}

const json::array& list(const json::value* value) {
  static const json::array none;
  return value != nullptr && value->is_array() ? value->get_array() : none;
}

std::string joined(const json::value* value, std::string_view separator) {
  std::vector<std::string> texts;
  for (const json::value& item : list(value)) texts.push_back(text(&item));
  return fmt::format("{}", fmt::join(texts, separator));
}

std::optional<int> digits(std::string_view text, std::size_t begin, std::size_t count) {
  int number = 0;
  const std::string_view part = text.substr(std::min(begin, text.size()), count);
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
  const bool whole = error == std::errc() && part.size() == count && end == part.data() + count;
  return whole && number >= 0 ? std::optional(number) : std::nullopt;
}

/// "2026-11-22T02:59:53.120Z", as the document has it; nothing else.
std::optional<WallTime> time(const json::value* value) {
  const std::string s = text(value);
  const auto year = digits(s, 0, 4), month = digits(s, 5, 2), day = digits(s, 8, 2);
  const auto hour = digits(s, 11, 2), minute = digits(s, 14, 2), second = digits(s, 17, 2);
  if (!year || !month || !day || !hour || !minute || !second || !s.ends_with('Z'))
    return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  const int milliseconds = s.size() > 20 ? digits(s, 20, 3).value_or(0) : 0;
  return WallTime(std::chrono::sys_days(date)) + std::chrono::hours(*hour) +
         std::chrono::minutes(*minute) + std::chrono::seconds(*second) +
         std::chrono::milliseconds(milliseconds);
}

// ---- one group

std::string word(std::string_view status) {
  if (status == "pass") return "OK";
  if (status == "warn") return "WARN";
  if (status == "fail") return "FAIL";
  if (status == "info") return "INFO";
  return "?";
}

class GroupText {
 public:
  GroupText(const json::value& group, std::optional<WallTime> now) : group_(&group), now_(now) {}

  std::string render() const {
    std::string out = fmt::format("{}  {}  {}", text(at(group_, "name"), "?"),
                                  word(text(at(group_, "status"))), target());
    for (const std::string& part : remarks()) out += "; " + part;
    return out + '\n' + nodes() + details() + forecast();
  }

 private:
  std::string age_of(const json::value* since) const {
    const auto begin = time(since);
    if (!begin || !now_) return "-";
    return age_text(std::chrono::duration<double>(*now_ - *begin).count());
  }

  std::string target() const {
    const json::value* record = at(group_, "record");
    const json::value* active = at(group_, "active");
    std::string name = text(at(record, "name"), "?");
    if (is_true(at(group_, "discovered"))) name += " (discovered)";
    if (text(at(record, "mode")) == "observe") name += " (observed)";
    const json::value* answer = at(group_, "answer");
    if (const std::string action = text(at(answer, "action"), "keep"); action != "keep")
      return fmt::format("{} -> {}", name, substitute(answer, action));
    if (active == nullptr) return name + " -> no node";
    return fmt::format("{} -> {} ({}) for {}", name, text(at(active, "node"), "?"),
                       joined(at(active, "address"), ", "), age_of(at(active, "since")));
  }

  /// What is answered in the place of the node's address.
  std::string substitute(const json::value* answer, const std::string& action) const {
    const std::string node = text(at(at(group_, "active"), "node"));
    std::string out = text(at(answer, "text"), action);
    if (action == "fallback") out = "fallback " + joined(at(answer, "address"), ", ");
    return node.empty() ? out : fmt::format("{}, not {}", out, node);
  }

  std::string held(const std::string& why) const {
    if (!why.empty()) return "HELD: " + why;
    const json::value* hold = at(group_, "hold");
    const std::string node = text(at(hold, "node"));
    return fmt::format("HELD: {}{} by {} until {} ({})", text(at(hold, "kind"), "?"),
                       node.empty() ? "" : " to " + node, text(at(hold, "by"), "?"),
                       text(at(hold, "until"), "?"), text(at(hold, "reason")));
  }

  std::vector<std::string> remarks() const {
    std::vector<std::string> parts;
    std::string state = text(at(group_, "state"));
    const std::string why = text(at(at(group_, "explain"), "text"));
    const bool is_held = at(group_, "hold") != nullptr;
    if (is_held) parts.push_back(held(why));
    // Clients are not where the brokers are: that must not be overlooked.
    if (state == "withheld") state = "WITHHELD";
    if (state == "fallback") state = "FALLBACK";
    const bool usual =
        state.empty() || (state == "published" && text(at(group_, "status")) == "pass");
    if (!usual && !is_held)
      parts.push_back(why.empty() ? state : fmt::format("{}: {}", state, why));
    const json::value* record = at(group_, "record");
    const json::value* in_sync = at(record, "in_sync");
    if (in_sync != nullptr && in_sync->is_bool() && !in_sync->get_bool())
      parts.emplace_back("NOT YET PUBLISHED");
    if (usual) add_agreement(record, parts);
    parts.push_back(view());
    return parts;
  }

  void add_agreement(const json::value* record, std::vector<std::string>& parts) const {
    const json::array& resolvers = list(at(record, "resolvers"));
    std::size_t agree = 0;
    for (const json::value& resolver : resolvers)
      agree += is_true(at(&resolver, "in_sync")) ? 1 : 0;
    if (!resolvers.empty())
      parts.push_back(fmt::format("{}/{} resolvers agree", agree, resolvers.size()));
    const json::value* agreement = at(at(group_, "view"), "agreement");
    const auto voters = number(at(agreement, "voters"));
    if (resolvers.empty() && voters && *voters > 0) {
      parts.push_back(fmt::format("{:.0f}/{:.0f} nodes answer",
                                  number(at(at(group_, "view"), "answering")).value_or(0),
                                  *voters));
    }
  }

  std::string view() const {
    const json::value* view = at(group_, "view");
    const auto age = number(at(view, "age_seconds"));
    if (!age) return "NO VIEW";
    // A dead view must look dead.
    return fmt::format("{} {:.1f}s old", is_true(at(view, "fresh")) ? "view" : "VIEW STALE,", *age);
  }

  [[nodiscard]] bool any_node_has(std::string_view key, std::string_view inner = "") const {
    for (const json::value& node : list(at(group_, "nodes"))) {
      const json::value* value = at(&node, key);
      if ((inner.empty() ? value : at(value, inner)) != nullptr) return true;
    }
    return false;
  }

  static std::string probe_cell(const json::value* probe) {
    if (probe == nullptr) return "-";
    const std::string result = text(at(probe, "result"), "?");
    if (result == "ok") {
      const auto latency = number(at(probe, "latency_ms"));
      return latency ? fmt::format("{:.1f}ms", *latency) : result;
    }
    const auto times = number(at(probe, "consecutive"));
    return times && *times > 1 ? fmt::format("{} x{:.0f}", result, *times) : result;
  }

  std::string nodes() const {
    const json::array& nodes = list(at(group_, "nodes"));
    if (nodes.empty()) return "";
    const bool amqp = any_node_has("probes", "amqp");
    const bool lag = any_node_has("lag_transactions");
    Row header{"  NODE", "ROLE", "SINCE"};
    if (amqp) header.emplace_back("AMQP");
    header.emplace_back("REST");
    if (lag) header.emplace_back("LAG");
    header.emplace_back("ADDRESS");
    std::vector<Row> rows{std::move(header)};
    for (const json::value& node : nodes) {
      const std::string self = is_true(at(&node, "self")) ? " (self)" : "";
      Row row{fmt::format("{} {}{}", is_true(at(&node, "active")) ? '*' : ' ',
                          text(at(&node, "name"), "?"), self),
              text(at(&node, "role"), "-"), age_of(at(&node, "role_since"))};
      const json::value* probes = at(&node, "probes");
      if (amqp) row.push_back(probe_cell(at(probes, "amqp")));
      row.push_back(probe_cell(at(probes, "rest")));
      const auto behind = number(at(&node, "lag_transactions"));
      if (lag) row.push_back(behind ? fmt::format("{:.0f}", *behind) : "-");
      row.push_back(joined(at(&node, "address"), ", "));
      rows.push_back(std::move(row));
    }
    return text_table(rows);
  }

  /// What the failing probes said, below the table.
  std::string details() const {
    std::string out;
    for (const json::value& node : list(at(group_, "nodes"))) {
      for (const std::string_view kind : {"amqp", "rest"}) {
        const std::string detail = text(at(at(at(&node, "probes"), kind), "detail"));
        if (!detail.empty())
          out += fmt::format("  {}: {}: {}\n", text(at(&node, "name"), "?"), kind, detail);
      }
    }
    return out;
  }

  std::string forecast() const {
    std::string out;
    for (const json::value& risk : list(at(group_, "forecast"))) {
      const std::string cure = text(at(&risk, "cure"));
      out += fmt::format("  {} {}: {}{}\n", word(text(at(&risk, "severity"))),
                         text(at(&risk, "id"), "?"), text(at(&risk, "text"), "?"),
                         cure.empty() ? "" : "; cure: " + cure);
    }
    return out;
  }

  const json::value* group_;
  std::optional<WallTime> now_;
};

}  // namespace

std::string age_text(double seconds) {
  if (!(seconds > 0)) return "0s";
  if (seconds < 1) return fmt::format("{:.0f}ms", std::floor(seconds * 1000));
  constexpr double centuries = 1e10;
  const auto whole = static_cast<std::int64_t>(std::min(seconds, centuries));
  if (whole < 60) return fmt::format("{}s", whole);
  if (whole < 3600) return fmt::format("{}m{}s", whole / 60, whole % 60);
  if (whole < 86400) return fmt::format("{}h{}m", whole / 3600, whole % 3600 / 60);
  return fmt::format("{}d{}h", whole / 86400, whole % 86400 / 3600);
}

boost::system::result<StatusText, NotAStatus> status_text(std::string_view document) {
  boost::system::error_code error;
  const json::value root = json::parse(document, error);
  if (error || !root.is_object()) return NotAStatus{"the answer is not JSON"};
  const json::value* groups = at(&root, "groups");
  if (groups == nullptr || !groups->is_array()) return NotAStatus{"the answer has no groups"};
  StatusText status;
  status.failed = text(at(&root, "status")) == "fail";
  const auto now = time(at(&root, "generated_at"));
  for (const json::value& group : groups->get_array()) {
    if (!status.text.empty()) status.text += '\n';
    status.text += GroupText(group, now).render();
  }
  const std::string state_error = text(at(at(at(&root, "signpost"), "state"), "error"));
  if (!state_error.empty()) status.text += fmt::format("\nstate file: {}\n", state_error);
  return status;
}

}  // namespace signpost::cli
