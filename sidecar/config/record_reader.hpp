// [group.record] and [discover.record]: what is published.
#pragma once

#include "sidecar/config/config.hpp"
#include "sidecar/config/reader.hpp"

namespace signpost::config {

Record read_record(Reader& group);
/// Of discovered groups: their names come from a template.
Record read_record_without_name(Reader& discover);

}  // namespace signpost::config
