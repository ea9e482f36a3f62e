// RecentEntries: the newest entries in short, for people who ask over HTTP: that must not read the
// disk. Control thread only.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "sidecar/history/recorder.hpp"

namespace signpost::history {

class RecentEntries {
 public:
  /// What a day of changes needs, and 100 kB.
  static constexpr std::size_t size_max = 200;

  void add(const Entry& entry);
  /// The document of /api/v1/history: the newest first, at most `limit`; all groups if `group` is
  /// empty. Without what went in and came out of the decision, which is in the file.
  [[nodiscard]] std::string json(std::string_view group, std::size_t limit) const;

 private:
  struct Brief {
    std::uint64_t seq = 0;
    runtime::WallTime time{};
    std::string event, group, actor, detail;
    std::optional<decision::Decision> decision;
  };
  std::deque<Brief> entries_;  // the newest last
};

}  // namespace signpost::history
