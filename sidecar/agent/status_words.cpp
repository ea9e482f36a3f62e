#include "sidecar/agent/status_words.hpp"

namespace signpost::agent {

using decision::Decision;
using decision::Reason;
using status::Health;

namespace {

// Longer than any election after a kill; a silent host takes 26 s with JE's defaults, and by then a
// person should know.
constexpr auto no_active_is_failure_after = std::chrono::seconds(10);

}  // namespace

std::string state_word(const Decision& d) {
  using decision::Action;
  if (d.reason != Reason::held && d.action != Action::keep)
    return d.action == Action::fallback ? "fallback" : "withheld";
  switch (d.reason) {
    case Reason::starting:
      return "starting";
    case Reason::single_active:
    case Reason::active_moved:
    case Reason::newest_of_several:
      return "published";
    case Reason::stale_claim:
    case Reason::unconfirmed:
    case Reason::damped:
      return "settling";
    case Reason::conflict:
      return "conflict";
    case Reason::electing:
      return "no_active";
    case Reason::blind:
      return "blind";
    case Reason::held:
      return "held";
  }
  return "starting";
}

Health judge(const Decision& d, bool every_node_answers,
             std::chrono::steady_clock::duration reason_age) {
  bool by_policy = d.reason != Reason::held && d.action != decision::Action::keep;
  if (by_policy) return Health::fail;
  switch (d.reason) {
    case Reason::single_active:
    case Reason::active_moved:
      return every_node_answers ? Health::pass : Health::warn;
    case Reason::newest_of_several:
    case Reason::damped:
    case Reason::held:
    case Reason::unconfirmed:
    case Reason::starting:
      return Health::warn;
    case Reason::electing:
      return !d.active || reason_age > no_active_is_failure_after ? Health::fail : Health::warn;
    case Reason::stale_claim:
    case Reason::conflict:
    case Reason::blind:
      return Health::fail;
  }
  return Health::fail;
}

}  // namespace signpost::agent
