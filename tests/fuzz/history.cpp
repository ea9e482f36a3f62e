// Any bytes as a history file: what is read can be written and read again, is replayed without a
// crash, and a complaint is one line.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sidecar/history/entry_json.hpp"
#include "sidecar/history/replay.hpp"
#include "sidecar/history/what_if.hpp"

namespace {

using namespace signpost::history;

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<Entry> entries;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    auto entry = parse_line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!entry) {
      require(!entry.error().empty() && entry.error().find('\n') == std::string::npos);
      continue;
    }
    const std::string line = to_line(*entry);
    const auto again = parse_line(std::string_view(line).substr(0, line.size() - 1));
    require(again && to_line(*again) == line);
    entries.push_back(*std::move(entry));
  }
  verify(entries);
  signpost::decision::Policy policy;
  if (!entries.empty() && entries[0].policy) policy.nodes = entries[0].policy->nodes;
  policy.stale_hold = policy.max_view_age = std::chrono::milliseconds(size);
  policy.on_none = {signpost::decision::Action::servfail, std::chrono::seconds(1)};
  const WhatIf result = what_if(entries, [&](const std::string&) { return &policy; });
  require(result.steps <= entries.size());
  return 0;
}
