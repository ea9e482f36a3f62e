// Any bytes as a request and as an answer of the control socket: what comes out keeps to the
// bounds and survives being written and read again; a refusal is one line.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "sidecar/control/control_request.hpp"

namespace {

using namespace signpost::control;

void require(bool condition) {
  if (!condition) std::abort();
}

bool is_plain(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

struct Check {
  void operator()(const HoldRequest& hold) const {
    require(!hold.group.empty() && is_plain(hold.group));
    require(hold.node.empty() == (hold.kind != signpost::decision::Hold::Kind::pin));
    require(!hold.reason.empty() && is_plain(hold.reason) &&
            hold.reason.size() <= 4 * reason_characters_max);
    require(hold.duration.count() >= 1 && hold.duration <= duration_max);
    (void)hold_problem(hold, {{"broker-a", "broker-b"}, std::chrono::hours(8)});
  }
  void operator()(const ReleaseRequest& release) const {
    require(!release.group.empty() && is_plain(release.group) && is_plain(release.reason));
  }
  void operator()(const ReloadRequest&) const {}
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  if (const auto request = parse_request(line)) {
    std::visit(Check(), *request);
    const auto again = parse_request(request_line(*request));
    require(again && *again == *request);
  } else {
    require(request.error().code == Code::bad_request && is_plain(request.error().text));
    require(!request.error().text.empty() && request.error().text.size() < 400);
  }
  if (const auto answer = parse_answer(line)) {
    const auto again = parse_answer(answer_line(*answer));
    require(again && again->code == answer->code);
  }
  return 0;
}
