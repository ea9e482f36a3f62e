// [discover]: groups that are made of what the brokers report.
#pragma once

#include <optional>

#include "sidecar/config/config.hpp"
#include "sidecar/config/reader.hpp"

namespace signpost::config {

std::optional<Discover> read_discover(Reader& top);

}  // namespace signpost::config
