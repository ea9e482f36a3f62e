// Answers of the control socket: one line of JSON <-> a value. Pure.
//
//   {"ok":true,"text":"orders is pinned to broker-b until 06:00:00Z"}
//   {"ok":false,"code":"refused","text":"there is no group \"order\"; groups: orders"}
#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <string_view>

namespace signpost::control {

/// The errors of a configuration are in it, each with its line; longer texts are cut.
inline constexpr std::size_t answer_octets_max = 64 << 10;

enum class Code {
  ok,
  bad_request,    // not understood: another version, or no client of ours
  not_permitted,  // not this user
  refused,        // understood, and not done; the text says why
  busy,           // too many others are connected; may work later
};

struct Answer {
  Code code = Code::ok;
  std::string text;  // for people; may have several lines, none of them empty at the end
  [[nodiscard]] bool ok() const { return code == Code::ok; }
  bool operator==(const Answer&) const = default;
};

/// Without a newline, at most answer_octets_max octets.
std::string answer_line(const Answer& answer);

struct NotAnAnswer {
  std::string why;  // one line
};

/// `line` without its newline. A code that is not known here counts as `refused`.
boost::system::result<Answer, NotAnAnswer> parse_answer(std::string_view line);

}  // namespace signpost::control
