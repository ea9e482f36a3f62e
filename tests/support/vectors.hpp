// Files under tests/vectors. SIGNPOST_VECTORS is where they are.
#pragma once

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace signpost::test {

inline std::string vector_text(const std::string& name) {
  std::ifstream file(SIGNPOST_VECTORS "/" + name, std::ios::binary);
  if (!file) throw std::runtime_error("no such file in tests/vectors: " + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace signpost::test
