#include "sidecar/cli/text_table.hpp"

#include <gtest/gtest.h>

namespace signpost::cli {
namespace {

TEST(TextTable, AlignsByWhatATerminalShows) {
  EXPECT_EQ(
      text_table(
          {{"NODE", "ROLE"}, {"b", "MASTER"}, {"\xe5\x8c\x97\xe4\xba\xac!", "x"}, {"\x1b", ""}}),
      "NODE   ROLE\n"
      "b      MASTER\n"
      "\xe5\x8c\x97\xe4\xba\xac!  x\n"
      "\\x1b\n");
  EXPECT_EQ(text_table({}), "");
}

}  // namespace
}  // namespace signpost::cli
