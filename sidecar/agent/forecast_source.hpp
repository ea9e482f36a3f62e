// What the loops know, as forecast() wants to see it.
#pragma once

#include "sidecar/agent/agent.hpp"
#include "sidecar/decision/forecast.hpp"

namespace signpost::agent {

/// `loop` is one of `agent`'s.
decision::ForecastInput forecast_input(const DecisionLoop& loop, const Agent& agent,
                                       runtime::TimePoint now);

}  // namespace signpost::agent
