// Sizes as people write them: a whole number and a unit, "4MiB".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sidecar/config/duration.hpp"

namespace signpost::config {

/// Octets. Units: KiB, MiB, GiB; at most 1 TiB.
Parsed<std::uint64_t> parse_size(std::string_view text);

/// In the largest unit that takes no fraction: "4MiB", "1000KiB"; less than one KiB as octets: "7".
std::string size_text(std::uint64_t octets);

/// For a number that stands where a size should.
Complaint size_without_unit(std::int64_t number);

}  // namespace signpost::config
