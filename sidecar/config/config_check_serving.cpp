// Rules about sockets and what needs them.
#include <fmt/format.h>

#include <string>
#include <unordered_map>

#include "sidecar/config/config_check.hpp"
#include "sidecar/config/network_text.hpp"

namespace signpost::config {
namespace {

using Sockets = std::unordered_map<std::string, std::string>;  // "address:port" -> path

void check_listen(const Checked& c, std::string_view table,
                  const std::vector<dns::ListenAddress>& listen, Sockets& sockets) {
  for (std::size_t i = 0; i < listen.size(); ++i) {
    const std::string path = fmt::format("{}.listen[{}]", table, i);
    if (listen[i].port == 0 || !c.sources.trusted(path)) continue;
    const std::string endpoint = endpoint_text(listen[i].address, listen[i].port);
    const auto [first, fresh] = sockets.emplace(endpoint, path);
    if (fresh) continue;
    c.errors.add(c.sources.at(path),
                 {fmt::format("{}.listen: {} is in use already", table, endpoint),
                  fmt::format("first by {}", first->second.substr(0, first->second.find('['))),
                  "DNS listens on TCP as well as on UDP: give each its own port"});
  }
}

}  // namespace

void check_serving(Checked c) {
  Sockets sockets;
  if (c.config.serve) {
    const bool deaf = c.config.serve->listen.empty() && c.sources.trusted("serve.listen");
    if (deaf) {
      c.errors.add(c.sources.at("serve.listen"), {"serve.listen: must not be empty", "empty",
                                                  "write listen = [\"127.0.0.1:5300\"]"});
    }
    if (c.config.serve->ns.empty() && c.sources.trusted("serve.ns")) {
      c.errors.add(c.sources.at("serve.ns"), {"serve.ns: must not be empty", "empty",
                                              "write ns = [\"ns1.mq.example.com.\"]"});
    }
    check_listen(c, "serve", c.config.serve->listen, sockets);
  }
  check_listen(c, "http", c.config.http.listen, sockets);
  if (c.config.serve || !c.sources.trusted("serve")) return;
  if (c.config.discover && c.config.discover->like.mode == Mode::serve &&
      c.sources.trusted("discover.publish.mode")) {
    c.errors.add(c.sources.at("discover.publish.mode"),
                 {"discover.publish.mode is \"serve\", but there is no [serve]", "",
                  "add [serve] with zone and ns, or write publish = { mode = \"observe\" }"});
  }
  for (std::size_t g = 0; g < c.config.groups.size(); ++g) {
    const bool serves =
        c.config.groups[g].mode == Mode::serve && c.sources.trusted(group_path(g, "publish.mode"));
    if (!serves) continue;
    c.errors.add(c.sources.at(group_path(g, "publish.mode")),
                 {fmt::format("{}: publish.mode is \"serve\", but there is no [serve]",
                              group_name(c.config, g)),
                  "", "add [serve] with zone and ns, or write publish = { mode = \"observe\" }"});
    return;  // said once, not for each of a hundred groups
  }
}

}  // namespace signpost::config
