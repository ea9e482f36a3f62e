// address, host, amqp: what clients are sent to, of a node or of a broker whose groups are
// discovered.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sidecar/config/reader.hpp"

namespace signpost::config {

/// `amqp` defaults to port 5672 of the first address.
void read_reach(Reader& table, std::vector<std::string>& address, std::optional<dns::Name>& host,
                std::string& amqp);

}  // namespace signpost::config
