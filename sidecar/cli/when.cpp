#include "sidecar/cli/when.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstddef>
#include <optional>

#include "sidecar/config/duration.hpp"
#include "sidecar/config/safe_text.hpp"

namespace signpost::cli {
namespace {

using namespace std::chrono_literals;
using runtime::WallTime;
using std::chrono::milliseconds;

/// Takes a text apart from its beginning.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// Exactly `count` digits.
  std::optional<int> number(std::size_t count) {
    int value = 0;
    if (rest_.size() < count) return std::nullopt;
    for (const char c : rest_.substr(0, count)) {
      if (c < '0' || c > '9') return std::nullopt;
      value = 10 * value + (c - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }
  /// What stands behind the point of a second; more digits than milliseconds have are cut.
  std::optional<milliseconds> fraction() {
    int value = 0;
    int unit = 100;
    std::size_t digits = 0;
    for (; digits < rest_.size() && rest_[digits] >= '0' && rest_[digits] <= '9'; ++digits) {
      value += unit * (rest_[digits] - '0');
      unit /= 10;
    }
    rest_.remove_prefix(digits);
    return digits == 0 ? std::nullopt : std::optional(milliseconds(value));
  }

 private:
  std::string_view rest_;
};

std::optional<milliseconds> time_of_day(Scanner& scan) {
  const auto hour = scan.number(2);
  if (!hour || !scan.take(':')) return std::nullopt;
  const auto minute = scan.number(2);
  if (!minute || *hour > 23 || *minute > 59) return std::nullopt;
  milliseconds time = std::chrono::hours(*hour) + std::chrono::minutes(*minute);
  if (!scan.take(':')) return time;
  const auto second = scan.number(2);
  if (!second || *second > 60) return std::nullopt;  // 60: a leap second
  time += std::chrono::seconds(*second);
  if (!scan.take('.')) return time;
  const auto fraction = scan.fraction();
  return fraction ? std::optional(time + *fraction) : std::nullopt;
}

std::optional<milliseconds> offset(Scanner& scan) {
  if (scan.take('Z') || scan.take('z')) return 0ms;
  const bool east = scan.take('+');
  if (!east && !scan.take('-')) return std::nullopt;
  const auto hour = scan.number(2);
  if (!hour || !scan.take(':')) return std::nullopt;
  const auto minute = scan.number(2);
  if (!minute || *hour > 23 || *minute > 59) return std::nullopt;
  const milliseconds span = std::chrono::hours(*hour) + std::chrono::minutes(*minute);
  return east ? span : -span;
}

/// RFC 3339.
std::optional<WallTime> date_and_time(std::string_view text) {
  Scanner scan(text);
  const auto year = scan.number(4);
  if (!year || !scan.take('-')) return std::nullopt;
  const auto month = scan.number(2);
  if (!month || !scan.take('-')) return std::nullopt;
  const auto day = scan.number(2);
  if (!day || (!scan.take('T') && !scan.take('t') && !scan.take(' '))) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  const auto time = time_of_day(scan);
  if (!date.ok() || !time) return std::nullopt;
  const auto east = offset(scan);
  if (!east || !scan.at_end()) return std::nullopt;
  return WallTime(std::chrono::sys_days(date)) + *time - *east;
}

std::optional<WallTime> today(std::string_view text, WallTime now) {
  Scanner scan(text);
  const auto time = time_of_day(scan);
  if (!time) return std::nullopt;
  scan.take('Z');
  if (!scan.at_end()) return std::nullopt;
  return std::chrono::floor<std::chrono::days>(now) + *time;
}

}  // namespace

boost::system::result<WallTime, std::string> parse_when(std::string_view text, WallTime now) {
  if (text.starts_with('-')) {
    if (const auto ago = config::parse_duration(text.substr(1))) return now - *ago;
  }
  if (const auto time = date_and_time(text)) return *time;
  if (const auto time = today(text, now)) return *time;
  return fmt::format(
      "{} is no time: write \"2026-11-22T02:59:53Z\", \"02:59\" or \"02:59:53\" (today, UTC), or "
      "\"-10m\"",
      config::in_quotes(text));
}

}  // namespace signpost::cli
