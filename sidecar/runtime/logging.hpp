// One line per change, as fields: event=active_changed group=weather from=n1 to=n2. Steady state
// logs nothing.
//
// Leaves return, the caller with context logs. Formats: logfmt with a time stamp; journald (level
// as <N>, no time stamp, chosen when standard error is the journal); text for a terminal. Values
// are quoted where needed and control characters escaped here, in one place.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace signpost::runtime {

enum class Severity { debug, info, notice, warning, error };
enum class LogStyle { automatic, text, logfmt };

struct Field {
  std::string_view key;
  std::string value;
};

/// Default before the call: info, logfmt, standard error.
void configure_logging(Severity least, LogStyle style);

void log(Severity severity, std::string_view event, std::initializer_list<Field> fields);
void log(Severity severity, std::string_view event, std::span<const Field> fields);

/// logfmt value: as it is, or in quotes with ", \ and control characters escaped; bytes that are no
/// UTF-8 text are kept.
std::string quoted(std::string_view value);

}  // namespace signpost::runtime
