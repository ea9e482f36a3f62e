#include "sidecar/config/discover_reader.hpp"

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <string_view>

#include "sidecar/config/group_reader.hpp"
#include "sidecar/config/name_template.hpp"
#include "sidecar/config/record_reader.hpp"
#include "sidecar/config/safe_text.hpp"

namespace signpost::config {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t patterns_max = 64;  // each is tried on each name that a broker reports
constexpr std::size_t pattern_octets_max = 255;

Parsed<std::string> parse_pattern(std::string_view text) {
  const char* const hint = "write a group's name, with * for any characters and ? for one";
  if (text.empty()) return Complaint{"a pattern must not be empty", "empty", hint};
  if (text.size() > pattern_octets_max) {
    return Complaint{fmt::format("a pattern is longer than {} octets", pattern_octets_max),
                     "too long", hint};
  }
  if (safe_text(text) != text) {
    return Complaint{fmt::format("{} has characters that cannot be shown", in_quotes(text)), "",
                     hint};
  }
  return std::string(text);
}

}  // namespace

std::optional<Discover> read_discover(Reader& top) {
  auto table = top.table("discover");
  if (!table) return std::nullopt;
  Discover discover;
  if (table->require("name", "what the groups are called: name = \"{group}.mq.example.com.\"")) {
    table->parsed("name", discover.name, parse_name_template);
  }
  table->list("include", discover.include, patterns_max, parse_pattern);
  table->list("exclude", discover.exclude, patterns_max, parse_pattern);
  table->seconds("grace", discover.grace, {0s, 30 * 24h});
  read_decide(*table, discover.like);
  discover.like.record = read_record_without_name(*table);
  read_publish(*table, discover.like);
  table->finish();
  return discover;
}

}  // namespace signpost::config
