#include "sidecar/decision/policy.hpp"

namespace signpost::decision {

const char* to_word(Action action) {
  switch (action) {
    case Action::keep:
      return "keep";
    case Action::withdraw:
      return "withdraw";
    case Action::servfail:
      return "servfail";
    case Action::fallback:
      return "fallback";
  }
  return "?";
}

}  // namespace signpost::decision
