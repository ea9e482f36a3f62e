#include "sidecar/cli/control_arguments.hpp"

#include <fmt/format.h>

#include <chrono>

#include "sidecar/config/duration.hpp"
#include "sidecar/config/safe_text.hpp"

namespace signpost::cli {
namespace {

using decision::Hold;

/// One of those that a configuration may have as a name.
bool is_name(const std::string& word) {
  constexpr std::size_t octets_max = 255;
  return !word.empty() && word.size() <= octets_max && config::safe_text(word) == word;
}

boost::system::result<std::chrono::seconds, UsageError> hold_duration(const std::string& word) {
  if (word.empty()) return UsageError{"hold needs --for DURATION: a hold ends by itself"};
  const auto duration = config::parse_duration(word);
  if (!duration) {
    const config::Complaint complaint = duration.error();
    return UsageError{fmt::format("--for: {}; {}", complaint.message, complaint.hint)};
  }
  const auto seconds = std::chrono::floor<std::chrono::seconds>(*duration);
  if (seconds != *duration || seconds < std::chrono::seconds(1) ||
      seconds > control::duration_max) {
    return UsageError{fmt::format("--for takes whole seconds, from \"1s\" to \"30d\", not {}",
                                  config::in_quotes(word))};
  }
  return seconds;
}

}  // namespace

boost::system::result<control::HoldRequest, UsageError> hold_request(const HoldWords& words) {
  if (!is_name(words.group)) return UsageError{"hold needs the name of a group"};
  const int kinds = (words.freeze ? 1 : 0) + (words.pin ? 1 : 0) + (words.withdraw ? 1 : 0);
  if (kinds != 1) return UsageError{"hold takes one of --freeze, --pin NODE, --withdraw"};
  if (words.pin && !is_name(*words.pin)) return UsageError{"--pin needs the name of a node"};
  const auto duration = hold_duration(words.duration);
  if (!duration) return duration.error();
  if (words.reason.empty()) {
    return UsageError{"hold needs --reason TEXT, for whoever finds the hold at night"};
  }
  if (std::string problem = control::reason_problem(words.reason, "--reason"); !problem.empty()) {
    return UsageError{std::move(problem)};
  }
  control::HoldRequest request{words.group, Hold::Kind::freeze, "", words.reason, *duration};
  if (words.withdraw) request.kind = Hold::Kind::withdraw;
  if (words.pin) {
    request.kind = Hold::Kind::pin;
    request.node = *words.pin;
  }
  return request;
}

boost::system::result<control::ReleaseRequest, UsageError> release_request(
    const std::string& group, const std::string& reason) {
  if (!is_name(group)) return UsageError{"release needs the name of a group"};
  std::string problem = reason.empty() ? "" : control::reason_problem(reason, "--reason");
  if (!problem.empty()) return UsageError{std::move(problem)};
  return control::ReleaseRequest{group, reason};
}

}  // namespace signpost::cli
