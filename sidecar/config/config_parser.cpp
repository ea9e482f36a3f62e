#include "sidecar/config/config_parser.hpp"

#include <fmt/format.h>

#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "sidecar/config/broker_reader.hpp"
#include "sidecar/config/broker_table.hpp"
#include "sidecar/config/config_check.hpp"
#include "sidecar/config/discover_reader.hpp"
#include "sidecar/config/document.hpp"
#include "sidecar/config/environment.hpp"
#include "sidecar/config/group_reader.hpp"
#include "sidecar/config/network_text.hpp"
#include "sidecar/config/reader.hpp"
#include "sidecar/config/safe_text.hpp"
#include "sidecar/config/serve_reader.hpp"

namespace signpost::config {
namespace {

constexpr unsigned known_version = 1;
constexpr std::size_t listen_max = 16;
constexpr std::size_t host_names_max = 64;
constexpr std::size_t resolver_servers_max = 8;  // each silent one costs a question's patience

void read_version(Reader& top) {
  if (!top.require("version", "begin the file with: version = 1")) return;
  unsigned version = known_version;
  top.integer<unsigned>("version", version, 0, 1'000'000);
  if (version != known_version) {
    top.complain("version", {fmt::format("{} is not known here", version), "",
                             fmt::format("this signpost reads version {}", known_version)});
  }
}

Http read_http(Reader& top) {
  Http http;
  auto table = top.table("http");
  if (!table) return http;
  table->list("listen", http.listen, listen_max, parse_listen);
  table->list("host_names", http.host_names, host_names_max, parse_host_name);
  table->finish();
  return http;
}

Parsed<std::string> parse_socket(std::string_view text, const Environment& environment) {
  constexpr std::size_t octets_max = 107;  // sockaddr_un, without the zero at its end (unix(7))
  auto path = expand_path(text, environment);
  if (path && path->size() > octets_max) {
    return Complaint{
        fmt::format("{} has {} octets", in_quotes(*path), path->size()), "too long",
        fmt::format("choose a shorter one: a socket's path may have {} octets", octets_max)};
  }
  if (path && path->ends_with('/')) {
    return Complaint{fmt::format("{} is a directory", in_quotes(*path)), "",
                     "name the socket in it: \"%t/control.sock\""};
  }
  return path;
}

Control read_control(Reader& top, const Environment& environment) {
  Control control{environment.runtime_directory + "/control.sock"};
  auto table = top.table("control");
  if (!table) return control;
  table->parsed("socket", control.socket,
                [&](std::string_view text) { return parse_socket(text, environment); });
  table->label("group", control.group);
  table->finish();
  return control;
}

Log read_log(Reader& top) {
  Log log;
  auto table = top.table("log");
  if (!table) return log;
  constexpr Choice<LogLevel> levels[] = {{"debug", LogLevel::debug},
                                         {"info", LogLevel::info},
                                         {"warning", LogLevel::warning},
                                         {"error", LogLevel::error}};
  constexpr Choice<LogFormat> formats[] = {
      {"auto", LogFormat::automatic}, {"text", LogFormat::text}, {"logfmt", LogFormat::logfmt}};
  table->choice("level", log.level, levels);
  table->choice("format", log.format, formats);
  table->finish();
  return log;
}

std::vector<std::string> read_resolver(Reader& top) {
  std::vector<std::string> servers;
  auto table = top.table("resolver");
  if (!table) return servers;
  table->list("servers", servers, resolver_servers_max, parse_server);
  table->finish();
  return servers;
}

std::string read_state_directory(Reader& top, const Environment& environment) {
  std::string directory = environment.state_directory;
  auto table = top.table("state");
  if (!table) return directory;
  table->file("directory", directory);
  if (directory.empty()) {
    table->complain("directory",
                    {"must not be empty", "empty", "remove it to get the default, %S"});
  }
  table->finish();
  return directory;
}

template <class Read>
auto one_table(std::string_view text, const Environment& environment, Read read)
    -> boost::system::result<std::invoke_result_t<Read, Reader&>, std::vector<ConfigError>> {
  const auto root = parse_document(text);
  if (!root) return std::vector<ConfigError>{root.error()};
  Session session{environment, {}, {}, {}};
  Reader top(*root, session);
  auto settings = read(top);
  if (!session.errors.empty()) return session.errors.take_sorted();
  return settings;
}

History read_history(Reader& top, const std::filesystem::path& state_directory) {
  constexpr std::uint64_t size_min = 64 << 10;  // one entry must fit
  constexpr std::uint64_t size_max = 1 << 30;
  constexpr unsigned keep_max = 20;
  History history;
  std::string file = state_directory / "history.jsonl";
  if (auto table = top.table("history")) {
    table->file("file", file);
    table->size("max_size", history.max_size, size_min, size_max);
    table->integer<unsigned>("keep", history.keep, 0, keep_max);
    table->finish();
  }
  history.file = file;
  return history;
}

}  // namespace

boost::system::result<Config, std::vector<ConfigError>> parse_config(
    std::string_view text, const Environment& environment) {
  const auto root = parse_document(text);
  if (!root) return std::vector<ConfigError>{root.error()};
  Session session{environment, {}, {}, {}};
  Reader top(*root, session);
  Config config;
  read_version(top);
  BrokerTable brokers(session.sources, session.errors);
  read_brokers(top, brokers);
  const bool found_elsewhere = top.has("discover") && !top.has("group");
  if (found_elsewhere ||
      top.require("group", "signpost has nothing to watch: add a [[group]], or [discover]")) {
    config.groups = read_groups(top, session, brokers);
  }
  config.discover = read_discover(top);
  config.serve = read_serve(top, session);
  config.http = read_http(top);
  config.control = read_control(top, environment);
  config.resolver_servers = read_resolver(top);
  config.state_directory = read_state_directory(top, environment);
  config.history = read_history(top, config.state_directory);
  config.log = read_log(top);
  top.finish();
  config.brokers = brokers.take();
  check_config({config, brokers.origins(), session.sources, session.errors});
  if (!session.errors.empty()) return session.errors.take_sorted();
  return config;
}

boost::system::result<Http, std::vector<ConfigError>> parse_http_settings(std::string_view text) {
  const Environment none;
  return one_table(text, none, [](Reader& top) { return read_http(top); });
}

boost::system::result<Control, std::vector<ConfigError>> parse_control_settings(
    std::string_view text, const Environment& environment) {
  return one_table(text, environment, [&](Reader& top) { return read_control(top, environment); });
}

boost::system::result<History, std::vector<ConfigError>> parse_history_settings(
    std::string_view text, const Environment& environment) {
  return one_table(text, environment, [&](Reader& top) {
    return read_history(top, read_state_directory(top, environment));
  });
}

}  // namespace signpost::config
