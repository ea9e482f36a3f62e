// SimProber: the agent's prober over the simulated network. One deadline per question, like the
// real one; what comes later is a time-out.
#pragma once

#include <functional>

#include "probe/prober.hpp"
#include "tests/sim/knowledge.hpp"
#include "tests/sim/network.hpp"
#include "tests/sim/process.hpp"

namespace signpost::sim {

class SimProber final : public probe::Prober {
 public:
  /// All references must outlive the process.
  SimProber(Engine& engine, Network& network, Process& process, Knowledge& knowledge,
            std::size_t sidecar, std::size_t node)
      : engine_(engine),
        network_(network),
        process_(process),
        knowledge_(knowledge),
        config_(knowledge.config()),
        sidecar_(sidecar),
        node_(node) {}

  boost::asio::awaitable<probe::Result<probe::VirtualhostReport>> virtualhosts(
      probe::TimePoint deadline) override;
  boost::asio::awaitable<probe::Result<probe::RolesReport>> roles(
      probe::TimePoint deadline) override;

 private:
  boost::asio::awaitable<Reply> ask(Question question, probe::TimePoint deadline);
  void note(std::string_view what, const Reply& reply);

  Engine& engine_;
  Network& network_;
  Process& process_;
  Knowledge& knowledge_;
  int config_;
  std::size_t sidecar_;
  std::size_t node_;
};

}  // namespace signpost::sim
