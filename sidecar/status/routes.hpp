// Routes: (method, target, Host) -> response. Pure and read-only: nothing can be changed over HTTP.
//
//   /api/v1/status[?group=NAME]   the status document
//   /api/v1/explain[?group=NAME]  why each name leads where it does, and what would change that
//   /api/v1/history[?group=NAME][&limit=N]   what happened, the newest first
//   /livez                        the process turns its loop
//   /readyz[?verbose]             configuration loaded, first round of probes done, sockets bound;
//   never "is my node active" /active/<group>/<node>        200 if NODE is the published active
//   node of GROUP, else 503: one health check per server line for
//                                 HAProxy, keepalived, Consul
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sidecar/status/status_snapshot.hpp"

namespace signpost::status {

struct Request {
  std::string method;
  std::string target;  // as sent, percent-encoded
  std::optional<std::string>
      host;  // Host header, may have a port; HTTP/1.0 (HAProxy's check) has none
};

struct Response {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::string allow;  // Allow header of a 405
  bool operator==(const Response&) const = default;
};

/// The history document: entries of a group, or of all if it is empty, at most `limit`.
using HistoryDocument = std::function<std::string(const std::string& group, std::size_t limit)>;

class Routes {
 public:
  static constexpr std::size_t history_limit_max = 200;

  /// `host_names`: accepted in Host besides localhost and IP literals; anything else is refused
  /// (DNS rebinding). No `history`: it is turned off.
  Routes(std::vector<std::string> host_names, std::function<StatusSnapshot()> snapshot,
         HistoryDocument history = {});

  [[nodiscard]] Response answer(const Request& request) const;

 private:
  [[nodiscard]] bool host_is_ours(const std::string& host) const;
  [[nodiscard]] Response ready(bool verbose) const;
  [[nodiscard]] Response active(const std::string& group, const std::string& node) const;
  [[nodiscard]] Response status(const std::string& group) const;
  [[nodiscard]] Response history(const std::string& group, const std::string& limit) const;
  [[nodiscard]] Response explain(const std::string& group) const;

  std::vector<std::string> host_names_;
  std::function<StatusSnapshot()> snapshot_;
  HistoryDocument history_;
};

/// RFC 9457 problem document.
Response problem(unsigned status, const std::string& title, std::string detail);

}  // namespace signpost::status
