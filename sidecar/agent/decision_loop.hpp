// DecisionLoop: one per group and the only writer of its state. Answers of brokers and the passing
// of time go in, decisions come out, each logged with its reason. (Not a coroutine: every call ends
// before the next, so nothing can come between evidence and decision.)
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "sidecar/agent/broker_loop.hpp"
#include "sidecar/decision/arbiter.hpp"
#include "sidecar/decision/group_rows.hpp"
#include "sidecar/runtime/logging.hpp"

namespace signpost::agent {

/// The last move from one node to another, for status.
struct LastFailover {
  std::uint64_t generation = 0;
  std::string from, to;
  decision::Reason reason{};
  std::optional<runtime::TimePoint> lost_at;  // when the old node was first seen not to claim
  runtime::TimePoint claimed_at{};            // when the answer with the new claim was in hand
  runtime::TimePoint decided_at{};
  runtime::WallTime at{};
  std::optional<runtime::TimePoint> published_at;
};

/// A node's role in one word, for people: Broker-J's own, or what the cells together mean.
struct ShownRole {
  std::string word;
  runtime::WallTime since{};
};

/// When, by the clock on the wall: noted when it happened, because a later conversion would move
/// with every step of that clock.
struct Moments {
  runtime::WallTime active_since{};
  runtime::WallTime reason_since{};
};

class DecisionLoop {
 public:
  using OnChange = std::function<void(DecisionLoop&)>;

  DecisionLoop(const config::Group& group, const std::optional<decision::Saved>& saved,
               std::uint64_t generation_floor, runtime::Clock& clock, OnChange on_change);

  /// `node`: index into Group::nodes of the node that lives on the answering broker.
  void observe(std::size_t node, const BrokerAnswer& answer);
  /// Cheap when nothing is due.
  void tick();
  void note_published(runtime::TimePoint when);

  [[nodiscard]] const config::Group& group() const { return group_; }
  [[nodiscard]] const decision::Arbiter& arbiter() const { return arbiter_; }
  [[nodiscard]] const std::optional<LastFailover>& last_failover() const { return last_failover_; }
  [[nodiscard]] const Moments& moments() const { return moments_; }
  [[nodiscard]] const std::vector<ShownRole>& roles() const { return roles_; }

 private:
  void after(bool changed, const decision::Decision& before, runtime::TimePoint finished);
  void log_decision(decision::Reason reason_before);
  void log_change(runtime::Severity severity, std::string_view event,
                  const std::string& from) const;
  void log_reason();
  void log_wrong_node(std::size_t node, const decision::Observation& observation);
  void log_no_such_group(std::size_t node);
  void log_first_round();

  const config::Group& group_;
  runtime::Clock& clock_;
  OnChange on_change_;
  decision::Arbiter arbiter_;
  std::vector<std::string> wrong_node_said_;
  std::vector<ShownRole> roles_;
  Moments moments_;
  std::vector<bool> no_such_group_said_;
  bool reason_logged_ = false;
  std::optional<LastFailover> last_failover_;
  std::optional<runtime::TimePoint> doubt_since_;
};

}  // namespace signpost::agent
