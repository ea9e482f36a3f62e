// A row of a table test, with a name that ctest shows.
//
//   struct Case : NamedCase { int input; int output; };
//   INSTANTIATE_TEST_SUITE_P(Numbers, Doubled, testing::Values(Case{"Zero", 0, 0}), case_name);
#pragma once

#include <ostream>

namespace signpost::test {

struct NamedCase {
  const char* name;

  friend std::ostream& operator<<(std::ostream& out, const NamedCase& row) {
    return out << row.name;
  }
};

inline constexpr auto case_name = [](const auto& test) { return test.param.name; };

}  // namespace signpost::test
