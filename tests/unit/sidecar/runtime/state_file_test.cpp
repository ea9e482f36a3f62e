#include "sidecar/runtime/state_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

namespace signpost::runtime {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

struct StateFile : testing::Test {
  fs::path directory;
  fs::path path;

  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "signpost-state-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    directory = name;
    path = directory / "state.json";
  }
  void TearDown() override { fs::remove_all(directory); }
  void put(const std::string& text) const { std::ofstream(path) << text; }
};

State example() {
  State s;
  s.serial = 4294967295U;
  s.groups["weather"] = {1'700'000'000'001, "n2",
                         WallTime(std::chrono::milliseconds(1'700'000'000'123))};
  s.groups["nobody yet"] = {7, std::nullopt, std::nullopt};
  SavedGroup& full = s.groups["full"];
  full.action = full.published_action.emplace("withdraw");
  full.hold = SavedHold{"pin", "n1", "why", "who", WallTime(1ms), WallTime(2ms)};
  full.published = "n1";
  full.record = "full.ha.test.";
  full.ha_group = "full group";
  full.is_ha = true;
  full.gone = WallTime(3ms);
  full.members = {{"n1", "b1", "http://10.0.0.1:8080"}, {"n2", "b2"}};
  return s;
}

TEST_F(StateFile, ComesBackAsItWasWritten) {
  EXPECT_EQ(replace_state(path, example()), "");
  EXPECT_EQ(flush_state(path), "");
  LoadedState loaded = load_state(path);
  EXPECT_EQ(loaded.damage, "");
  EXPECT_EQ(loaded.state, example());
  EXPECT_FALSE(fs::exists(directory / "state.json.new"));
}

TEST_F(StateFile, AMissingFileIsNormal) {
  LoadedState loaded = load_state(path);
  EXPECT_EQ(loaded.damage, "");
  EXPECT_EQ(loaded.state, State{});
}

struct Damage {
  const char* name;
  const char* text;
  const char* says;
};
class DamagedState : public StateFile, public testing::WithParamInterface<Damage> {};
TEST_P(DamagedState, IsSaidPutAsideAndSurvived) {
  put(GetParam().text);
  LoadedState loaded = load_state(path);
  EXPECT_EQ(loaded.state, State{});
  EXPECT_NE(loaded.damage.find(GetParam().says), std::string::npos) << loaded.damage;
  EXPECT_NE(loaded.damage.find(path.string()), std::string::npos) << loaded.damage;
  EXPECT_FALSE(fs::exists(path));
  EXPECT_TRUE(fs::exists(path.string() + ".damaged"));
}
INSTANTIATE_TEST_SUITE_P(
    Row, DamagedState,
    testing::Values(
        Damage{"Empty", "", "incomplete"},
        Damage{"Torn", R"({"version":1,"serial":12)", "incomplete"},
        Damage{"NoJson", "serial = 1", "syntax"}, Damage{"NotAnObject", "[]", "object"},
        Damage{"NoVersion", R"({"serial":1,"groups":{}})", "\"version\" is missing"},
        Damage{"SerialTooLarge", R"({"version":1,"serial":4294967296,"groups":{}})", "\"serial\""},
        Damage{"SerialNegative", R"({"version":1,"serial":-1,"groups":{}})", "\"serial\""},
        Damage{"NoGroups", R"({"version":1,"serial":1})", "range"},
        Damage{"GenerationIsText", R"({"version":1,"serial":1,"groups":{"a":{"generation":"x"}}})",
               "\"generation\""},
        Damage{
            "OpenedTooLate",
            R"({"version":1,"serial":1,"groups":{"a":{"generation":1,"opened_ms":99999999999999}}})",
            "\"opened_ms\""}),
    [](const auto& d) { return d.param.name; });

TEST_F(StateFile, AFileThatCannotBeReadIsSaidAndLeftAlone) {
  fs::create_directory(path);
  LoadedState loaded = load_state(path);
  EXPECT_NE(loaded.unreadable.find("cannot read"), std::string::npos) << loaded.unreadable;
  EXPECT_TRUE(fs::exists(path));
}

TEST_F(StateFile, AFileOfANewerVersionIsLeftAlone) {
  put(R"({"version":2,"serial":1,"groups":{}})");
  LoadedState loaded = load_state(path);
  EXPECT_NE(loaded.unreadable.find("newer signpost"), std::string::npos) << loaded.unreadable;
  EXPECT_EQ(loaded.damage, "");
  EXPECT_TRUE(fs::exists(path));
}

TEST_F(StateFile, AWriteIntoNowhereSaysWhere) {
  std::string error = replace_state(directory / "gone" / "state.json", example());
  EXPECT_NE(error.find("gone"), std::string::npos);
  EXPECT_NE(error.find("No such file"), std::string::npos);
}

// What is written can be read.
TEST_F(StateFile, MoreThanIsReadIsNotWritten) {
  EXPECT_EQ(replace_state(path, example()), "");
  State huge;
  huge.groups["x"].active = std::string(state_octets_max, 'x');
  EXPECT_NE(replace_state(path, huge).find("more than 128 MiB"), std::string::npos);
  EXPECT_EQ(load_state(path).state, example());
  EXPECT_FALSE(fs::exists(directory / "state.json.new"));
}

// The arithmetic beside state_octets_max: names of the longest kind, with the dearest characters.
TEST_F(StateFile, TheMostThatMayHaveToBeKeptFits) {
  const std::string name(255, '"');
  State without, with;
  SavedGroup& group = without.groups[name];
  group.generation = std::uint64_t{1} << 62;
  group.active = group.published = name;
  group.opened = group.gone = WallTime(std::chrono::milliseconds(7'258'118'400'000));
  group.action = group.published_action.emplace("withdraw");
  group.record = std::string(255, 'x');
  group.ha_group = name;
  group.is_ha = true;
  std::string reason;
  for (int i = 0; i < 200; ++i) reason += "\xf0\x9f\x98\x80";  // characters of four octets
  group.hold = SavedHold{"withdraw", name, reason, std::string(256, 'x'), *group.gone, *group.gone};
  with = without;
  std::string url = "https://" + std::string(255, 'x') + ":65535";
  with.groups[name].members = {{name, name, url}, {name, name, url}};
  std::size_t a_group = to_json(without).size();
  std::size_t a_member = (to_json(with).size() - a_group) / 2;
  EXPECT_LE(a_group, 4'400u);
  EXPECT_LE(a_member, 1'500u);
  EXPECT_LE((10'000 + 2 * 4'096) * a_group + 32'768 * a_member, state_octets_max);
}

TEST_F(StateFile, AFlushOfNothingSaysWhat) {
  EXPECT_NE(flush_state(path).find(path.string()), std::string::npos);
}

TEST_F(StateFile, PreparesTheDirectoryOrSaysTheCure) {
  EXPECT_EQ(prepare_state_directory(directory / "new"), "");
  EXPECT_TRUE(fs::is_directory(directory / "new"));
  EXPECT_NE(prepare_state_directory(directory / "no" / "parent").find("[state] directory"),
            std::string::npos);
  put("x");
  EXPECT_NE(prepare_state_directory(path).find(path.string()), std::string::npos);
}

}  // namespace
}  // namespace signpost::runtime
