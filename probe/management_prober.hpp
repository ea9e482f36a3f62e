// ManagementProber: the query API over one kept-alive HTTP/1.1 connection, plain or TLS.
//
// A broker closes an idle connection after 30 s and may close at any time between two requests: if
// the connection was reused and ended before the first octet of the answer, the request is sent
// once more on a new connection, within the same deadline; that is no failure. The host name is
// resolved at each new connection, all its addresses are tried in turn within the one deadline.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>

#include "dns/stub_resolver.hpp"
#include "probe/prober.hpp"
#include "probe/target.hpp"

namespace signpost::probe {

class ManagementProber final : public Prober {
 public:
  /// Reads the certificate files here. Throws std::runtime_error (what, which file, cure) if they
  /// cannot be used.
  ManagementProber(boost::asio::any_io_executor executor, Target target,
                   std::shared_ptr<dns::StubResolver> resolver);
  ~ManagementProber() override;
  ManagementProber(const ManagementProber&) = delete;
  ManagementProber& operator=(const ManagementProber&) = delete;

  boost::asio::awaitable<Result<VirtualhostReport>> virtualhosts(TimePoint deadline) override;
  boost::asio::awaitable<Result<RolesReport>> roles(TimePoint deadline) override;

 private:
  class Connection;
  std::unique_ptr<Connection> connection_;
};

}  // namespace signpost::probe
