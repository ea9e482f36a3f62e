#include "sidecar/cli/status_command.hpp"

#include <ostream>

#include "sidecar/cli/ask_daemon.hpp"
#include "sidecar/cli/status_request.hpp"
#include "sidecar/cli/status_table.hpp"

namespace signpost::cli {
namespace {

ExitCode fail(const RequestError& error, std::ostream& err) {
  err << "signpost: " << error.reason << '\n';
  return error.exit_code;
}

}  // namespace

ExitCode status_command(const StatusCommand& command, std::ostream& out, std::ostream& err,
                        std::chrono::milliseconds patience) {
  const auto request = status_request(command);
  if (!request) return fail(request.error(), err);
  const auto body = ask_daemon(*request, patience);
  if (!body) return fail(body.error(), err);
  const auto status = status_text(*body);
  if (!status) return fail(not_a_signpost(*request, status.error().why), err);
  out << (command.output == StatusOutput::json ? *body : status->text);
  return command.exit_code && status->failed ? exit_no : exit_ok;
}

}  // namespace signpost::cli
