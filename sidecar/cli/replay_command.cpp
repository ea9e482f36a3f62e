#include "sidecar/cli/replay_command.hpp"

#include <algorithm>
#include <optional>
#include <ostream>
#include <utility>

#include "sidecar/cli/history_text.hpp"
#include "sidecar/cli/load_config.hpp"
#include "sidecar/cli/replay_text.hpp"
#include "sidecar/config/safe_text.hpp"

namespace signpost::cli {
namespace {

history::WhatIf with_config(const std::vector<history::Entry>& entries,
                            const config::Config& config) {
  return history::what_if(entries, [&](const std::string& name) {
    const auto group = std::find_if(config.groups.begin(), config.groups.end(),
                                    [&](const config::Group& g) { return g.name == name; });
    return group == config.groups.end() ? nullptr : &group->policy;
  });
}

bool is_tampered_with(const history::History& history) {
  return history.damaged_more > 0 ||
         std::any_of(history.damaged.begin(), history.damaged.end(),
                     [](const history::DamagedLine& line) { return !line.is_cut_off; });
}

}  // namespace

ExitCode replay_command(const ReplayCommand& command, const config::Environment& environment,
                        std::ostream& out, std::ostream& err) {
  auto history = history::read_history(
      command.file, command.rotated ? history::Rotated::include : history::Rotated::leave_out);
  if (!history) {
    err << "signpost: " << config::safe_text(history.error()) << '\n';
    return exit_no_input;
  }
  ReplayResult result{command.file, *std::move(history), {}, "", {}};
  result.verification = history::verify(result.history.entries);
  if (command.config_path) {
    const auto loaded = load_config(*command.config_path, environment, err);
    if (!loaded) return loaded.error();
    result.config_path = *command.config_path;
    result.what_if = with_config(result.history.entries, loaded->config);
  }
  err << damage_text(result.history);
  out << (command.output == StatusOutput::json ? replay_json(result) : replay_table(result));
  const bool is_well = result.verification.differing == 0 && !is_tampered_with(result.history);
  return is_well ? exit_ok : exit_no;
}

}  // namespace signpost::cli
