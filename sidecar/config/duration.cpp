#include "sidecar/config/duration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "sidecar/config/safe_text.hpp"

namespace signpost::config {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t milliseconds;
};

constexpr std::array<Unit, 6> units{{{"w", 604'800'000},
                                     {"d", 86'400'000},
                                     {"h", 3'600'000},
                                     {"m", 60'000},
                                     {"s", 1'000},
                                     {"ms", 1}}};
constexpr std::int64_t milliseconds_max = 10LL * 365 * 86'400'000;

// What people write instead, and the unit they mean.
struct Spelling {
  std::string_view written;
  std::string_view unit;
};
constexpr std::array<Spelling, 18> spellings{{{"sec", "s"},
                                              {"secs", "s"},
                                              {"second", "s"},
                                              {"seconds", "s"},
                                              {"min", "m"},
                                              {"mins", "m"},
                                              {"minute", "m"},
                                              {"minutes", "m"},
                                              {"hr", "h"},
                                              {"hour", "h"},
                                              {"hours", "h"},
                                              {"day", "d"},
                                              {"days", "d"},
                                              {"week", "w"},
                                              {"weeks", "w"},
                                              {"msec", "ms"},
                                              {"millis", "ms"},
                                              {"milliseconds", "ms"}}};

constexpr std::string_view format_hint =
    "write a whole number and ms, s, m, h, d or w: \"500ms\", \"5s\", \"2m\"";

std::string lower(std::string_view text) {
  std::string copy(text);
  std::transform(copy.begin(), copy.end(), copy.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return copy;
}

/// The unit that is meant by a word that is none, or "".
std::string_view meant(std::string_view word) {
  const std::string folded = lower(word);
  for (const Unit& unit : units) {
    if (unit.name == folded) return unit.name;
  }
  for (const Spelling& spelling : spellings) {
    if (spelling.written == folded) return spelling.unit;
  }
  return "";
}

Complaint unknown_unit(std::string_view text, std::string_view number, std::string_view word) {
  const std::size_t begin = word.find_first_not_of(' ');
  const std::string_view unit = meant(begin == std::string_view::npos ? "" : word.substr(begin));
  std::string hint =
      unit.empty() ? std::string(format_hint) : fmt::format("write \"{}{}\"", number, unit);
  if (word.starts_with('.') || word.starts_with(','))
    hint = "write it without a fraction in a smaller unit: \"500ms\" is half a second";
  return {fmt::format("{} is not a duration", in_quotes(text)), "", std::move(hint)};
}

}  // namespace

Parsed<std::chrono::milliseconds> parse_duration(std::string_view text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc::invalid_argument) {
    return Complaint{fmt::format("{} is not a duration", in_quotes(text)), "",
                     std::string(format_hint)};
  }
  const std::string_view digits = text.substr(0, static_cast<std::size_t>(rest - text.data()));
  const std::string_view word = text.substr(digits.size());
  if (word.empty()) return bare_number(digits);
  const auto* const unit =
      std::find_if(units.begin(), units.end(), [&](const Unit& u) { return u.name == word; });
  if (unit == units.end()) return unknown_unit(text, digits, word);
  if (error != std::errc() ||
      number > static_cast<std::uint64_t>(milliseconds_max / unit->milliseconds)) {
    return Complaint{fmt::format("{} is longer than ten years", in_quotes(text)), "too long",
                     "write a shorter one"};
  }
  return std::chrono::milliseconds(static_cast<std::int64_t>(number) * unit->milliseconds);
}

std::string duration_text(std::chrono::milliseconds duration) {
  const std::int64_t count = duration.count();
  if (count == 0) return "0s";
  for (const Unit& unit : units) {
    // 90s reads better than "1.5m", and 7d needs no thought where 1w does.
    if (unit.name != "w" && count % unit.milliseconds == 0) {
      return fmt::format("{}{}", count / unit.milliseconds, unit.name);
    }
  }
  return fmt::format("{}ms", count);
}

Complaint bare_number(std::string_view number) {
  return {fmt::format("{} has no unit", number), "no unit",
          fmt::format("write \"{}ms\" or \"{}s\"", number, number)};
}

}  // namespace signpost::config
