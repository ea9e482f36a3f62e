// Mutants: known bugs, put into copies of the product's sources at build time (mutate.py) and
// switched on by name. A simulator that does not find them would not find the next real one either.
#pragma once

#include <string>
#include <string_view>

namespace signpost::sim {

/// The bug that is switched on; empty = none. Set once, before the first thread starts.
inline std::string& chosen_mutant() {
  static std::string name;
  return name;
}

inline bool mutant(std::string_view name) { return chosen_mutant() == name; }

}  // namespace signpost::sim
