#include "sidecar/config/sources.hpp"

namespace signpost::config {
namespace {

/// "a.b[1]" -> "a.b" -> "a" -> "". No known key has a dot or a bracket in it; the free keys of
/// [serve.ns_address] may, and then only cost a few look-ups that find nothing.
std::string_view around(std::string_view path) {
  const std::size_t end = path.find_last_of(".[");
  return end == std::string_view::npos ? std::string_view() : path.substr(0, end);
}

}  // namespace

bool Sources::trusted(std::string_view path) const {
  for (std::string_view p = path; !p.empty(); p = around(p)) {
    if (distrusted_.contains(std::string(p))) return false;
  }
  return true;
}

Span Sources::at(std::string_view path) const {
  for (std::string_view p = path; !p.empty(); p = around(p)) {
    const auto found = spans_.find(std::string(p));
    if (found != spans_.end()) return found->second;
  }
  return {};
}

}  // namespace signpost::config
