#include "sidecar/runtime/rfc3339.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace signpost::runtime {

std::string rfc3339(WallTime time) {
  auto whole = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(whole)),
                     (time - whole).count());
}

}  // namespace signpost::runtime
