#include "sidecar/agent/control_handler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "sidecar/agent/config_changes.hpp"
#include "sidecar/runtime/logging.hpp"
#include "sidecar/status/status_snapshot.hpp"

namespace signpost::agent {
namespace {

using control::Answer;
using control::Code;
using decision::Hold;
using runtime::Severity;

Answer refused(std::string why) { return {Code::refused, std::move(why)}; }

Answer too_late() { return refused("signpost is stopping: nothing was changed"); }

std::string what_is_held(const Hold& hold, const std::optional<std::string>& active) {
  switch (hold.kind) {
    case Hold::Kind::freeze:
      return active ? fmt::format("is frozen at {}", *active) : "is frozen, without a node";
    case Hold::Kind::pin:
      return fmt::format("is pinned to {}", hold.node);
    case Hold::Kind::withdraw:
      return "is withdrawn: clients get no address,";
  }
  return "is held";
}

std::string order(const Hold& hold) {
  const std::string node = hold.node.empty() ? "" : " " + hold.node;
  return fmt::format("{}{} by {} ({})", to_word(hold.kind), node, hold.who, hold.reason);
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

std::string reload_text(const std::string& path, const ConfigChanges& changes) {
  std::string text = changes.applied.empty() ? fmt::format("{}: nothing changed", path)
                                             : fmt::format("{} is in force", path);
  for (const std::string& line : changes.applied) text += "\n  " + line;
  if (changes.need_restart.empty()) return text;
  text += "\nas before until a restart:";
  for (const std::string& key : changes.need_restart) text += "\n  " + key;
  return text;
}

std::string joined(const std::vector<std::string>& lines) {
  return lines.empty() ? "nothing" : fmt::format("{}", fmt::join(lines, "; "));
}

}  // namespace

ControlHandler::ControlHandler(Agent& agent, const runtime::Clock& clock,
                               history::Recorder& recorder, ReloadSources sources)
    : agent_(agent), clock_(clock), recorder_(recorder), sources_(std::move(sources)) {}

Answer ControlHandler::answer(const control::Request& request, const control::Actor& actor) {
  if (agent_.is_stopping()) return too_late();
  if (const auto* wanted = std::get_if<control::HoldRequest>(&request)) {
    return hold(*wanted, actor.user);
  }
  if (const auto* wanted = std::get_if<control::ReleaseRequest>(&request)) {
    return release(*wanted, actor.user);
  }
  return reload(actor.user);
}

Answer ControlHandler::hold(const control::HoldRequest& request, const std::string& who) {
  const DecisionLoop* const loop = agent_.group(request.group);
  if (loop == nullptr) return no_such_group(request.group);
  const config::Group& group = loop->group();
  control::HoldLimits limits{{}, group.hold_max};
  for (const config::Node& node : group.nodes) limits.nodes.push_back(node.name);
  if (std::string problem = hold_problem(request, limits); !problem.empty()) {
    return refused(std::move(problem));
  }
  const std::optional<Hold> before = loop->arbiter().hold();
  Hold hold;
  hold.kind = request.kind;
  hold.node = request.node;
  hold.reason = request.reason;
  hold.who = who;
  hold.since = clock_.wall_now();
  hold.until = clock_.now() + request.duration;
  hold.until_wall = hold.since + request.duration;
  agent_.set_hold(group.name, hold, who, request.reason);
  std::string text = fmt::format("{} {} until {}", group.name,
                                 what_is_held(hold, loop->arbiter().decision().active),
                                 status::rfc3339(hold.until_wall));
  if (group.mode == config::Mode::observe) text += "\nits mode is observe: nothing is published";
  if (before) text += fmt::format("\nin place of: {}", order(*before));
  return {Code::ok, std::move(text)};
}

Answer ControlHandler::release(const control::ReleaseRequest& request, const std::string& who) {
  const DecisionLoop* const loop = agent_.group(request.group);
  if (loop == nullptr) return no_such_group(request.group);
  const std::optional<Hold> before = loop->arbiter().hold();
  if (!before) return {Code::ok, fmt::format("{} is not held", request.group)};
  agent_.set_hold(request.group, std::nullopt, who, request.reason);
  const auto& active = loop->arbiter().decision().active;
  return {Code::ok, fmt::format("{} is released and points to {}\nit was held: {}", request.group,
                                active.value_or("no node"), order(*before))};
}

Answer ControlHandler::reload(const std::string& who) {
  if (agent_.is_stopping()) return too_late();
  FileAgain file = sources_.read();
  if (!file.config) return refuse_reload(who, file, file.errors);
  ConfigChanges changes = changes_between(*agent_.configured(), *file.config);
  if (!changes.refused.empty()) return refuse_reload(who, file, changes.refused);
  const auto next = std::make_shared<const config::Config>(std::move(changes.in_force));
  const Pins pinned = pins();
  try {
    // Also when nothing changed: discovery takes stock, and drops what no broker reports any more.
    if (next->discover || *next != *agent_.configured()) agent_.reconfigure(next);
  } catch (const std::runtime_error& e) {  // a certificate that cannot be read
    return refuse_reload(who, file, e.what());
  }
  for (std::string& line : release_lost_pins(pinned)) changes.applied.push_back(std::move(line));
  sources_.apply_log(next->log);
  sources_.done(file.sha256, "");
  const std::string applied = joined(changes.applied);
  runtime::log(Severity::notice, "reloaded",
               {{"by", who},
                {"config", sources_.config_path},
                {"changed", applied},
                {"needs_restart", joined(changes.need_restart)}});
  record_reload(who, "changed: " + applied);
  return {Code::ok, reload_text(sources_.config_path, changes)};
}

Answer ControlHandler::refuse_reload(const std::string& who, const FileAgain& file,
                                     const std::string& error) {
  sources_.done(file.sha256, first_line(error));
  runtime::log(Severity::error, "reload_refused",
               {{"by", who},
                {"config", sources_.config_path},
                {"detail", first_line(error)},
                {"in_force", "the configuration from before"}});
  record_reload(who, "refused: " + first_line(error));
  return refused(error + "\nnothing was changed: the configuration from before stays in force");
}

ControlHandler::Pins ControlHandler::pins() const {
  Pins all;
  for (const auto& loop : agent_.groups()) {
    const std::optional<Hold>& hold = loop->arbiter().hold();
    if (hold && hold->kind == Hold::Kind::pin) all.emplace(loop->group().name, *hold);
  }
  return all;
}

// A node that is gone has no address to publish, and nobody wants the name to stand still for it.
// (The arbiter drops such a hold by itself: here it is said.)
std::vector<std::string> ControlHandler::release_lost_pins(const Pins& before) {
  std::vector<std::string> lines;
  for (const auto& [name, hold] : before) {
    const DecisionLoop* const loop = agent_.group(name);
    if (loop == nullptr) continue;
    const auto& nodes = loop->group().nodes;
    const auto is_it = [&node = hold.node](const config::Node& n) { return n.name == node; };
    if (std::any_of(nodes.begin(), nodes.end(), is_it)) continue;
    agent_.set_hold(name, std::nullopt, "reload", hold.node + " is no node of it any more");
    lines.push_back(fmt::format("group \"{}\": released, its hold was: {}", name, order(hold)));
  }
  return lines;
}

Answer ControlHandler::no_such_group(const std::string& name) const {
  constexpr std::size_t shown_max = 20;  // of a thousand
  std::vector<std::string> names;
  for (const auto& loop : agent_.groups()) names.push_back(loop->group().name);
  const std::size_t shown = std::min(names.size(), shown_max);
  const char* const more = shown < names.size() ? ", ..." : "";
  names.resize(shown);
  return refused(
      fmt::format("there is no group \"{}\"; groups: {}{}", name, fmt::join(names, ", "), more));
}

void ControlHandler::record_reload(const std::string& who, const std::string& detail) {
  recorder_.add({clock_.wall_now(), clock_.now(), "reload", "", who, detail, {}});
}

}  // namespace signpost::agent
