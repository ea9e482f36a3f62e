// SimPublisher: the real ServePublisher, and what a client of its zone would read after each
// publication. An RFC 2136 primary would be a second class like this one.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sidecar/agent/serve_publisher.hpp"

namespace signpost::sim {

/// What one name server says about the group, at one instant.
struct Answer {
  enum class Kind { node, not_ready, no_data };
  Kind kind = Kind::not_ready;
  std::vector<std::string> addresses;
  std::string token;  // the TXT record, in presentation format
  std::uint64_t generation = 0;
  std::uint32_t serial = 0;
  bool operator==(const Answer&) const = default;
};

class SimPublisher final : public agent::Publisher {
 public:
  using OnAnswer = std::function<void(const Answer&)>;

  SimPublisher(std::shared_ptr<const config::Config> config,
               const std::vector<agent::Wanted>& wanted, std::uint32_t serial, OnAnswer on_answer)
      : config_(config),
        real_(std::move(config), wanted, serial),
        on_answer_(std::move(on_answer)) {}

  void reconfigure(std::shared_ptr<const config::Config> config) override;
  [[nodiscard]] bool differs(const std::vector<agent::Wanted>& wanted) const override;
  void publish(const std::vector<agent::Wanted>& wanted, std::uint32_t serial) override;

  [[nodiscard]] Answer answer() const;

 private:
  std::shared_ptr<const config::Config> config_;
  agent::ServePublisher real_;
  OnAnswer on_answer_;
};

}  // namespace signpost::sim
