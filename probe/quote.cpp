#include "probe/quote.hpp"

#include <fmt/core.h>

namespace signpost::probe {

std::string quote(std::string_view foreign) {
  constexpr std::size_t octets_max = 200;  // enough to recognise anything, short enough for a log
  std::string text = "\"";
  for (const char c : foreign.substr(0, octets_max)) {
    if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') {
      text += c;
    } else {
      text += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  text += foreign.size() > octets_max ? "\"..." : "\"";
  return text;
}

}  // namespace signpost::probe
