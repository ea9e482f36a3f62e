#include "sidecar/cli/explain_command.hpp"

#include <boost/json.hpp>
#include <optional>
#include <ostream>
#include <sstream>
#include <string>

#include "sidecar/cli/ask_daemon.hpp"
#include "sidecar/cli/configured_history.hpp"
#include "sidecar/cli/explain_past.hpp"
#include "sidecar/cli/history_text.hpp"
#include "sidecar/cli/when.hpp"
#include "sidecar/config/safe_text.hpp"

namespace signpost::cli {
namespace {

namespace json = boost::json;

ExitCode fail(const RequestError& error, std::ostream& err) {
  err << "signpost: " << error.reason << '\n';
  return error.exit_code;
}

/// Names and details come from other machines.
std::string safe_lines(std::string_view text) {
  std::istringstream lines{std::string(text)};
  std::string safe;
  for (std::string line; std::getline(lines, line);) safe += config::safe_text(line) + '\n';
  return safe;
}

/// The texts of all groups; nullopt: it is no such document.
std::optional<std::string> texts_of(const std::string& document) {
  boost::system::error_code ec;
  const json::value root = json::parse(document, ec);
  const json::value* groups = ec ? nullptr : root.find_pointer("/groups", ec);
  if (groups == nullptr || !groups->is_array()) return std::nullopt;
  std::string all;
  for (const json::value& group : groups->get_array()) {
    const json::value* text = group.find_pointer("/text", ec);
    if (text == nullptr || !text->is_string()) return std::nullopt;
    if (!all.empty()) all += '\n';
    all += safe_lines(text->get_string());
  }
  return all;
}

ExitCode explain_now(const ExplainCommand& command, std::ostream& out, std::ostream& err,
                     std::chrono::milliseconds patience) {
  const auto request =
      api_request(command.url, command.config_path, "/api/v1/explain", command.group);
  if (!request) return fail(request.error(), err);
  const auto body = ask_daemon(*request, patience);
  if (!body) return fail(body.error(), err);
  const auto text = texts_of(*body);
  if (!text) return fail(not_a_signpost(*request, "the answer explains nothing"), err);
  out << (command.output == StatusOutput::json ? *body : *text);
  return exit_ok;
}

ExitCode explain_then(const ExplainCommand& command, const config::Environment& environment,
                      runtime::WallTime now, std::ostream& out, std::ostream& err) {
  const auto at = parse_when(command.at.value_or("-0s"), now);
  if (!at) return fail({exit_usage, "--at: " + at.error()}, err);
  std::string file = command.file.value_or("");
  if (!command.file) {
    const auto configured = configured_history(command.config_path, environment, "--file FILE");
    if (!configured) return fail(configured.error(), err);
    file = *configured;
  }
  const auto history = history::read_history(file, history::Rotated::include);
  if (!history) return fail({exit_no_input, config::safe_text(history.error())}, err);
  err << damage_text(*history);
  const auto past = explain_past(history->entries, command.group, *at);
  if (!past) return fail(past.error(), err);
  out << (command.output == StatusOutput::json ? past->json : safe_lines(past->text));
  return exit_ok;
}

}  // namespace

ExitCode explain_command(const ExplainCommand& command, const config::Environment& environment,
                         runtime::WallTime now, std::ostream& out, std::ostream& err,
                         std::chrono::milliseconds patience) {
  return command.at || command.file ? explain_then(command, environment, now, out, err)
                                    : explain_now(command, out, err, patience);
}

}  // namespace signpost::cli
