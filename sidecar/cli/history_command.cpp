#include "sidecar/cli/history_command.hpp"

#include <fmt/format.h>

#include <ostream>
#include <utility>
#include <vector>

#include "sidecar/cli/history_text.hpp"
#include "sidecar/cli/load_config.hpp"
#include "sidecar/config/safe_text.hpp"

namespace signpost::cli {
namespace {

struct NoFile {
  ExitCode exit_code;
  std::string why;
};

boost::system::result<std::string, NoFile> file_of(const std::string& config_path,
                                                   const config::Environment& environment) {
  const auto text = read_config_file(config_path);
  if (!text) {
    const ReadFailure failure = text.error();
    return NoFile{failure.exit_code,
                  failure.reason + "; or name the history: signpost history FILE"};
  }
  const auto history = config::parse_history_settings(*text, environment);
  const std::string path = config::safe_text(config_path);
  if (!history)
    return NoFile{exit_bad_config, fmt::format("{} has errors; see: signpost check", path)};
  if (history->file.empty())
    return NoFile{exit_no_input, fmt::format("the history is turned off in {}", path)};
  return history->file.string();
}

}  // namespace

ExitCode history_command(const HistoryCommand& command, const config::Environment& environment,
                         runtime::WallTime now, std::ostream& out, std::ostream& err) {
  std::string file = command.file.value_or("");
  if (!command.file) {
    auto configured = file_of(command.config_path, environment);
    if (!configured) {
      const NoFile none = configured.error();
      err << "signpost: " << none.why << '\n';
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
