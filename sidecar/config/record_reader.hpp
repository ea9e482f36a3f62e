// [group.record]: what is published.
#pragma once

#include "sidecar/config/config.hpp"
#include "sidecar/config/reader.hpp"

namespace signpost::config {

Record read_record(Reader& group);

}  // namespace signpost::config
