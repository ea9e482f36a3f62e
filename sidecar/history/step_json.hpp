// A step and its policy as JSON, lossless: names as in the structs, instants of the monotonic clock
// and durations in nanoseconds (_ns), instants of the clock on the wall in milliseconds (_ms),
// enumerators as their words. What is absent, false, empty or zero is left out, but never a word or
// a count.
#pragma once

#include <boost/json/object.hpp>
#include <stdexcept>

#include "sidecar/decision/memory.hpp"

namespace signpost::history {

boost::json::object to_json(const decision::Memory& memory);
boost::json::object to_json(const decision::Step& step);
boost::json::object to_json(const decision::Policy& policy);

/// Where in the line, and what: "step.after.decision.reason: "x" is not known here".
class FormatError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// These throw FormatError. Numbers are held to what arithmetic on them can bear.
decision::Step step_from(const boost::json::object& json);
decision::Policy policy_from(const boost::json::object& json);

}  // namespace signpost::history
