// [[group]], with everything below it.
#pragma once

#include "sidecar/config/broker_table.hpp"
#include "sidecar/config/config.hpp"
#include "sidecar/config/reader.hpp"

namespace signpost::config {

/// Groups stay in the order of the file, good or not, so that indices agree with Sources.
std::vector<Group> read_groups(Reader& top, Session& session, BrokerTable& brokers);

/// The table's `decide` and `publish`; it is a [[group]] or [discover].
void read_decide(Reader& table, Group& group);
void read_publish(Reader& table, Group& group);

}  // namespace signpost::config
