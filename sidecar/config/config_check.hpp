// Rules between the keys of a file. Each names the place of the key that is wrong and the line of
// the one that it contradicts; a value that could not be read is never complained about again.
#pragma once

#include <string>
#include <vector>

#include "sidecar/config/broker_table.hpp"
#include "sidecar/config/config.hpp"
#include "sidecar/config/error_list.hpp"
#include "sidecar/config/sources.hpp"

namespace signpost::config {

struct Checked {
  const Config& config;
  const std::vector<BrokerOrigin>& origins;  // of config.brokers
  const Sources& sources;
  ErrorList& errors;
};

/// What a [[group]] and [discover] have in common: where it stands, and what messages call it.
struct Settings {
  const Group& group;
  std::string path;    // "group[0]", "discover"
  std::string prefix;  // of a key in messages: "group "orders": ", "discover."
  std::string table;   // "group", "discover"

  [[nodiscard]] std::string at(std::string_view key) const;
};
Settings settings_of(const Config& config, std::size_t group);
Settings settings_of(const Discover& discover);

void check_config(Checked checked);

// Its parts, by what they are about.
void check_brokers(Checked checked);
void check_groups(Checked checked);
void check_discover(Checked checked);
void check_fallback(const Checked& c, const Settings& settings);
/// record.types and record.srv fit together.
void check_services(const Checked& c, const Settings& settings);
void check_names(Checked checked);
void check_serving(Checked checked);

/// "group "orders"", "group 2": how messages name it.
std::string group_name(const Config& config, std::size_t group);
std::string group_path(std::size_t group, std::string_view key);

}  // namespace signpost::config
