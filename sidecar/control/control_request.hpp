// Requests of the control socket: one line of JSON <-> typed values. Pure.
//
//   {"command":"hold","group":"orders","kind":"pin","node":"broker-b","reason":"JE
//   upgrade","seconds":3600}
//   {"command":"release","group":"orders","reason":""}
//   {"command":"reload"}
//
// Who may say it is not decided here, but by the server's control_peer.
#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sidecar/control/control_answer.hpp"
#include "sidecar/decision/hold.hpp"

namespace signpost::control {

/// A longest reason of 200 characters takes 1 kB; the rest is room for long names.
inline constexpr std::size_t request_octets_max = 8 << 10;
inline constexpr std::size_t reason_characters_max = 200;  // two lines of a terminal
/// The largest hold_max that a configuration may set.
inline constexpr std::chrono::seconds duration_max = std::chrono::hours(24 * 30);

struct HoldRequest {
  std::string group;
  decision::Hold::Kind kind = decision::Hold::Kind::freeze;
  std::string node;    // pin only
  std::string reason;  // mandatory: who finds the hold at night must know what it is for
  std::chrono::seconds duration{};
  bool operator==(const HoldRequest&) const = default;
};

struct ReleaseRequest {
  std::string group;
  std::string reason;  // may be empty
  bool operator==(const ReleaseRequest&) const = default;
};

struct ReloadRequest {
  bool operator==(const ReloadRequest&) const = default;
};

using Request = std::variant<HoldRequest, ReleaseRequest, ReloadRequest>;

/// `line` without its newline. Everything is checked that needs no configuration; what is wrong
/// comes back as the answer to send.
boost::system::result<Request, Answer> parse_request(std::string_view line);

/// Without a newline, printable ASCII. The inverse of parse_request.
std::string request_line(const Request& request);

/// Why this is no reason for a hold or a release; empty = it is one. `what` names it: "--reason".
std::string reason_problem(std::string_view reason, std::string_view what);

/// What a group's configuration allows.
struct HoldLimits {
  std::vector<std::string> nodes;
  std::chrono::milliseconds longest{};
};

/// Why the group cannot be held so; empty = it can.
std::string hold_problem(const HoldRequest& request, const HoldLimits& limits);

}  // namespace signpost::control
