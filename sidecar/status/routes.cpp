#include "sidecar/status/routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/json.hpp>
#include <boost/url.hpp>
#include <charconv>

#include "sidecar/decision/explain_text.hpp"
#include "sidecar/status/status_json.hpp"

namespace signpost::status {
namespace {

Response text(unsigned status, std::string body) {
  return {status, "text/plain; charset=utf-8", std::move(body), ""};
}

std::string lower(std::string s) {
  for (char& c : s) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return s;
}

// "name:8653", "[::1]:8653", "::1" -> the name or address alone
std::string without_port(const std::string& host) {
  if (!host.empty() && host.front() == '[') {
    auto end = host.find(']');
    return end == std::string::npos ? host : host.substr(1, end - 1);
  }
  auto colon = host.find(':');
  return colon == std::string::npos || host.find(':', colon + 1) != std::string::npos
             ? host
             : host.substr(0, colon);
}

}  // namespace

namespace {

// "" stands for all.
bool has_group(const StatusSnapshot& s, const std::string& group) {
  return group.empty() || std::any_of(s.groups.begin(), s.groups.end(),
                                      [&](const GroupStatus& g) { return g.name == group; });
}

Response no_group(const std::string& group) {
  return problem(404, "Not Found", fmt::format("there is no group \"{}\"", group));
}

}  // namespace

Response problem(unsigned status, const std::string& title, std::string detail) {
  for (char& c : detail) {  // what a client sent may be no UTF-8, which JSON must be
    if (static_cast<unsigned char>(c) >= 0x80) c = '?';
  }
  boost::json::object o{
      {"type", "about:blank"}, {"title", title}, {"status", status}, {"detail", detail}};
  return {status, "application/problem+json", boost::json::serialize(o) + "\n", ""};
}

Routes::Routes(std::vector<std::string> host_names, std::function<StatusSnapshot()> snapshot,
               HistoryDocument history)
    : host_names_(std::move(host_names)),
      snapshot_(std::move(snapshot)),
      history_(std::move(history)) {
  for (std::string& name : host_names_) name = lower(name);
}

bool Routes::host_is_ours(const std::string& host) const {
  std::string name = lower(without_port(host));
  boost::system::error_code ec;
  boost::asio::ip::make_address(name, ec);
  return !ec || name == "localhost" ||
         std::find(host_names_.begin(), host_names_.end(), name) != host_names_.end();
}

Response Routes::answer(const Request& request) const {
  // DNS rebinding needs a browser, and browsers send Host.
  if (request.host && !host_is_ours(*request.host)) {
    return problem(421, "Misdirected Request",
                   "this Host is not served here; add it to [http] host_names if it should be");
  }
  if (request.method != "GET" && request.method != "HEAD") {
    Response r = problem(405, "Method Not Allowed", "HTTP is read-only here");
    r.allow = "GET, HEAD";
    return r;
  }
  auto target = boost::urls::parse_origin_form(request.target);
  if (!target) return problem(400, "Bad Request", "the request target is not a path");
  std::vector<std::string> path;
  for (const auto& segment : target->segments()) path.push_back(segment);
  auto parameter = [&](std::string_view key) {
    auto found = target->params().find(key);
    return found == target->params().end() ? std::string() : (*found).value;
  };
  if (path == std::vector<std::string>{"livez"}) return text(200, "ok\n");
  if (path == std::vector<std::string>{"readyz"})
    return ready(target->params().contains("verbose"));
  if (path == std::vector<std::string>{"api", "v1", "status"}) return status(parameter("group"));
  if (path == std::vector<std::string>{"api", "v1", "explain"}) return explain(parameter("group"));
  if (path == std::vector<std::string>{"api", "v1", "history"})
    return history(parameter("group"), parameter("limit"));
  if (path.size() == 3 && path[0] == "active") return active(path[1], path[2]);
  return problem(404, "Not Found",
                 "there is /api/v1/status, /api/v1/explain, /api/v1/history, "
                 "/active/<group>/<node>, /livez and /readyz");
}

Response Routes::ready(bool verbose) const {
  StatusSnapshot s = snapshot_();
  std::string lines = fmt::format("[+]configuration ok: {}\n", s.config_path);
  lines += s.first_round_done
               ? fmt::format("[{}]probes: first round done, {} of {} brokers answer\n",
                             s.brokers_answering == s.brokers ? '+' : '!', s.brokers_answering,
                             s.brokers)
               : "[-]probes: the first round is not finished\n";
  if (s.serve)
    lines += fmt::format("[+]serve ok: zone {}, serial {}\n", s.serve->zone, s.serve->serial);
  lines +=
      s.state_error ? fmt::format("[!]state file: {}\n", *s.state_error) : "[+]state file ok\n";
  unsigned code = s.first_round_done ? 200 : 503;
  return text(code, verbose       ? lines
                    : code == 200 ? "ok\n"
                                  : "not ready: the first round of probes is not finished\n");
}

Response Routes::active(const std::string& group, const std::string& node) const {
  StatusSnapshot s = snapshot_();
  for (const GroupStatus& g : s.groups) {
    if (g.name != group) continue;
    for (const NodeStatus& n : g.nodes) {
      if (n.name != node) continue;
      if (n.active) return text(200, fmt::format("{} is the active node of {}\n", node, group));
      if (g.action != decision::Action::keep) {
        return text(503, fmt::format("no node of {} is published: the answer is {}\n", group,
                                     decision::answer_text({g.active_node, g.action})));
      }
      return text(503, fmt::format("{} is not the active node of {}; {} is\n", node, group,
                                   g.active_node.value_or("none")));
    }
    return problem(404, "Not Found", fmt::format("group \"{}\" has no node \"{}\"", group, node));
  }
  return no_group(group);
}

Response Routes::status(const std::string& group) const {
  StatusSnapshot s = snapshot_();
  if (!has_group(s, group)) return no_group(group);
  return {200, "application/json", status_json(s, group), ""};
}

// A group that is not configured any more may have a history all the same.
Response Routes::history(const std::string& group, const std::string& limit) const {
  if (!history_)
    return problem(404, "Not Found", "the history is turned off; set [history] file to have one");
  std::size_t count = history_limit_max;
  const char* end = limit.data() + limit.size();
  if (!limit.empty()) {
    const auto [rest, error] = std::from_chars(limit.data(), end, count);
    if (error != std::errc() || rest != end || count == 0 || count > history_limit_max)
      return problem(400, "Bad Request",
                     fmt::format("limit takes a number from 1 to {}", history_limit_max));
  }
  return {200, "application/json", history_(group, count), ""};
}

Response Routes::explain(const std::string& group) const {
  StatusSnapshot s = snapshot_();
  if (!has_group(s, group)) return no_group(group);
  return {200, "application/json", explain_document(s, group), ""};
}

}  // namespace signpost::status
