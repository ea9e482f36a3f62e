// Reason: why the published node is the published node. One word, the same in log, status, history
// and tests.
#pragma once

#include <string_view>

namespace signpost::decision {

enum class Reason {
  starting,       // no active node is known yet and not every broker has been asked once
  single_active,  // exactly one claim: the published node's own
  active_moved,   // exactly one claim, another node's, newer or witnessed or the first ever:
                  // published
  stale_claim,    // exactly one claim, but older than the published node's or not ordered: held off
                  // for stale_hold
  unconfirmed,    // exactly one claim, another node's, which AMQP denies or has not confirmed yet
  newest_of_several,  // two or more claims, one of them newer than all others or named by a
                      // majority
  conflict,           // two or more claims that nothing orders
  electing,           // nobody claims, a majority of nodes answers
  blind,   // nobody claims and no majority answers: what was published stays (fail static)
  damped,  // a change is due but the last one is too recent
  held,    // an operator's hold is in force
};

/// "active_moved"
std::string_view to_word(Reason reason);

/// Reasons under which the published node was not seen to claim: when it claims again the
/// generation grows (design: A-B-A).
bool is_doubt(Reason reason);

}  // namespace signpost::decision
