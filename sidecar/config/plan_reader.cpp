#include "sidecar/config/plan_reader.hpp"

#include <fmt/format.h>

#include <chrono>
#include <string>

#include "sidecar/config/network_text.hpp"

namespace signpost::config {
namespace {

using namespace std::chrono_literals;
using decision::Action;

constexpr std::size_t addresses_max = 16;  // as of a node

void read_plan(Reader& decide, const std::string& key, decision::Plan& plan) {
  constexpr Choice<Action> actions[] = {{"keep", Action::keep},
                                        {"withdraw", Action::withdraw},
                                        {"servfail", Action::servfail},
                                        {"fallback", Action::fallback}};
  const std::string after = key + "_after";
  decide.choice(key, plan.action, actions);
  auto wait = std::chrono::duration_cast<Milliseconds>(plan.after);
  decide.duration(after, wait, {0ms, 24h});
  plan.after = wait;
  if (plan.action != Action::keep || wait == 0ms || !decide.trusted(key)) return;
  decide.complain(after, {fmt::format("has no effect while {} is \"keep\"", key), "not used",
                          fmt::format("remove it, or write {} = \"withdraw\", \"servfail\" or "
                                      "\"fallback\"",
                                      key)});
}

}  // namespace

void read_plans(Reader& decide, Group& group) {
  decision::Policy& policy = group.policy;
  read_plan(decide, "on_none", policy.on_none);
  read_plan(decide, "on_conflict", policy.on_conflict);
  read_plan(decide, "on_blind", policy.on_blind);
  decide.list("fallback", group.fallback, addresses_max, parse_published_address);
}

}  // namespace signpost::config
