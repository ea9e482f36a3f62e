// Any text as a configuration: no crash, no hang, and every error can be shown on one terminal line
// per line.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "sidecar/config/config_parser.hpp"

using namespace signpost::config;

namespace {

Environment environment() {
  Environment environment;
  environment.read_file = [](const std::string& path) -> FileText {
    if (path.size() % 3 == 0) return {"", "cannot be read; make it readable"};
    return {"secret\n", ""};
  };
  return environment;
}

bool is_shown_safely(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return c == '\n' || (c >= 0x20 && c != 0x7f); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static const Environment files = environment();
  const auto config = parse_config(text, files);
  if (!config) {
    if (config.error().empty()) std::abort();
    for (const ConfigError& error : config.error()) {
      if (!is_shown_safely(format_error("fuzz", text, error))) std::abort();
      if (error.message.empty() || error.hint.empty()) std::abort();
    }
  }
  parse_http_settings(text);
  parse_control_settings(text, files);
  return 0;
}
