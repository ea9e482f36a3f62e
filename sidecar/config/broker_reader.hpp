// How a broker is asked: [[broker]], and a group's [group.probe] for the nodes that name none.
#pragma once

#include "sidecar/config/broker_table.hpp"
#include "sidecar/config/config.hpp"
#include "sidecar/config/reader.hpp"

namespace signpost::config {

void read_brokers(Reader& top, BrokerTable& brokers);
/// A Broker without its URL.
Broker read_probe(Reader& group);

}  // namespace signpost::config
