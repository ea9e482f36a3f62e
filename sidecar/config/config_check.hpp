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

void check_config(Checked checked);

// Its parts, by what they are about.
void check_brokers(Checked checked);
void check_groups(Checked checked);
void check_fallback(const Checked& c, std::size_t group);
void check_names(Checked checked);
void check_serving(Checked checked);

/// "group "orders"", "group 2": how messages name it.
std::string group_name(const Config& config, std::size_t group);
std::string group_path(std::size_t group, std::string_view key);

}  // namespace signpost::config
