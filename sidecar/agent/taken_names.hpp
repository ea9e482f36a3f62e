// Names that no discovered group may have: whoever may create a virtualhost must not be able to
// move a name server, or to make signpost ask itself.
#pragma once

#include <map>
#include <string>

#include "dns/name.hpp"
#include "sidecar/config/config.hpp"

namespace signpost::agent {

/// With who has each: "group "orders"", "a name server", "a broker".
std::map<dns::Name, std::string> taken_names(const config::Config& configured);

}  // namespace signpost::agent
