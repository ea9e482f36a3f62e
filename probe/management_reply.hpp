// The JSON of the query API (classes QueryServlet and ConfiguredObjectQuery) -> typed rows, or a
// failure that says which cell is wrong.
//
// Strict where a decision hangs on it (headers and types of cells), tolerant where brokers differ:
// unknown words become State::other, null cells are allowed everywhere except name, type and state;
// extra keys are ignored. Cells that only warnings are made of (priority, permittedNodes, ...) are
// absent when they are odd: they must not cost the answer. Depth, size and numbers are bounded.
#pragma once

#include <string_view>

#include "probe/error.hpp"
#include "probe/observation.hpp"

namespace signpost::probe {

/// Request targets: path and query, percent-encoded, for the three questions.
std::string_view virtualhost_query();
std::string_view node_query();
std::string_view peer_query();

Result<VirtualhostReport> parse_virtualhosts(std::string_view json);
Result<std::vector<NodeRow>> parse_nodes(std::string_view json);
Result<std::vector<PeerRow>> parse_peers(std::string_view json);

}  // namespace signpost::probe
