// The names that move: whose data changes when another node becomes active. Private to
// config_check_names.cpp and config_check_zone.cpp.
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "dns/name.hpp"
#include "sidecar/config/config_check.hpp"

namespace signpost::config {

struct Published {
  std::size_t group = 0;
  std::string path;  // of the key that makes it so
};
using PublishedNames = std::map<dns::Name, Published>;

/// What the served zone allows and needs: records inside it, name servers that stay where they are
/// and can be found, targets that exist.
void check_zone(const Checked& checked, const Serve& serve, const PublishedNames& names);

}  // namespace signpost::config
