// [[group.node]]: the members of one group, and which broker each is asked at.
#pragma once

#include <string>

#include "sidecar/config/broker_table.hpp"
#include "sidecar/config/config.hpp"
#include "sidecar/config/reader.hpp"

namespace signpost::config {

class NodeReader {
 public:
  /// `settings`: what the nodes without a `broker` of their own are asked with.
  NodeReader(const Reader& group, Broker settings, BrokerTable& brokers, const Sources& sources)
      : group_(group), settings_(std::move(settings)), brokers_(brokers), sources_(sources) {}

  Node read(Reader& table);
  /// True once a node named no [[broker]].
  [[nodiscard]] bool used_settings() const { return used_settings_; }

 private:
  void find_broker(Reader& table, Node& node);
  void find_named(Reader& table, const std::string& name, Node& node);

  const Reader& group_;
  Broker settings_;
  BrokerTable& brokers_;
  const Sources& sources_;
  bool used_settings_ = false;
};

}  // namespace signpost::config
