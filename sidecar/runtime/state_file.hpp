// What must survive a restart, in one small JSON file: generation, active node and the
// lastOpenedTime it claimed with, zone serial.
//
// Written whole, in two steps: a temporary file and a rename, which the end of this process
// survives at once; then fsync of file and directory, for the end of the machine. A failover waits
// for the first step only. If the machine loses power between the two, a file system that does not
// flush at a rename may leave a short file: that is a damaged one, which is said, put aside and
// survived (names get SERVFAIL until the first round of probes). A missing file is normal (first
// start).
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sidecar/runtime/clock.hpp"

namespace signpost::runtime {

/// An operator's hold, as decision::Hold; `kind` is its word.
struct SavedHold {
  std::string kind, node, reason, who;
  WallTime since{}, until{};
  bool operator==(const SavedHold&) const = default;
};

/// A node of a discovered group, and the broker that it lives on: its configured name and where it
/// is asked (empty in older files).
struct SavedMember {
  std::string node, broker, url{};
  bool operator==(const SavedMember&) const = default;
};

struct SavedGroup {
  std::uint64_t generation = 0;
  std::optional<std::string> active;
  std::optional<WallTime> opened;
  std::string action{};  // what a policy put in the place of the address: its word; empty = nothing
  std::optional<SavedHold> hold{};
  // The domain name that it was published at, and its name at the brokers: a group that gets
  // another name in the configuration is found by them. Empty in older files.
  std::string record{}, ha_group{};
  // What clients were told when a hold was in force: node, and what stood in the place of its
  // address ("keep": nothing did).
  std::optional<std::string> published{};
  std::optional<std::string> published_action{};
  bool is_ha = false;
  std::optional<WallTime> gone{};      // since when there is no such group any more
  std::vector<SavedMember> members{};  // of a discovered group; empty = it is configured
  bool operator==(const SavedGroup&) const = default;
};

struct State {
  std::uint32_t serial = 0;  // of the zone; 0 = none yet
  std::map<std::string, SavedGroup> groups;
  bool operator==(const State&) const = default;
};

/// Octets of the file: what is more is neither read nor written. The most that may have to be kept,
/// where quotation marks and backslashes of names count twice and other characters once (there are
/// no control characters in any):
///   32,768 members of discovered groups (Discovery::members_max) x 1.5 kB
///     (node 510, broker 510, where it is asked 290, keys 40)                             = 49 MB
///   10,000 configured groups + 4,096 discovered + 4,096 gone x 4.4 kB
///     (name 510, group 510, domain name 255, three nodes 1,530, who and why of a hold
///     1,100, keys and numbers 450)                                                       = 80 MB
inline constexpr std::size_t state_octets_max = 128 << 20;

std::string to_json(const State& state);

struct LoadedState {
  State state;
  std::string damage;  // empty, or one line: what is wrong and where the damaged file was put
  std::string
      unreadable;  // empty, or one line: the file is there but cannot be read. Nothing may be
                   // written over it: what it holds is the only memory of what was published
};
LoadedState parse_state(const std::string& text);
/// What cannot be used is described in `damage`; a damaged file is renamed to <path>.damaged.
LoadedState load_state(const std::filesystem::path& path);

/// Keeps two signposts from sharing one state directory, where they would take turns in undoing
/// each other's memory. Released with the process, however it ends.
class StateLock {
 public:
  StateLock() = default;
  ~StateLock();
  StateLock(const StateLock&) = delete;
  StateLock& operator=(const StateLock&) = delete;
  /// Empty, or why not.
  std::string take(const std::filesystem::path& path);

 private:
  int fd_ = -1;
};

/// Both blocking. Empty, or one line: what failed, on which file, and why.
std::string replace_state(const std::filesystem::path& path, const State& state);
std::string flush_state(const std::filesystem::path& path);

/// Can a state file be written in this directory? Creates the directory if its parent allows.
/// Empty, or what is wrong and the cure.
std::string prepare_state_directory(const std::filesystem::path& directory);

}  // namespace signpost::runtime
