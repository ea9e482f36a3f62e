// An explanation as part of a JSON document.
#pragma once

#include <boost/json/object.hpp>

#include "sidecar/decision/explanation.hpp"

namespace signpost::status {

/// Keys: text, row, rules, evidence, runner_up, needs, next_change_needs.
boost::json::object explain_json(const decision::Explanation& explanation);

}  // namespace signpost::status
