// Foreign octets as part of one line of text: what a broker, a certificate or a person's
// configuration says must not break a log line or pose as ours.
#pragma once

#include <string>
#include <string_view>

namespace signpost::probe {

/// "..." in double quotes; anything but printable ASCII, and `"` and `\` themselves, as \xNN; cut
/// after 200 octets of input, with "..." to say so. quote("a\n") == "\"a\\x0a\"".
std::string quote(std::string_view foreign);

}  // namespace signpost::probe
