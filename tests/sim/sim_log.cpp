#include "tests/sim/sim_log.hpp"

#include <span>
#include <string>

#include "sidecar/runtime/logging.hpp"

namespace signpost::sim {
namespace {
thread_local Engine* trace = nullptr;
thread_local std::string speaker;
}  // namespace

void log_into(Engine* engine) { trace = engine; }
void log_as(std::string_view who) { speaker = who; }

}  // namespace signpost::sim

namespace signpost::runtime {

void configure_logging(Severity, LogStyle) {}

std::string quoted(std::string_view value) { return "\"" + std::string(value) + "\""; }

void log(Severity severity, std::string_view event, std::initializer_list<Field> fields) {
  log(severity, event, std::span<const Field>(fields.begin(), fields.size()));
}

void log(Severity, std::string_view event, std::span<const Field> fields) {
  if (sim::trace == nullptr) return;
  std::string line = sim::speaker + " log " + std::string(event);
  for (const Field& field : fields) {
    line += ' ';
    line += field.key;
    line += '=';
    line += field.value;
  }
  sim::trace->note(line);
}

}  // namespace signpost::runtime
