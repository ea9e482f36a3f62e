#include "sidecar/decision/hold.hpp"

namespace signpost::decision {

const char* to_word(Hold::Kind kind) {
  switch (kind) {
    case Hold::Kind::freeze:
      return "freeze";
    case Hold::Kind::pin:
      return "pin";
    case Hold::Kind::withdraw:
      return "withdraw";
  }
  return "?";
}

}  // namespace signpost::decision
