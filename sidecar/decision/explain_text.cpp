#include "sidecar/decision/explain_text.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

namespace signpost::decision {
namespace {

// "because   first line", and what follows under it.
void section(std::string& out, const char* title, const std::vector<std::string>& lines) {
  for (const std::string& line : lines)
    out += fmt::format("{:<10}{}\n", &line == &lines.front() ? title : "", line);
}

std::string headline(const std::string& group, const Explanation& e) {
  std::string out = fmt::format("{} -> {}", group, answer_text({e.active, e.action}));
  if (!e.active) return out + " (no active node is known yet)";
  if (e.action != Action::keep) out += fmt::format(", not {}", *e.active);
  return out + fmt::format(" (generation {})", e.generation);
}

std::vector<std::string> evidence_lines(const Explanation& e) {
  std::size_t width = 0;
  for (const auto& node : e.evidence) width = std::max(width, node.node.size());
  std::vector<std::string> lines;
  for (const auto& node : e.evidence) {
    std::string age = node.age ? fmt::format("; asked {} ago", span_text(*node.age)) : "";
    std::string note = node.note.empty() ? "" : "; " + node.note;
    lines.push_back(fmt::format("{:<{}}  {}{}{}", node.node, width, node.detail, age, note));
  }
  return lines;
}

std::vector<std::string> check_lines(const Explanation& e) {
  std::vector<std::string> lines;
  lines.reserve(e.checks.size());
  for (const auto& check : e.checks)
    lines.push_back(fmt::format("{}  {:<18}  {}",
                                check.passed ? (*check.passed ? "ok" : "no") : " -", check.word,
                                check.detail));
  return lines;
}

std::vector<std::string> need_lines(const Explanation& e) {
  if (e.needs.empty()) return {"nothing can change the answer: this group has one node"};
  if (e.needs.size() == 1) return {e.needs.front().text};
  std::vector<std::string> lines{"one of these:"};
  for (const auto& need : e.needs) lines.push_back("- " + need.text);
  return lines;
}

}  // namespace

std::string explain_text(const std::string& group, const Explanation& e) {
  std::string out = headline(group, e) + "\n";
  section(out, "reason", {fmt::format("{} for {}", to_word(e.reason), span_text(e.reason_age))});
  section(out, "because", {e.because});
  section(out, "rule", {fmt::format("{}: {}", e.row.word, e.row.text)});
  section(out, "evidence", evidence_lines(e));
  section(out, "checks", check_lines(e));
  if (e.runner_up)
    section(out, "runner-up", {fmt::format("{}: {}", e.runner_up->node, e.runner_up->why_not)});
  section(out, "needs", need_lines(e));
  return out;
}

std::string next_change_needs(const Explanation& e) {
  if (e.needs.empty()) return need_lines(e).front();
  std::string out;
  for (const auto& need : e.needs) out += (out.empty() ? "" : "; or ") + need.text;
  return out;
}

std::string answer_text(const Publication& p) {
  switch (p.action) {
    case Action::keep:
      return p.node.value_or("SERVFAIL");
    case Action::withdraw:
      return "NODATA";
    case Action::servfail:
      return "SERVFAIL";
    case Action::fallback:
      return "the fallback addresses";
  }
  return {};
}

std::string list_text(const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += i + 1 == names.size() ? " and " : ", ";
    out += names[i];
  }
  return out;
}

std::string span_text(Duration span) {
  using namespace std::chrono_literals;
  if (span > 0ms && span < 100ms) {
    auto ms = std::chrono::ceil<std::chrono::milliseconds>(span);
    return fmt::format("{} ms", ms.count());
  }
  auto tenths = std::chrono::round<std::chrono::duration<std::int64_t, std::deci>>(span).count();
  if (tenths < 100)
    return tenths % 10 == 0 ? fmt::format("{} s", tenths / 10)
                            : fmt::format("{}.{} s", tenths / 10, tenths % 10);
  auto seconds = std::chrono::round<std::chrono::seconds>(span).count();
  if (seconds < 120) return fmt::format("{} s", seconds);
  auto minutes = seconds / 60;
  if (minutes < 120)
    return seconds % 60 == 0 || minutes >= 10 ? fmt::format("{} min", minutes)
                                              : fmt::format("{} min {} s", minutes, seconds % 60);
  auto hours = minutes / 60;
  if (hours < 48)
    return minutes % 60 == 0 ? fmt::format("{} h", hours)
                             : fmt::format("{} h {} min", hours, minutes % 60);
  return hours % 24 == 0 ? fmt::format("{} d", hours / 24)
                         : fmt::format("{} d {} h", hours / 24, hours % 24);
}

std::string time_text(WallTime t) {
  auto whole = std::chrono::floor<std::chrono::seconds>(t);
  std::string out =
      fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(std::chrono::system_clock::to_time_t(whole)));
  auto ms = (t - whole).count();
  return ms == 0 ? out + "Z" : fmt::format("{}.{:03}Z", out, ms);
}

}  // namespace signpost::decision
