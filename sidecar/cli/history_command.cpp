#include "sidecar/cli/history_command.hpp"

#include <ostream>
#include <utility>
#include <vector>

#include "sidecar/cli/configured_history.hpp"
#include "sidecar/cli/history_text.hpp"
#include "sidecar/config/safe_text.hpp"

namespace signpost::cli {

ExitCode history_command(const HistoryCommand& command, const config::Environment& environment,
                         runtime::WallTime now, std::ostream& out, std::ostream& err) {
  std::string file = command.file.value_or("");
  if (!command.file) {
    auto configured = configured_history(command.config_path, environment, "signpost history FILE");
    if (!configured) {
      const RequestError none = configured.error();
      err << "signpost: " << none.reason << '\n';
      return none.exit_code;
    }
    file = *std::move(configured);
  }
  const auto history = history::read_history(file, history::Rotated::include);
  if (!history) {
    err << "signpost: " << config::safe_text(history.error()) << '\n';
    return exit_no_input;
  }
  std::vector<HistoryRow> rows;
  for (const history::Entry& entry : history->entries) {
    if (command.since && entry.time < now - *command.since) continue;
    if (command.group && !entry.group.empty() && entry.group != *command.group) continue;
    if (auto row = history_row(entry)) rows.push_back(*std::move(row));
  }
  err << damage_text(*history);
  out << (command.output == StatusOutput::json ? history_json(rows) : history_table(rows));
  return exit_ok;
}

}  // namespace signpost::cli
