#include "probe/http_date.hpp"

#include <array>

namespace signpost::probe {
namespace {

constexpr std::array<std::string_view, 7> day_names{"Sun", "Mon", "Tue", "Wed",
                                                    "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> month_names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

template <std::size_t n>
std::optional<unsigned> index_of(const std::array<std::string_view, n>& names,
                                 std::string_view name) {
  for (unsigned i = 0; i < n; ++i) {
    if (names[i] == name) return i;
  }
  return std::nullopt;
}

std::optional<unsigned> number(std::string_view digits) {
  unsigned value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  return value;
}

bool fits(std::string_view text) {
  constexpr std::string_view shape = "___, __ ___ ____ __:__:__ GMT";
  if (text.size() != shape.size()) return false;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] != '_' && shape[i] != text[i]) return false;
  }
  return true;
}

}  // namespace

std::optional<WallTime> parse_http_date(std::string_view text) {
  namespace chrono = std::chrono;
  if (!fits(text)) return std::nullopt;
  const auto weekday = index_of(day_names, text.substr(0, 3));
  const auto month = index_of(month_names, text.substr(8, 3));
  const auto day = number(text.substr(5, 2)), year = number(text.substr(12, 4));
  const auto hour = number(text.substr(17, 2)), minute = number(text.substr(20, 2)),
             second = number(text.substr(23, 2));
  if (!weekday || !month || !day || !year || !hour || !minute || !second) return std::nullopt;
  if (*year < 1970 || *year > 2199 || *hour > 23 || *minute > 59 || *second > 59)
    return std::nullopt;
  const chrono::year_month_day date{chrono::year(static_cast<int>(*year)),
                                    chrono::month(*month + 1), chrono::day(*day)};
  if (!date.ok() || chrono::weekday(chrono::sys_days(date)).c_encoding() != *weekday)
    return std::nullopt;
  return WallTime(chrono::sys_days(date)) + chrono::hours(*hour) + chrono::minutes(*minute) +
         chrono::seconds(*second);
}

}  // namespace signpost::probe
