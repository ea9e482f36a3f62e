// ServePublisher: decisions -> zone -> answer table -> answer threads. Publishing is one pointer
// store per thread.
#pragma once

#include "dns/table_slot.hpp"
#include "sidecar/agent/desired_zone.hpp"

namespace signpost::agent {

class ServePublisher final : public Publisher {
 public:
  /// The zone starts with what `wanted` says (from the state file), or "not ready".
  ServePublisher(std::shared_ptr<const config::Config> config, const std::vector<Wanted>& wanted,
                 std::uint32_t serial);

  void reconfigure(std::shared_ptr<const config::Config> config) override;
  [[nodiscard]] bool differs(const std::vector<Wanted>& wanted) const override;
  void publish(const std::vector<Wanted>& wanted, std::uint32_t serial) override;

  [[nodiscard]] dns::AnswerTables& tables() { return tables_; }
  [[nodiscard]] const dns::ZoneSnapshot& zone() const { return zone_; }

 private:
  std::shared_ptr<const config::Config> config_;
  dns::ZoneSnapshot zone_;
  std::uint64_t tables_made_ = 1;
  dns::AnswerTables tables_;
};

/// For groups in mode observe only: nothing is published.
class NoPublisher final : public Publisher {
 public:
  void reconfigure(std::shared_ptr<const config::Config>) override {}
  [[nodiscard]] bool differs(const std::vector<Wanted>&) const override { return false; }
  void publish(const std::vector<Wanted>&, std::uint32_t) override {}
};

}  // namespace signpost::agent
