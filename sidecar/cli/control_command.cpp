#include "sidecar/cli/control_command.hpp"

#include <fmt/format.h>

#include <ostream>
#include <string>
#include <string_view>

#include "sidecar/cli/load_config.hpp"
#include "sidecar/config/safe_text.hpp"
#include "sidecar/control/control_client.hpp"

namespace signpost::cli {
namespace {

/// Where the daemon listens, as far as this user can know.
struct Place {
  config::Control control;
  std::string doubt;  // why it is the default path and not the configured one; empty = it is that
};

Place place_of(const ControlCommand& command, const config::Environment& environment) {
  Place place{*config::parse_control_settings("", environment), ""};
  if (command.socket) {
    place.control.socket = *command.socket;
    return place;
  }
  const auto text = read_config_file(command.config_path);
  if (!text) {
    const std::string reason = text.error().reason;
    place.doubt = reason.substr(0, reason.find("; "));
    return place;
  }
  const auto control = config::parse_control_settings(*text, environment);
  if (control) {
    place.control = *control;
  } else {
    place.doubt =
        fmt::format("{} has errors; see: signpost check", config::safe_text(command.config_path));
  }
  return place;
}

ExitCode no_answer(const control::NoAnswer& failure, const Place& place, std::ostream& err) {
  const std::string path = config::safe_text(place.control.socket);
  const auto say = [&](const std::string& what, const std::string& cure) {
    err << "signpost: " << what << ": " << config::safe_text(failure.detail) << '\n';
    if (!place.doubt.empty()) err << "that is the default path, for " << place.doubt << '\n';
    err << cure << '\n';
  };
  switch (failure.why) {
    case control::NoAnswer::Why::not_there:
      say(fmt::format("no signpost listens at {}", path),
          "is it running? see: systemctl status signpost; or name its socket with --socket PATH");
      return exit_unavailable;
    case control::NoAnswer::Why::not_permitted:
      say(fmt::format("{} may not be used by this user", path),
          fmt::format("use sudo, or become a member of group {} ([control] group)",
                      config::safe_text(place.control.group)));
      return exit_not_permitted;
    case control::NoAnswer::Why::not_heard:
      say(fmt::format("the signpost at {} did not answer", path),
          "whether it did it is not known; see: signpost status");
      return exit_unavailable;
  }
  return exit_unavailable;
}

ExitCode exit_code(control::Code code) {
  switch (code) {
    case control::Code::ok:
      return exit_ok;
    case control::Code::bad_request:
    case control::Code::refused:
      return exit_no;
    case control::Code::not_permitted:
      return exit_not_permitted;
    case control::Code::busy:
      return exit_try_again;
  }
  return exit_no;
}

/// Line by line: a newline is the only control character that is meant.
void print(std::string_view text, std::ostream& to) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    to << config::safe_text(text.substr(0, end)) << '\n';
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
}

}  // namespace

ExitCode control_command(const ControlCommand& command, const config::Environment& environment,
                         std::ostream& out, std::ostream& err, std::chrono::milliseconds patience) {
  const Place place = place_of(command, environment);
  if (place.control.socket.empty()) {
    err << fmt::format(
        "signpost: changes are turned off in {} ([control] socket = \"\"); set it, and restart\n",
        config::safe_text(command.config_path));
    return exit_unavailable;
  }
  const auto answer = control::ask(place.control.socket, command.request, patience);
  if (!answer) return no_answer(answer.error(), place, err);
  if (answer->ok()) {
    print(answer->text, out);
  } else {
    print("signpost: " + answer->text, err);
  }
  return exit_code(answer->code);
}

}  // namespace signpost::cli
