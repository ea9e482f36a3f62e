#include "sidecar/runtime/logging.hpp"

#include <fmt/format.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>

namespace signpost::runtime {
namespace {

Severity least_severity = Severity::info;

const char* word(Severity s) {
  switch (s) {
    case Severity::debug:
      return "debug";
    case Severity::info:
      return "info";
    case Severity::notice:
      return "notice";
    case Severity::warning:
      return "warning";
    case Severity::error:
      return "error";
  }
  return "?";
}

// syslog(3) priorities, which journald reads from <N>
int priority(Severity s) {
  switch (s) {
    case Severity::debug:
      return 7;
    case Severity::info:
      return 6;
    case Severity::notice:
      return 5;
    case Severity::warning:
      return 4;
    case Severity::error:
      return 3;
  }
  return 3;
}

// JOURNAL_STREAM names the device and inode of the stream that systemd connected; it is inherited
// by children whose stderr is elsewhere.
bool stderr_is_the_journal() {
  const char* stream = std::getenv("JOURNAL_STREAM");
  struct stat st {};
  if (stream == nullptr || ::fstat(STDERR_FILENO, &st) != 0) return false;
  return fmt::format("{}:{}", st.st_dev, st.st_ino) == stream;
}

enum class Output { logfmt, text, journal };
Output output = Output::logfmt;

spdlog::logger& logger() {
  static std::shared_ptr<spdlog::logger> instance = [] {
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    auto made = std::make_shared<spdlog::logger>("signpost", sink);
    made->set_level(spdlog::level::trace);
    made->flush_on(spdlog::level::trace);
    made->set_formatter(std::make_unique<spdlog::pattern_formatter>(
        "ts=%Y-%m-%dT%H:%M:%S.%eZ %v", spdlog::pattern_time_type::utc));
    return made;
  }();
  return *instance;
}

void set_pattern(const char* pattern, spdlog::pattern_time_type time) {
  logger().set_formatter(std::make_unique<spdlog::pattern_formatter>(pattern, time));
}

}  // namespace

std::string quoted(std::string_view value) {
  bool plain = !value.empty();
  for (char c : value) {
    if (static_cast<unsigned char>(c) <= ' ' || c == '"' || c == '=' || c == '\\' || c == 0x7f)
      plain = false;
  }
  if (plain) return std::string(value);
  std::string out = "\"";
  for (char c : value) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      out += {'\\', c};
    else if (byte < ' ' || byte == 0x7f)
      out += fmt::format("\\x{:02x}", byte);
    else
      out += c;
  }
  return out + "\"";
}

void configure_logging(Severity least, LogStyle style) {
  least_severity = least;
  if (style == LogStyle::automatic && stderr_is_the_journal())
    output = Output::journal;
  else if (style == LogStyle::text ||
           (style == LogStyle::automatic && ::isatty(STDERR_FILENO) != 0))
    output = Output::text;
  else
    output = Output::logfmt;
  switch (output) {
    case Output::logfmt:
      set_pattern("ts=%Y-%m-%dT%H:%M:%S.%eZ %v", spdlog::pattern_time_type::utc);
      break;
    case Output::text:
      set_pattern("%H:%M:%S.%e %v", spdlog::pattern_time_type::local);
      break;
    case Output::journal:
      set_pattern("%v", spdlog::pattern_time_type::utc);
      break;
  }
}

void log(Severity severity, std::string_view event, std::initializer_list<Field> fields) {
  log(severity, event, std::span(fields.begin(), fields.size()));
}

void log(Severity severity, std::string_view event, std::span<const Field> fields) {
  if (severity < least_severity) return;
  std::string line;
  switch (output) {
    case Output::logfmt:
      line = fmt::format("level={} event={}", word(severity), event);
      break;
    case Output::text:
      line = fmt::format("{:<7} {:<18}", word(severity), event);
      break;
    case Output::journal:
      line = fmt::format("<{}>event={}", priority(severity), event);
      break;
  }
  for (const Field& f : fields) line += fmt::format(" {}={}", f.key, quoted(f.value));
  logger().log(severity >= Severity::error ? spdlog::level::err : spdlog::level::info, "{}", line);
}

}  // namespace signpost::runtime
