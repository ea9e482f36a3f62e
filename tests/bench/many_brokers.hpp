// ManyBrokers: three brokers that each have a virtualhost of every group, on virtual time and
// without sockets. What they say is Broker-J's JSON, read by the product's own reader, so that
// reading costs what it costs in production.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "probe/prober.hpp"
#include "sidecar/config/config.hpp"
#include "sidecar/runtime/clock.hpp"

namespace signpost::bench {

/// Processor time of this thread.
double cpu_seconds();

class ManyBrokers {
 public:
  static constexpr std::size_t size = 3;

  /// Group g is active on broker g modulo three.
  ManyBrokers(runtime::Clock& clock, std::size_t groups);

  /// `broker` has just become the active node of `group`; nullopt: an election is on.
  void elect(std::size_t group, std::optional<std::size_t> broker);
  void kill(std::size_t broker) { brokers_[broker].dead = true; }
  /// From here on the brokers say what elect() and kill() made of them.
  void speak();

  [[nodiscard]] const config::Config& config() const { return *config_; }
  [[nodiscard]] std::shared_ptr<const config::Config> shared_config() const { return config_; }
  [[nodiscard]] std::optional<std::size_t> active(std::size_t group) const {
    return states_[group].active;
  }
  std::unique_ptr<probe::Prober> prober(const config::Broker& broker);

  [[nodiscard]] std::uint64_t requests(std::size_t broker) const {
    return brokers_[broker].requests;
  }
  /// Processor time spent on reading their JSON.
  [[nodiscard]] double reading_seconds() const { return reading_seconds_; }
  /// What the texts of the fakes themselves take of this process's memory.
  [[nodiscard]] std::size_t text_octets() const;

 private:
  class FakeProber;
  struct GroupState {
    std::optional<std::size_t> active;
    runtime::WallTime opened{};
  };
  struct Broker {
    std::string virtualhosts, nodes, peers;
    bool dead = false;
    std::uint64_t requests = 0;
  };
  [[nodiscard]] std::string virtualhosts(std::size_t broker) const;
  [[nodiscard]] std::string nodes(std::size_t broker) const;
  [[nodiscard]] std::string peers(std::size_t broker) const;
  [[nodiscard]] const char* role(std::size_t group, std::size_t broker) const;

  runtime::Clock& clock_;
  std::shared_ptr<const config::Config> config_;
  std::vector<GroupState> states_;
  std::vector<std::size_t> order_;  // in which the brokers list their virtualhosts: by no key
  std::array<Broker, size> brokers_;
  double reading_seconds_ = 0;
};

}  // namespace signpost::bench
