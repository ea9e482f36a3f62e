// What requests and answers have in common: a JSON object from a stranger, and text that is fit to
// be shown.
#pragma once

#include <boost/json/object.hpp>
#include <boost/system/result.hpp>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace signpost::control {

struct NoObject {
  std::string why;  // one line
};

/// A flat object of at most `octets_max` octets.
boost::system::result<boost::json::object, NoObject> parse_object(std::string_view line,
                                                                  std::size_t octets_max);

/// How many characters UTF-8 text has; nothing when it has one that does not belong in one line on
/// a terminal or in a journal: a control character, or one that turns the reading direction.
std::optional<std::size_t> shown_characters(std::string_view text);

/// "90s" as "1m30s"; "8h", "2d".
std::string span_text(std::chrono::seconds span);

/// `text`, or its beginning that has at most `octets_max` octets and ends with a whole character.
std::string_view cut(std::string_view text, std::size_t octets_max);

}  // namespace signpost::control
