#include "sidecar/control/control_request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <optional>
#include <utility>

#include "sidecar/control/control_text.hpp"

namespace signpost::control {
namespace {

namespace json = boost::json;
using Kind = decision::Hold::Kind;
using Parsed = boost::system::result<Request, Answer>;

constexpr std::size_t name_octets_max = 255;  // what a configuration allows
constexpr Kind kinds[] = {Kind::freeze, Kind::pin, Kind::withdraw};

Answer bad_request(std::string why) { return {Code::bad_request, std::move(why)}; }

/// Takes the members of one request; the first thing that is wrong is kept.
class Members {
 public:
  explicit Members(const json::object& object) : object_(object) {}

  std::string text(std::string_view key) {
    const json::value* value = take(key);
    if (value == nullptr) return "";
    if (!value->is_string()) return complain(fmt::format("\"{}\" is no string", key));
    return std::string(value->get_string());
  }

  /// "" is refused too.
  std::string name(std::string_view key) {
    std::string name = optional_name(key);
    if (name.empty()) complain(fmt::format("\"{}\" is empty", key));
    return name;
  }

  std::string optional_name(std::string_view key) {
    std::string name = text(key);
    if (name.size() > name_octets_max) complain(fmt::format("\"{}\" is too long", key));
    if (!shown_characters(name)) complain(fmt::format("\"{}\" has control characters", key));
    return name;
  }

  std::chrono::seconds duration(std::string_view key) {
    const json::value* value = take(key);
    boost::system::error_code ec;
    const auto seconds = value == nullptr ? 0 : value->to_number<std::int64_t>(ec);
    if (ec || seconds < 1 || seconds > duration_max.count()) {
      complain(fmt::format("\"{}\" is no whole number from 1 to {}", key, duration_max.count()));
      return std::chrono::seconds(1);
    }
    return std::chrono::seconds(seconds);
  }

  std::string complain(std::string what) {
    if (wrong_.empty()) wrong_ = std::move(what);
    return "";
  }

  /// Empty, or what is wrong, members that nobody asked for included.
  std::string finish() {
    if (taken_ != object_.size()) complain("it has a member that is not known here");
    return wrong_;
  }

 private:
  const json::value* take(std::string_view key) {
    const json::value* value = object_.if_contains(key);
    if (value == nullptr) {
      complain(fmt::format("\"{}\" is missing", key));
    } else {
      ++taken_;
    }
    return value;
  }

  const json::object& object_;
  std::size_t taken_ = 0;
  std::string wrong_;
};

Kind kind_of(std::string_view word, Members& members) {
  const auto* const kind =
      std::find_if(std::begin(kinds), std::end(kinds), [&](Kind k) { return to_word(k) == word; });
  if (kind != std::end(kinds)) return *kind;
  members.complain("\"kind\" is none of freeze, pin, withdraw");
  return Kind::freeze;
}

HoldRequest hold_of(Members& members) {
  HoldRequest hold;
  hold.group = members.name("group");
  hold.kind = kind_of(members.text("kind"), members);
  hold.node = members.optional_name("node");
  hold.reason = members.text("reason");
  hold.duration = members.duration("seconds");
  if (hold.kind == Kind::pin && hold.node.empty()) members.complain("pin needs a node");
  if (hold.kind != Kind::pin && !hold.node.empty()) members.complain("only pin takes a node");
  if (std::string problem = reason_problem(hold.reason, "the reason"); !problem.empty()) {
    members.complain(std::move(problem));
  }
  return hold;
}

ReleaseRequest release_of(Members& members) {
  ReleaseRequest release{members.name("group"), members.text("reason")};
  if (release.reason.empty()) return release;
  if (std::string problem = reason_problem(release.reason, "the reason"); !problem.empty()) {
    members.complain(std::move(problem));
  }
  return release;
}

struct ToObject {
  json::object operator()(const HoldRequest& hold) const {
    return {{"command", "hold"}, {"group", hold.group},   {"kind", to_word(hold.kind)},
            {"node", hold.node}, {"reason", hold.reason}, {"seconds", hold.duration.count()}};
  }
  json::object operator()(const ReleaseRequest& release) const {
    return {{"command", "release"}, {"group", release.group}, {"reason", release.reason}};
  }
  json::object operator()(const ReloadRequest&) const { return {{"command", "reload"}}; }
};

}  // namespace

boost::system::result<Request, Answer> parse_request(std::string_view line) {
  const auto object = parse_object(line, request_octets_max);
  if (!object) return bad_request(fmt::format("the request is {}", object.error().why));
  Members members(*object);
  const std::string command = members.text("command");
  std::optional<Request> request;
  if (command == "hold") request = hold_of(members);
  if (command == "release") request = release_of(members);
  if (command == "reload") request = ReloadRequest{};
  if (!request) members.complain("\"command\" is none of hold, release, reload");
  const std::string wrong = members.finish();
  if (!wrong.empty()) return bad_request(fmt::format("the request cannot be used: {}", wrong));
  return *std::move(request);
}

std::string request_line(const Request& request) {
  return json::serialize(std::visit(ToObject(), request));
}

std::string reason_problem(std::string_view reason, std::string_view what) {
  const auto characters = shown_characters(reason);
  if (!characters) return fmt::format("{} has control characters, or is no UTF-8", what);
  if (*characters > reason_characters_max) {
    return fmt::format("{} is longer than {} characters", what, reason_characters_max);
  }
  if (reason.find_first_not_of(' ') == std::string_view::npos) {
    return fmt::format("{} is empty", what);
  }
  return "";
}

std::string hold_problem(const HoldRequest& request, const HoldLimits& limits) {
  const auto& nodes = limits.nodes;
  const bool member = std::find(nodes.begin(), nodes.end(), request.node) != nodes.end();
  if (request.kind == Kind::pin && !member) {
    return fmt::format("group \"{}\" has no node \"{}\"; nodes: {}", request.group, request.node,
                       fmt::join(nodes, ", "));
  }
  if (request.duration > limits.longest) {
    const auto longest = std::chrono::floor<std::chrono::seconds>(limits.longest);
    return fmt::format(
        "{} is longer than group \"{}\" allows (hold_max = {} in [group.decide]); hold it for "
        "less, "
        "and again before that ends",
        span_text(request.duration), request.group, span_text(longest));
  }
  return "";
}

}  // namespace signpost::control
