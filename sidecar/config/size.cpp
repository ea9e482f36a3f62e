#include "sidecar/config/size.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "sidecar/config/safe_text.hpp"

namespace signpost::config {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t octets;
};
constexpr std::array<Unit, 3> units{
    {{"GiB", std::uint64_t{1} << 30}, {"MiB", std::uint64_t{1} << 20}, {"KiB", 1 << 10}}};
constexpr std::uint64_t octets_max = std::uint64_t{1} << 40;

constexpr std::string_view format_hint = "write a whole number and KiB, MiB or GiB: \"4MiB\"";

/// The unit that is meant by "k", "MB", "gib", ...; nullptr = none.
const Unit* meant(std::string_view word) {
  while (word.starts_with(' ')) word.remove_prefix(1);
  if (word.empty()) return nullptr;
  const std::string_view tail = word.substr(1);
  const bool is_size = tail.empty() || tail == "b" || tail == "B" || tail == "ib" || tail == "iB" ||
                       tail == "i" || tail == "IB";
  for (const Unit& unit : units) {
    const char letter = unit.name.front();
    if (is_size && (word.front() == letter || word.front() == letter - 'A' + 'a')) return &unit;
  }
  return nullptr;
}

}  // namespace

Parsed<std::uint64_t> parse_size(std::string_view text) {
  std::uint64_t number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto digits = text.substr(0, static_cast<std::size_t>(rest - text.data()));
  const std::string_view word = text.substr(digits.size());
  for (const Unit& unit : units) {
    if (digits.empty() || word != unit.name) continue;
    if (error != std::errc() || number > octets_max / unit.octets) {
      return Complaint{fmt::format("{} is more than 1024GiB", in_quotes(text)), "too large",
                       "write a smaller one"};
    }
    return number * unit.octets;
  }
  const Unit* unit = digits.empty() ? nullptr : meant(word);
  return Complaint{fmt::format("{} is not a size", in_quotes(text)), "",
                   unit == nullptr ? std::string(format_hint)
                                   : fmt::format("write \"{}{}\"", digits, unit->name)};
}

std::string size_text(std::uint64_t octets) {
  for (const Unit& unit : units) {
    if (octets > 0 && octets % unit.octets == 0)
      return fmt::format("{}{}", octets / unit.octets, unit.name);
  }
  return std::to_string(octets);
}

Complaint size_without_unit(std::int64_t number) {
  return {fmt::format("{} has no unit", number), "no unit", std::string(format_hint)};
}

}  // namespace signpost::config
