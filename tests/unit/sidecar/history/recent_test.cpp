#include "sidecar/history/recent.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "tests/unit/sidecar/history/example.hpp"

namespace signpost::history {
namespace {

namespace json = boost::json;

TEST(RecentEntries, ShowsADecisionWithoutWhatWentIn) {
  RecentEntries recent;
  recent.add(test::full_entry());
  EXPECT_EQ(recent.json("", 10),
            R"({"schema":"signpost-history-v1","entries":[{"seq":42,)"
            R"("time":"2023-11-14T22:13:20.001Z","event":"decision",)"
            R"("group":"weather \"report\"\n","actor":"uid 1000","detail":"détail",)"
            R"("decision":{"change":"withheld","previous":"n7","active":"n4","action":"fallback",)"
            R"("reason":"held","generation":1152921504606846983,"alarm":true}}]})"
            "\n");
}

TEST(RecentEntries, ShowsTheNewestFirstAndForgetsTheOldest) {
  RecentEntries recent;
  Entry entry;
  for (std::uint64_t i = 1; i <= RecentEntries::size_max + 5; ++i) {
    entry.seq = i;
    entry.group = i % 2 == 0 ? "even" : "odd";
    recent.add(entry);
  }
  const auto seqs = [&](const char* group, std::size_t limit) {
    std::vector<std::int64_t> all;
    const json::value document = json::parse(recent.json(group, limit));
    for (const json::value& e : document.at("entries").as_array())
      all.push_back(e.at("seq").as_int64());
    return all;
  };
  EXPECT_EQ(seqs("", 3), (std::vector<std::int64_t>{205, 204, 203}));
  EXPECT_EQ(seqs("even", 2), (std::vector<std::int64_t>{204, 202}));
  EXPECT_TRUE(seqs("nobody", 2).empty());
  EXPECT_EQ(seqs("", 1'000).size(), RecentEntries::size_max);
  EXPECT_EQ(seqs("", 1'000).back(), 6);
}

TEST(RecentEntries, SaysNullForWhatThereIsNot) {
  RecentEntries recent;
  recent.add({});
  EXPECT_NE(recent.json("", 1).find(R"("group":null)"), std::string::npos);
  EXPECT_NE(recent.json("", 1).find(R"("decision":null)"), std::string::npos);
}

}  // namespace
}  // namespace signpost::history
