#include "sidecar/config/error_list.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace signpost::config {

void ErrorList::add(Span span, Complaint complaint) {
  if (full()) return;
  errors_.push_back({span.line, span.column, span.width, std::move(complaint.message),
                     std::move(complaint.note), std::move(complaint.hint)});
}

std::vector<ConfigError> ErrorList::take_sorted() {
  const auto place = [](const ConfigError& e) { return std::tie(e.line, e.column); };
  std::stable_sort(errors_.begin(), errors_.end(),
                   [&](const ConfigError& a, const ConfigError& b) { return place(a) < place(b); });
  errors_.erase(std::unique(errors_.begin(), errors_.end()), errors_.end());
  return std::exchange(errors_, {});
}

}  // namespace signpost::config
