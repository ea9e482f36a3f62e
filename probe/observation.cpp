#include "probe/observation.hpp"

namespace signpost::probe {

const char* to_text(State s) {
  switch (s) {
    case State::uninitialized:
      return "UNINITIALIZED";
    case State::quiesced:
      return "QUIESCED";
    case State::stopped:
      return "STOPPED";
    case State::active:
      return "ACTIVE";
    case State::deleted:
      return "DELETED";
    case State::errored:
      return "ERRORED";
    case State::unavailable:
      return "UNAVAILABLE";
    case State::other:
      return "OTHER";
  }
  return "OTHER";
}

const char* to_text(NodeRole r) {
  switch (r) {
    case NodeRole::none:
      return "NONE";
    case NodeRole::master:
      return "MASTER";
    case NodeRole::replica:
      return "REPLICA";
    case NodeRole::waiting:
      return "WAITING";
    case NodeRole::unreachable:
      return "UNREACHABLE";
    case NodeRole::detached:
      return "DETACHED";
    case NodeRole::other:
      return "OTHER";
  }
  return "OTHER";
}

}  // namespace signpost::probe
