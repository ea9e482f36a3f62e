// Between what the arbiter remembers and what the state file holds: the file knows only the clock
// on the wall.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sidecar/config/config.hpp"
#include "sidecar/decision/arbiter.hpp"
#include "sidecar/runtime/state_file.hpp"

namespace signpost::agent {

/// A hold that ran out meanwhile is there, for its end to be a step of its own.
decision::Saved to_decision(const runtime::SavedGroup& saved, const runtime::Clock& clock);
runtime::SavedGroup to_saved(const decision::Saved& saved);

/// What a state holds of the groups of a configuration. One that has another name now is found by
/// the domain name that it is published at: the generation of that name must not shrink, and what
/// was published there stays when it is the same group at the brokers.
class Remembered {
 public:
  /// State and clock must outlive it.
  Remembered(const runtime::State& state, const config::Config& config,
             const runtime::Clock& clock);
  [[nodiscard]] std::optional<decision::Saved> of(const config::Group& group) const;
  /// The highest that anybody else was published with at the group's domain name; 0 = nobody was.
  [[nodiscard]] std::uint64_t generation_of_others(const config::Group& group) const;

 private:
  const runtime::State& state_;
  const runtime::Clock& clock_;
  using Entry = std::pair<const std::string, runtime::SavedGroup>;
  std::set<std::string_view> living_;  // the groups of the configuration
  // By domain name: a look-up for each of thousands of groups must not go through all the others.
  std::map<dns::Name, std::vector<const Entry*>> published_;
};

}  // namespace signpost::agent
