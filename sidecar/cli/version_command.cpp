#include "sidecar/cli/version_command.hpp"

#include <fmt/format.h>

#include <string_view>

#include "sidecar/cli/version_info.hpp"

namespace signpost::cli {
namespace {

#if defined(__clang__)
constexpr std::string_view compiler = __VERSION__;
#else
constexpr std::string_view compiler = "g++ " __VERSION__;
#endif

}  // namespace

std::string version_text(bool build) {
  const std::string_view known = revision;
  std::string text = known.empty() ? fmt::format("signpost {}\n", version)
                                   : fmt::format("signpost {} ({})\n", version, known);
  if (!build) return text;
  const std::string_view type = build_type;
  return text + fmt::format("compiler   {}\nbuild      {}\nlibraries  {}\n", compiler,
                            type.empty() ? "None" : type, libraries);
}

const char* program_version() { return version; }
const char* program_revision() { return revision; }

}  // namespace signpost::cli
