// BrokerTable: one Broker per management URL, whoever names it: a [[broker]], a node's `management`
// or a node's first address.
//
// A broker is asked once for all groups, so its settings cannot differ between them.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sidecar/config/config.hpp"
#include "sidecar/config/error_list.hpp"
#include "sidecar/config/sources.hpp"

namespace signpost::config {

/// Which paths of the file a broker was made from.
struct BrokerOrigin {
  std::string subject;  // "broker "b1"" or "group "orders""
  std::string url;      // "broker[0].management", "group[0].node[1].address[0]"
  std::string pace;     // has interval and timeout: "broker[0]", "group[0].probe"
  std::string login;    // has username, ca_file, ...: "broker[0]", "group[0].probe.rest"
};

class BrokerTable {
 public:
  BrokerTable(const Sources& sources, ErrorList& errors) : sources_(sources), errors_(errors) {}

  /// A [[broker]]; its index is its place in the file, whether it is good or not.
  void add_named(Broker broker, BrokerOrigin origin);
  [[nodiscard]] std::optional<std::size_t> named(std::string_view name) const;
  [[nodiscard]] std::vector<std::string_view> names() const;

  /// The broker at the URL of `broker.target`, with its group's settings.
  std::size_t of_group(Broker broker, BrokerOrigin origin);

  [[nodiscard]] const std::vector<BrokerOrigin>& origins() const { return origins_; }
  std::vector<Broker> take() { return std::move(brokers_); }

 private:
  std::size_t add(Broker broker, BrokerOrigin origin);
  void check_same(std::size_t known, const Broker& mine, const BrokerOrigin& origin);

  const Sources& sources_;
  ErrorList& errors_;
  std::vector<Broker> brokers_;
  std::vector<BrokerOrigin> origins_;
  std::unordered_map<std::string, std::size_t> by_url_;
  std::unordered_map<std::string, std::size_t> by_name_;
  std::set<std::pair<std::string, std::size_t>> complained_;  // (settings of a group, other broker)
};

}  // namespace signpost::config
