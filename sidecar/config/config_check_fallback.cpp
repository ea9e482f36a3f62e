// [group.decide] fallback: there when it is needed, used when it is there, and publishable.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <unordered_map>

#include "sidecar/config/config_check.hpp"
#include "sidecar/config/network_text.hpp"
#include "sidecar/config/safe_text.hpp"

namespace signpost::config {
namespace {

/// The key of the first plan that falls back; empty = none does.
std::string first_that_falls_back(const decision::Policy& policy) {
  constexpr auto fallback = decision::Action::fallback;
  if (policy.on_none.action == fallback) return "on_none";
  if (policy.on_conflict.action == fallback) return "on_conflict";
  return policy.on_blind.action == fallback ? "on_blind" : "";
}

bool plans_are_trusted(const Checked& c, const Settings& of) {
  return c.sources.trusted(of.at("decide.on_none")) &&
         c.sources.trusted(of.at("decide.on_conflict")) &&
         c.sources.trusted(of.at("decide.on_blind"));
}

void check_each(const Checked& c, const Settings& of) {
  const Group& group = of.group;
  std::unordered_map<std::string_view, std::size_t> seen;
  bool is_readable = true;
  for (std::size_t a = 0; a < group.fallback.size(); ++a) {
    const std::string& address = group.fallback[a];
    is_readable = is_readable && !address.empty();
    const auto [first, unique] = seen.emplace(address, a);
    if (unique || address.empty()) continue;
    c.errors.add(
        c.sources.at(of.at(fmt::format("decide.fallback[{}]", a))),
        {fmt::format("{}decide.fallback: {} is there already", of.prefix, in_quotes(address)), "",
         "remove one of the two"});
  }
  const Record& record = group.record;
  if (!is_readable || !c.sources.trusted(of.at("record.types"))) return;
  const bool published = std::any_of(
      group.fallback.begin(), group.fallback.end(),
      [&](const std::string& a) { return family_of(a) == Family::v4 ? record.a : record.aaaa; });
  if (published) return;
  const char* families = "neither A nor AAAA";
  const char* hint = "add \"A\" or \"AAAA\" to record.types";
  if (record.a || record.aaaa) {
    families = record.a ? "A only" : "AAAA only";
    hint = record.a ? "add an IPv4 address, or \"AAAA\" to record.types"
                    : "add an IPv6 address, or \"A\" to record.types";
  }
  c.errors.add(c.sources.at(of.at("decide.fallback")),
               {fmt::format("{}decide.fallback: none of these can be published: the record has {}",
                            of.prefix, families),
                fmt::format("types on line {}", c.sources.at(of.at("record.types")).line), hint});
}

}  // namespace

void check_fallback(const Checked& c, const Settings& of) {
  const Group& group = of.group;
  const std::string path = of.at("decide.fallback");
  const std::string user = first_that_falls_back(group.policy);
  if (!c.sources.trusted(path)) return;
  if (!group.fallback.empty() && !user.empty()) return check_each(c, of);
  if (!user.empty()) {
    const std::string where = of.at("decide." + user);
    c.errors.add(
        c.sources.at(c.sources.written(path) ? path : where),
        {fmt::format("{}decide.fallback: {} is \"fallback\" and no address is given", of.prefix,
                     user),
         c.sources.written(path) ? "empty" : "",
         fmt::format("write fallback = [\"192.0.2.99\"] into [{}.decide]: 1 to 16 addresses",
                     of.table)});
  } else if (!group.fallback.empty() && plans_are_trusted(c, of)) {
    c.errors.add(c.sources.at(path),
                 {fmt::format("{}decide.fallback has no effect: none of on_none, on_conflict and "
                              "on_blind is \"fallback\"",
                              of.prefix),
                  "not used", "write one of them, or remove it"});
  }
}

}  // namespace signpost::config
