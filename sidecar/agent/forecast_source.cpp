#include "sidecar/agent/forecast_source.hpp"

#include <algorithm>

namespace signpost::agent {
namespace {

using namespace std::chrono_literals;
using decision::ForecastInput;
using decision::ForecastNode;

// Roles are asked for once a second, or with the virtualhosts where those are asked more seldom.
constexpr auto roles_current_for = 3s;

// The id itself may be old, but then so is the node; the lag is of now or not at all.
void add_lags(ForecastInput& input, const decision::GroupView& view,
              const std::vector<const decision::TransactionHistory*>& histories) {
  const auto is_master = [](const ForecastNode& n) {
    return n.is_current && n.own && n.own->role == probe::NodeRole::master;
  };
  if (std::count_if(input.nodes.begin(), input.nodes.end(), is_master) != 1) return;
  const auto master = std::find_if(input.nodes.begin(), input.nodes.end(), is_master);
  const auto* history = histories[static_cast<std::size_t>(master - input.nodes.begin())];
  if (history == nullptr) return;
  for (std::size_t i = 0; i < input.nodes.size(); ++i) {
    ForecastNode& n = input.nodes[i];
    if (!n.is_current || !n.own || !n.own->transaction_id) continue;
    n.lag = &n == &*master ? decision::ReplicationLag{}
                           : decision::replication_lag(*history, *n.own->transaction_id,
                                                       view.nodes[i].views_asked);
  }
}

}  // namespace

ForecastInput forecast_input(const DecisionLoop& loop, const Agent& agent, runtime::TimePoint now) {
  const config::Group& group = loop.group();
  const decision::GroupView view = loop.arbiter().view(now);
  ForecastInput input;
  input.all_asked = view.all_asked;
  std::vector<const decision::TransactionHistory*> histories;
  for (std::size_t i = 0; i < group.nodes.size(); ++i) {
    const decision::NodeEvidence& e = loop.arbiter().evidence()[i];
    const BrokerLoop& broker = agent.broker(group.nodes[i].broker);
    ForecastNode n;
    n.name = group.nodes[i].name;
    if (e.roles()) {
      n.own = e.roles()->own;
      n.peers = e.roles()->peers;
      const auto age = now - view.nodes[i].views_asked;
      n.is_current = view.nodes[i].says != decision::Says::nothing &&
                     age <= std::max<decision::Duration>(roles_current_for,
                                                         loop.arbiter().policy().max_view_age);
    }
    n.clock = broker.clock_offset().bounds(now);
    histories.push_back(broker.transactions(n.name));
    input.nodes.push_back(std::move(n));
  }
  add_lags(input, view, histories);
  return input;
}

}  // namespace signpost::agent
