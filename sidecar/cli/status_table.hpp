// The status document as text for a terminal: a line per group that answers "is it well, where does
// the name lead, how old is that", then its nodes and what the next failure will meet.
//
// Pure. Ages are measured against the document's own generated_at, so no clock of this host is
// involved. Any field may be null or missing: what is not known is left out or shown as "-".
#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <string_view>

namespace signpost::cli {

struct StatusText {
  std::string text;
  bool failed = false;  // the document's status is "fail"
};

struct NotAStatus {
  const char* why;  // one line
};

boost::system::result<StatusText, NotAStatus> status_text(std::string_view json);

/// "350ms", "4s", "1m13s", "2h5m", "2d19h".
std::string age_text(double seconds);

}  // namespace signpost::cli
