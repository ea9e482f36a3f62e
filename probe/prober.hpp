// The seam between asking and deciding: what a loop may ask of one broker. The real one is
// ManagementProber; tests and simulations bring theirs.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "probe/error.hpp"
#include "probe/observation.hpp"

namespace signpost::probe {

/// One request outstanding at a time per object. One-shot: no retry, no schedule, no memory except
/// the kept-alive connection. Never throws for what the network or the broker does; cancellation
/// unwinds as an exception.
class Prober {
 public:
  virtual ~Prober() = default;
  Prober() = default;
  Prober(const Prober&) = delete;
  Prober& operator=(const Prober&) = delete;

  /// GET querybroker/virtualhost: who claims to be active, for all groups of the broker.
  virtual boost::asio::awaitable<Result<VirtualhostReport>> virtualhosts(TimePoint deadline) = 0;
  /// GET querybroker/virtualhostnode and querybroker/remotereplicationnode: roles and peers' views.
  virtual boost::asio::awaitable<Result<RolesReport>> roles(TimePoint deadline) = 0;
};

}  // namespace signpost::probe
