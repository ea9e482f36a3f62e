#include "sidecar/config/config_error.hpp"

#include <gtest/gtest.h>

#include <string>

#include "sidecar/config/safe_text.hpp"
#include "sidecar/config/secret_mask.hpp"

namespace signpost::config {
namespace {

TEST(FormatError, LooksLikeACompilersMessage) {
  const ConfigError error{
      2, 11, 7, "timeout is too long", "interval is on line 1", "write \"400ms\""};
  EXPECT_EQ(format_error("a.toml", "interval = \"500ms\"\ntimeout = \"700ms\"\n", error),
            "a.toml:2:11: timeout is too long\n"
            "    2 | timeout = \"700ms\"\n"
            "      |           ^^^^^^^ interval is on line 1\n"
            "hint: write \"400ms\"\n");
}

TEST(FormatError, LeavesOutWhatIsNotThere) {
  EXPECT_EQ(format_error("a.toml", "x = 1\n", {0, 0, 1, "too large", "", ""}),
            "a.toml: too large\n");
  EXPECT_EQ(format_error("a.toml", "", {1, 1, 1, "version is missing", "", "write it"}),
            "a.toml:1:1: version is missing\nhint: write it\n");
  EXPECT_EQ(format_error("a.toml", "x = 1", {7, 3, 1, "beyond the end", "", ""}),
            "a.toml:7:3: beyond the end\n");
}

TEST(FormatError, PutsTheUnderlineBelowTheValueWhateverStandsBeforeIt) {
  struct Case {
    const char* line;
    std::uint32_t column;
    std::uint32_t width;
    const char* shown;
  };
  const Case cases[] = {
      {"\tx = 1", 6, 1, "    1 |     x = 1\n      |         ^\n"},
      {"a\tx = 1", 7, 1, "    1 | a   x = 1\n      |         ^\n"},
      {"n = \"\xc3\xa4\xc3\xb6\" = 2", 14, 1,
       "    1 | n = \"\xc3\xa4\xc3\xb6\" = 2\n      |            ^\n"},
      {"\xe5\x8c\x97 = 1", 7, 1, "    1 | \xe5\x8c\x97 = 1\n      |      ^\n"},     // two columns
      {"a\xcc\x88 = 1", 7, 1, "    1 | a\xcc\x88 = 1\n      |     ^\n"},            // combining
      {"\x1b[31mx = 1", 10, 1, "    1 | \\x1b[31mx = 1\n      |             ^\n"},  // no colour
      {"\xff = 1", 5, 1, "    1 | \\xff = 1\n      |        ^\n"},                  // not UTF-8
      {"\xe2\x80\xae = 1", 7, 1, "    1 | \\u202e = 1\n      |          ^\n"},      // right to left
      {"x = \xc3\xa4\xc3\xb6", 5, 4, "    1 | x = \xc3\xa4\xc3\xb6\n      |     ^^\n"},
      {"x =", 4, 1, "    1 | x =\n      |    ^\n"},  // behind the end
      {"x = 1\r", 5, 1, "    1 | x = 1\n      |     ^\n"},
      {"\xef\xbb\xbfx = 1", 8, 1, "    1 | x = 1\n      |     ^\n"},  // byte order mark
  };
  for (const Case& c : cases) {
    const std::string text = format_error("f", c.line, {1, c.column, c.width, "m", "", ""});
    EXPECT_EQ(text, std::string("f:1:") + std::to_string(c.column) + ": m\n" + c.shown) << c.line;
  }
}

TEST(FormatError, CutsALongLineAroundTheUnderline) {
  const std::string line = std::string(500, 'a') + "XYZ" + std::string(500, 'b');
  const std::string text = format_error("f", line, {1, 501, 3, "m", "", ""});
  EXPECT_EQ(text, "f:1:501: m\n    1 | ..." + std::string(60, 'a') + "XYZ" + std::string(97, 'b') +
                      "...\n      | " + std::string(63, ' ') + "^^^\n");
}

TEST(FormatError, KeepsAMessageOnOneLine) {
  EXPECT_EQ(format_error("a\nb", "", {0, 0, 1, "x\ny\x1b", "", "h\r"}),
            "a\\x0ab: x\\x0ay\\x1b\nhint: h\\x0d\n");
}

TEST(SafeText, ChangesNothingThatItMadeItself) {
  for (const char* text :
       {"plain", "\x1b[0m", "\xff\xfe", "\xe2\x80\xae", "\xc3\xa4", "\xed\xa0\x80", "\xc0\x80"}) {
    const std::string once = safe_text(text);
    EXPECT_EQ(safe_text(once), once);
    EXPECT_EQ(display_columns(once), display_columns(text)) << once;
  }
  EXPECT_EQ(safe_text("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // a surrogate
  EXPECT_EQ(safe_text("\xc0\x80"), "\\xc0\\x80");           // overlong
}

TEST(InQuotes, CutsALongValue) {
  EXPECT_EQ(in_quotes(std::string(60, 'x')), "\"" + std::string(60, 'x') + "\"");
  EXPECT_EQ(in_quotes(std::string(61, 'x')), "\"" + std::string(60, 'x') + "...\"");
}

TEST(SecretsIn, FindsWhatMustNotBeShown) {
  struct Case {
    const char* line;
    const char* shown;  // with *** for each range
  };
  const Case cases[] = {
      {"password = \"hunter2\" # x", "password = *** # x"},
      {"Password: hunter2", "Password: ***"},
      {"  password='a' , x = 1", "  password=*** , x = 1"},
      {"\"password\" = \"a\\\"b\" # c", "\"password\" = *** # c"},
      {"rest = { password = \"a\", verify = 1 }", "rest = { password = ***, verify = 1 }"},
      {"password = \"unclosed", "password = ***"},
      {"password = \"\"\"a", "password = ***"},
      {"broker_password = \"a\"", "broker_password = ***"},
      {"api_token = \"a\"", "api_token = ***"},
      {"management = \"https://u:p@h:1\"", "management = \"https://***@h:1\""},
      {"management = https://u:p@q@h:1/x", "management = https://***@h:1/x"},
      {"password_file = \"/run/x\"", "password_file = \"/run/x\""},
      {"# the password of the broker", "# the password of the broker"},
      {"management = \"http://h:1\" # a@b", "management = \"http://h:1\" # a@b"},
      {"password =", "password ="},
  };
  for (const Case& c : cases) {
    std::string shown;
    std::size_t at = 0;
    const std::string_view line = c.line;
    for (const MaskedRange& range : secrets_in(line)) {
      shown += std::string(line.substr(at, range.begin - at)) + "***";
      at = range.end;
    }
    shown += line.substr(at);
    // A bare value ends with the line or a comma; spaces before a comment belong to it.
    EXPECT_EQ(shown, c.shown) << c.line;
  }
}

}  // namespace
}  // namespace signpost::config
