// BrokerLoop: decides WHEN one broker is asked, and passes every answer on. One per broker; a slow
// broker never delays another.
//
// Steady state: the virtualhost query each `interval`; roles and peers' views on the same
// connection once a second, and at once when a row has changed. The next request starts one
// interval after the start of the last one; missed slots are skipped, never made up for.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "probe/prober.hpp"
#include "sidecar/config/config.hpp"
#include "sidecar/decision/clock_offset.hpp"
#include "sidecar/decision/node_evidence.hpp"
#include "sidecar/decision/replication_lag.hpp"
#include "sidecar/runtime/clock.hpp"

namespace signpost::agent {

/// One answer of one broker, for all its groups, with the times that order it.
struct BrokerAnswer {
  runtime::TimePoint started{};
  runtime::TimePoint finished{};
  std::variant<probe::VirtualhostReport, probe::RolesReport, decision::Failed> result;
};

class BrokerLoop {
 public:
  using Sink = std::function<void(const BrokerAnswer&)>;

  BrokerLoop(config::Broker broker, std::unique_ptr<probe::Prober> prober, runtime::Clock& clock,
             Sink sink);

  /// Until cancelled or retired. This object and the clock must outlive it.
  boost::asio::awaitable<void> run();
  /// This broker is no longer configured: no further answer is passed on, run() ends by itself.
  void retire() { retired_ = true; }

  [[nodiscard]] const config::Broker& broker() const { return broker_; }
  [[nodiscard]] std::uint64_t requests() const { return requests_; }
  /// The newest probe was answered.
  [[nodiscard]] bool answers() const { return last_.has_value(); }
  [[nodiscard]] const decision::ClockOffset& clock_offset() const { return clock_offset_; }
  /// Of one virtualhost node; null if the newest answer about roles gave it no transaction id.
  [[nodiscard]] const decision::TransactionHistory* transactions(const std::string& node) const;

 private:
  boost::asio::awaitable<void> ask_once();
  boost::asio::awaitable<void> ask_roles();
  void note_outcome(const std::optional<probe::Failure>& failure);
  void note_clock(const std::optional<runtime::WallTime>& broker_time, runtime::TimePoint started,
                  runtime::TimePoint finished);
  void note_transactions(const std::vector<probe::NodeRow>& nodes, runtime::TimePoint finished);

  void pass_on(const BrokerAnswer& answer);

  config::Broker broker_;
  std::unique_ptr<probe::Prober> prober_;
  runtime::Clock& clock_;
  Sink sink_;
  std::optional<probe::VirtualhostReport> last_;
  runtime::TimePoint roles_due_{};
  std::uint64_t requests_ = 0;
  bool retired_ = false;
  decision::ClockOffset clock_offset_;
  std::map<std::string, decision::TransactionHistory> transactions_;  // by virtualhost node

  std::optional<probe::errc> failing_;
  std::uint64_t failures_ = 0;
  runtime::TimePoint failing_since_{};
  runtime::TimePoint next_reminder_{};
};

}  // namespace signpost::agent
