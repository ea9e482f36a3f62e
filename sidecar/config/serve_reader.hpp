// [serve]: the zone that signpost answers for itself.
#pragma once

#include <optional>

#include "sidecar/config/config.hpp"
#include "sidecar/config/reader.hpp"

namespace signpost::config {

std::optional<Serve> read_serve(Reader& top, Session& session);

}  // namespace signpost::config
