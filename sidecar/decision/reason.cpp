#include "sidecar/decision/reason.hpp"

namespace signpost::decision {

std::string_view to_word(Reason reason) {
  switch (reason) {
    case Reason::starting:
      return "starting";
    case Reason::single_active:
      return "single_active";
    case Reason::active_moved:
      return "active_moved";
    case Reason::stale_claim:
      return "stale_claim";
    case Reason::unconfirmed:
      return "unconfirmed";
    case Reason::newest_of_several:
      return "newest_of_several";
    case Reason::conflict:
      return "conflict";
    case Reason::electing:
      return "electing";
    case Reason::blind:
      return "blind";
    case Reason::damped:
      return "damped";
    case Reason::held:
      return "held";
  }
  return "?";
}

bool is_doubt(Reason reason) {
  switch (reason) {
    case Reason::starting:
    case Reason::single_active:
    case Reason::active_moved:
    case Reason::newest_of_several:
    case Reason::held:
      return false;
    case Reason::damped:
    case Reason::stale_claim:
    case Reason::unconfirmed:
    case Reason::conflict:
    case Reason::electing:
    case Reason::blind:
      return true;
  }
  return true;
}

}  // namespace signpost::decision
