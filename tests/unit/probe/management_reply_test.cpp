#include "probe/management_reply.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/support/named_case.hpp"

namespace signpost::probe {
namespace {

using std::chrono::milliseconds;

// One row of each table, as the broker would write it.
constexpr const char* headers =
    R"("node","nodeType","nodeRole","nodeState","groupName","name","type","state","lastOpenedTime")";
constexpr const char* good_row =
    R"("n1","BDB_HA","MASTER","ACTIVE","weather","weather","BDB_HA","ACTIVE",1795568677594)";

std::string reply(std::string_view rows, std::string_view columns = headers) {
  return fmt::format(R"({{"headers":[{}],"results":[{}]}})", columns, rows);
}

/// The good row with another cell in column `index` (0 to 8).
std::string with_cell(std::size_t index, std::string_view cell) {
  std::vector<std::string> cells{R"("n1")",     R"("BDB_HA")",  R"("MASTER")",
                                 R"("ACTIVE")", R"("weather")", R"("weather")",
                                 R"("BDB_HA")", R"("ACTIVE")",  "1795568677594"};
  cells.at(index) = cell;
  return reply(fmt::format("[{}]", fmt::join(cells, ",")));
}

VirtualhostRow only_row(std::string_view json) {
  const auto report = parse_virtualhosts(json);
  if (!report) {
    ADD_FAILURE() << report.error().detail;
    return {};
  }
  EXPECT_EQ(report->rows.size(), 1u);
  return report->rows.at(0);
}

TEST(ManagementQuery, AsksForEveryColumnThatIsRead) {
  EXPECT_EQ(virtualhost_query(),
            "/api/latest/querybroker/virtualhost?select=$parent.name%20AS%20node,"
            "$parent.type%20AS%20nodeType,$parent.role%20AS%20nodeRole,"
            "$parent.state%20AS%20nodeState,$parent.groupName%20AS%20groupName,"
            "name,type,state,lastOpenedTime");
  EXPECT_EQ(node_query(),
            "/api/latest/querybroker/virtualhostnode?select=name,type,groupName,role,state,"
            "desiredState,lastUpdatedTime,address,priority,quorumOverride,designatedPrimary,"
            "lastKnownReplicationTransactionId%20AS%20transactionId,permittedNodes");
  EXPECT_EQ(peer_query(),
            "/api/latest/querybroker/remotereplicationnode?select=$parent.name%20AS%20observer,"
            "name,role,state,address,joinTime,"
            "lastKnownReplicationTransactionId%20AS%20transactionId");
}

TEST(ManagementReply, FindsColumnsByNameInAnyOrder) {
  const auto row = only_row(reply(
      R"(["ACTIVE",7,"weather","BDB_HA","n1",1795568677594,"MASTER","g","ACTIVE","BDB_HA"])",
      R"("state","extra","name","type","node","lastOpenedTime","nodeRole","groupName","nodeState","nodeType")"));
  const VirtualhostRow expected{.node = "n1",
                                .node_type = "BDB_HA",
                                .role = NodeRole::master,
                                .node_state = State::active,
                                .group = "g",
                                .name = "weather",
                                .type = "BDB_HA",
                                .state = State::active,
                                .last_opened = WallTime(milliseconds(1795568677594))};
  EXPECT_EQ(row, expected);
}

TEST(ManagementReply, SortsRowsByNodeAndName) {
  const auto report = parse_virtualhosts(reply(
      R"(["n2","T",null,null,null,"a","T","ACTIVE",1],["n1","T",null,null,null,"b","T","ACTIVE",1],
         ["n1","T",null,null,null,"a","T","ACTIVE",1])"));
  ASSERT_TRUE(report);
  std::string order;
  for (const auto& row : report->rows) order += row.node + row.name + " ";
  EXPECT_EQ(order, "n1a n1b n2a ");
}

TEST(ManagementReply, TakesNoRowsForWhatTheyAre) {
  const auto report = parse_virtualhosts(reply(""));
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->rows.empty());
}

// Cells that are odd, but no reason to lose sight of the broker.

struct OddCell : test::NamedCase {
  std::size_t column;
  std::string cell;
  void (*expect)(const VirtualhostRow&);
};

class TolerantReply : public testing::TestWithParam<OddCell> {};

TEST_P(TolerantReply, ReadsTheRow) {
  GetParam().expect(only_row(with_cell(GetParam().column, GetParam().cell)));
}

INSTANTIATE_TEST_SUITE_P(
    Cells, TolerantReply,
    testing::Values(
        OddCell{"NullNode", 0, "null", [](const VirtualhostRow& r) { EXPECT_EQ(r.node, ""); }},
        OddCell{"NullNodeType", 1, "null", [](const auto& r) { EXPECT_EQ(r.node_type, ""); }},
        OddCell{"NullRole", 2, "null", [](const auto& r) { EXPECT_EQ(r.role, NodeRole::none); }},
        OddCell{"NullNodeState", 3, "null",
                [](const auto& r) { EXPECT_EQ(r.node_state, State::other); }},
        OddCell{"NullGroup", 4, "null", [](const auto& r) { EXPECT_EQ(r.group, ""); }},
        OddCell{"NullTime", 8, "null", [](const auto& r) { EXPECT_FALSE(r.last_opened); }},
        OddCell{"UnknownRole", 2, R"("PRIMARY")",
                [](const auto& r) { EXPECT_EQ(r.role, NodeRole::other); }},
        OddCell{"UnknownState", 7, R"("HAPPY")",
                [](const auto& r) { EXPECT_EQ(r.state, State::other); }},
        OddCell{"StateInLowerCase", 7, R"("active")",
                [](const auto& r) { EXPECT_FALSE(r.claims_active()); }},
        OddCell{"EmptyState", 7, R"("")", [](const auto& r) { EXPECT_EQ(r.state, State::other); }},
        OddCell{"NulInAState", 7, R"("ACTIVE\u0000")",
                [](const auto& r) { EXPECT_EQ(r.state, State::other); }},
        OddCell{"NulInAName", 5, R"("a\u0000b")",
                [](const auto& r) { EXPECT_EQ(r.name, std::string("a\0b", 3)); }},
        OddCell{"EscapedLetters", 7, R"("\u0041CTIVE")",
                [](const auto& r) { EXPECT_EQ(r.state, State::active); }},
        OddCell{"LongestName", 5, '"' + std::string(1024, 'x') + '"',
                [](const auto& r) { EXPECT_EQ(r.name.size(), 1024u); }},
        OddCell{"TimeZero", 8, "0", [](const auto& r) { EXPECT_FALSE(r.last_opened); }},
        OddCell{"TimeMinusOne", 8, "-1", [](const auto& r) { EXPECT_FALSE(r.last_opened); }},
        OddCell{"FirstMillisecond", 8, "1",
                [](const auto& r) { EXPECT_EQ(r.last_opened, WallTime(milliseconds(1))); }},
        OddCell{
            "LastOf2199", 8, "7258118399999",
            [](const auto& r) { EXPECT_EQ(r.last_opened, WallTime(milliseconds(7258118399999))); }},
        OddCell{"Year2200", 8, "7258118400000", [](const auto& r) { EXPECT_FALSE(r.last_opened); }},
        OddCell{"LargestInteger", 8, "9223372036854775807",
                [](const auto& r) { EXPECT_FALSE(r.last_opened); }},
        OddCell{"BeyondIntegers", 8, "99999999999999999999999",
                [](const auto& r) { EXPECT_FALSE(r.last_opened); }},
        OddCell{"SmallestInteger", 8, "-9223372036854775808",
                [](const auto& r) { EXPECT_FALSE(r.last_opened); }},
        OddCell{"Infinite", 8, "1e999", [](const auto& r) { EXPECT_FALSE(r.last_opened); }},
        OddCell{"WithExponent", 8, "1.795568677594e12",
                [](const auto& r) {
                  EXPECT_EQ(r.last_opened, WallTime(milliseconds(1795568677594)));
                }}),
    test::case_name);

// Everything that is not an answer of the query API.

struct BadReply : test::NamedCase {
  std::string json;
  std::string detail;
};

class StrictReply : public testing::TestWithParam<BadReply> {};

TEST_P(StrictReply, SaysWhatIsWrong) {
  const auto report = parse_virtualhosts(GetParam().json);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, errc::malformed_reply);
  EXPECT_EQ(report.error().detail, GetParam().detail);
}

std::string rows(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += i ? ",[]" : "[]";
  return text;
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, StrictReply,
    testing::Values(
        BadReply{"Empty", "", R"(no JSON (incomplete JSON at octet 0): "")"},
        BadReply{"Html", "<html>log in</html>",
                 R"(no JSON (syntax error at octet 0): "<html>log in</html>")"},
        BadReply{"ByteOrderMark", "\xef\xbb\xbf{}",
                 R"(no JSON (syntax error at octet 0): "\xef\xbb\xbf{}")"},
        BadReply{"CutShort", R"({"headers":[)",
                 R"(no JSON (incomplete JSON at octet 12): "{\x22headers\x22:[")"},
        BadReply{"MoreBehind", "{} {}", R"(no JSON (extra data at octet 3): "{} {}")"},
        BadReply{"NotANumber", "[NaN]", R"(no JSON (syntax error at octet 1): "[NaN]")"},
        BadReply{"BadUtf8", "[\"\xff\"]", R"(no JSON (syntax error at octet 2): "[\x22\xff\x22]")"},
        BadReply{"NulOctet", std::string("\0", 1), R"(no JSON (syntax error at octet 0): "\x00")"},
        BadReply{"Deep", std::string(200'000, '['),
                 "no JSON (too deep at octet 8): \"" + std::string(200, '[') + "\"..."},
        BadReply{"Huge", '"' + std::string(std::size_t{8} << 20, 'x') + '"',
                 "8388610 octets, at most 8388608"},
        BadReply{"HungryForMemory", '[' + rows(2'700'000) + ']',
                 "takes more than 67108864 octets of memory"},
        BadReply{"Array", "[]", "expected an object, got an array"},
        BadReply{"Null", "null", "expected an object, got null"},
        BadReply{"EmptyObject", "{}", R"(no "headers" in it)"},
        BadReply{"ErrorMessage", R"({"errorMessage":"see log file"})", R"(no "headers" in it)"},
        BadReply{"HeadersNull", R"({"headers":null,"results":[]})",
                 R"("headers": expected an array, got null)"},
        BadReply{"ColumnMissing", R"({"headers":["node"],"results":[]})",
                 "column nodeType: not in it"},
        BadReply{"ColumnNotText", R"({"headers":[1,"nodeType"],"results":[]})",
                 "column node: not in it"},
        BadReply{"ColumnTwice", reply("", fmt::format(R"({},"state")", headers)),
                 "column state: in it twice"},
        BadReply{"NoResults", fmt::format(R"({{"headers":[{}]}})", headers),
                 R"(no "results" in it)"},
        BadReply{"ResultsObject", fmt::format(R"({{"headers":[{}],"results":{{}}}})", headers),
                 R"("results": expected an array, got an object)"},
        BadReply{"RowNotAnArray", reply(R"({"node":"n1"})"),
                 "row 1: expected an array, got an object"},
        BadReply{"ShortRow", reply(fmt::format(R"([{}],["n2"])", good_row)),
                 "row 2: 1 cells for 9 columns"},
        BadReply{"LongRow", reply(fmt::format("[{},1]", good_row)),
                 "row 1: 10 cells for 9 columns"},
        BadReply{"CutByTotal",
                 fmt::format(R"({{"headers":[{}],"results":[[{}]],"total":2}})", headers, good_row),
                 "1 rows of 2"},
        BadReply{"TooManyRows", reply(rows(100'001)), "100001 rows, at most 100000"}),
    test::case_name);

INSTANTIATE_TEST_SUITE_P(
    Cells, StrictReply,
    testing::Values(BadReply{"NodeNumber", with_cell(0, "1"),
                             "row 1, column node: expected a string, got a number"},
                    BadReply{"RoleNumber", with_cell(2, "1"),
                             "row 1, column nodeRole: expected a string, got a number"},
                    BadReply{"StateBoolean", with_cell(7, "true"),
                             "row 1, column state: expected a string, got a boolean"},
                    BadReply{"StateObject", with_cell(7, "{}"),
                             "row 1, column state: expected a string, got an object"},
                    BadReply{"NameNull", with_cell(5, "null"),
                             "row 1, column name: expected a string, got null"},
                    BadReply{"TypeNull", with_cell(6, "null"),
                             "row 1, column type: expected a string, got null"},
                    BadReply{"StateNull", with_cell(7, "null"),
                             "row 1, column state: expected a string, got null"},
                    BadReply{"TimeText", with_cell(8, R"("2026-11-25")"),
                             "row 1, column lastOpenedTime: expected a number, got a string"},
                    BadReply{"TimeArray", with_cell(8, "[]"),
                             "row 1, column lastOpenedTime: expected a number, got an array"},
                    BadReply{"NameTooLong", with_cell(5, '"' + std::string(1025, 'x') + '"'),
                             "row 1, column name: 1025 octets, at most 1024"},
                    BadReply{
                        "ThirdRow",
                        reply(fmt::format(R"([{0}],[{0}],["n1","T",null,null,null,"v","T",5,null])",
                                          good_row)),
                        "row 3, column state: expected a string, got a number"}),
    test::case_name);

TEST(ManagementReply, TakesTheLastOfTwoEqualKeys) {
  const auto report = parse_virtualhosts(fmt::format(
      R"({{"headers":["node"],"headers":[{}],"results":7,"results":[[{}]]}})", headers, good_row));
  ASSERT_TRUE(report);
  EXPECT_EQ(report->rows.size(), 1u);
}

TEST(ManagementReply, HoldsAThousandGroupsWithRoomToSpare) {
  std::string many;
  for (int i = 0; i < 1000; ++i) many += fmt::format("{}[{}]", i ? "," : "", good_row);
  const auto report = parse_virtualhosts(reply(many));
  ASSERT_TRUE(report);
  EXPECT_EQ(report->rows.size(), 1000u);
}

TEST(ManagementReply, ReadsAPeerThatNobodyHears) {
  const auto peers = parse_peers(
      R"({"headers":["observer","name","role","state","address","joinTime","transactionId"],
          "results":[["n2","n3","UNREACHABLE","UNAVAILABLE","h:5000",null,-1]]})");
  ASSERT_TRUE(peers);
  PeerRow expected;
  expected.observer = "n2";
  expected.name = "n3";
  expected.role = NodeRole::unreachable;
  expected.state = State::unavailable;
  expected.address = "h:5000";
  EXPECT_EQ(peers->at(0), expected);
}

// What warnings are made of: odd cells are absent, and the rest of the row is read.

std::string node_reply(std::string_view state, std::string_view settings) {
  return fmt::format(
      R"({{"headers":["name","type","groupName","role","state","desiredState","lastUpdatedTime","address",
          "priority","quorumOverride","designatedPrimary","transactionId","permittedNodes"],
          "results":[["n1","BDB_HA","weather","MASTER",{},null,null,null,{}]]}})",
      state, settings);
}

struct Settings : test::NamedCase {
  std::string cells;
  NodeRow expected;
};

NodeRow with_settings(std::optional<std::int64_t> priority, std::optional<std::int64_t> quorum,
                      std::optional<bool> primary, std::optional<std::int64_t> transaction,
                      std::optional<std::vector<std::string>> permitted) {
  NodeRow row;
  row.name = "n1";
  row.type = "BDB_HA";
  row.group = "weather";
  row.role = NodeRole::master;
  row.state = State::active;
  row.desired_state = State::other;
  row.priority = priority;
  row.quorum_override = quorum;
  row.designated_primary = primary;
  row.transaction_id = transaction;
  row.permitted_nodes = std::move(permitted);
  return row;
}

std::string list_of(std::size_t size) {
  std::string list;
  for (std::size_t i = 0; i < size; ++i) list += fmt::format(R"({}"h:1")", i ? "," : "");
  return "[" + list + "]";
}

class NodeSettings : public testing::TestWithParam<Settings> {};

TEST_P(NodeSettings, NeverCostTheAnswer) {
  const auto nodes = parse_nodes(node_reply(R"("ACTIVE")", GetParam().cells));
  ASSERT_TRUE(nodes) << nodes.error().detail;
  EXPECT_EQ(nodes->at(0), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Cells, NodeSettings,
    testing::Values(
        Settings{"AllThere", R"(0,2,true,63,["b:1","a:1"])",
                 with_settings(0, 2, true, 63, {{"a:1", "b:1"}})},
        Settings{"AllNullAsOfAJsonNode", "null,null,null,null,null",
                 with_settings({}, {}, {}, {}, {})},
        Settings{"NothingPermittedIsAnEmptyList", "1,0,false,-1,[]",
                 with_settings(1, 0, false, {}, std::vector<std::string>{})},
        Settings{"OddTypes", R"("1",[],"true",{},"a:1")", with_settings({}, {}, {}, {}, {})},
        Settings{"OddNumbers", "-1,1e300,0,-9007199254740993,null",
                 with_settings({}, {}, {}, {}, {})},
        Settings{"OddListEntry", R"(1,0,false,5,["a:1",7])", with_settings(1, 0, false, 5, {})},
        Settings{"ListAtTheBound", "1,0,false,5," + list_of(256),
                 with_settings(1, 0, false, 5, std::vector<std::string>(256, "h:1"))},
        Settings{"ListTooLong", "1,0,false,5," + list_of(257), with_settings(1, 0, false, 5, {})},
        Settings{"EntryTooLong", R"(1,0,false,5,[")" + std::string(1025, 'x') + R"("])",
                 with_settings(1, 0, false, 5, {})}),
    test::case_name);

TEST(ManagementReply, RefusesANodeWithoutState) {
  const auto nodes = parse_nodes(node_reply("null", "null,null,null,null,null"));
  ASSERT_FALSE(nodes);
  EXPECT_EQ(nodes.error().detail, "row 1, column state: expected a string, got null");
}

}  // namespace
}  // namespace signpost::probe
