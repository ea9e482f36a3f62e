// DecisionLoop: one per group and the only writer of its state. Answers of brokers and the passing
// of time go in, decisions come out, each logged with its reason. (Not a coroutine: every call ends
// before the next, so nothing can come between evidence and decision.)
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "sidecar/agent/broker_loop.hpp"
#include "sidecar/decision/arbiter.hpp"
#include "sidecar/decision/explanation.hpp"
#include "sidecar/decision/group_rows.hpp"
#include "sidecar/history/recorder.hpp"
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

/// What is seen may flicker for hours while the decision stands: the history keeps the first
/// `burst` of such entries, then one each `refill`, and counts the rest.
class EntryBudget {
 public:
  static constexpr int burst = 20;
  static constexpr auto refill = std::chrono::seconds(10);
  /// False: leave it out.
  bool take(runtime::TimePoint now);
  /// Entries left out since the last call.
  [[nodiscard]] std::uint64_t take_left_out();

 private:
  int left_ = burst;
  runtime::TimePoint refilled_{};
  std::uint64_t left_out_ = 0;
};

class DecisionLoop {
 public:
  using OnChange = std::function<void(DecisionLoop&)>;

  DecisionLoop(std::shared_ptr<const config::Group> group,
               const std::optional<decision::Saved>& saved, std::uint64_t generation_floor,
               runtime::Clock& clock, history::Recorder& recorder, OnChange on_change);

  /// The first decision, before anything is observed: what changed while nobody looked is said, and
  /// recorded, like any other change.
  void begin();
  /// `node`: index into Group::nodes of the node that lives on the answering broker; `said`: what
  /// the answer says about that node.
  void observe(std::size_t node, const BrokerAnswer& answer, decision::Said said);
  /// The same members under another configuration. `others`: the highest generation that another
  /// group was published with at the domain name of this one.
  void adopt(std::shared_ptr<const config::Group> group, std::uint64_t others);
  /// nullopt = release; `who` asked for it and says why.
  void set_hold(std::optional<decision::Hold> hold, const std::string& who, const std::string& why);
  /// Cheap when nothing is due.
  void tick();
  void note_published(runtime::TimePoint when);

  [[nodiscard]] const config::Group& group() const { return *group_; }
  [[nodiscard]] const std::shared_ptr<const config::Group>& shared_group() const { return group_; }
  /// Which answers are about which node: one per node.
  [[nodiscard]] const std::vector<decision::Membership>& members() const { return members_; }
  [[nodiscard]] const decision::Arbiter& arbiter() const { return arbiter_; }
  /// Why clients are told what they are told, as seen now.
  [[nodiscard]] decision::Explanation explanation() const;
  [[nodiscard]] const std::optional<LastFailover>& last_failover() const { return last_failover_; }
  [[nodiscard]] const Moments& moments() const { return moments_; }
  [[nodiscard]] const std::vector<ShownRole>& roles() const { return roles_; }

 private:
  void after(bool changed, const decision::Decision& before, runtime::TimePoint finished,
             const std::string& actor = "auto");
  void record(bool changed, const std::string& actor);
  void note_hold_that_ran_out(const std::optional<decision::Hold>& before);
  void say_hold_ended(std::string_view event, const decision::Hold& hold);
  void log_decision(decision::Reason reason_before);
  void log_change(runtime::Severity severity, std::string_view event,
                  const std::string& from) const;
  void log_reason();
  void add_why(std::vector<runtime::Field>& fields) const;
  void log_wrong_node(std::size_t node, const decision::Observation& observation);
  void log_no_such_group(std::size_t node);
  void log_first_round();

  std::shared_ptr<const config::Group> group_;
  std::vector<decision::Membership> members_;
  runtime::Clock& clock_;
  history::Recorder& recorder_;
  OnChange on_change_;
  decision::Arbiter arbiter_;
  std::vector<std::string> wrong_node_said_;
  std::vector<ShownRole> roles_;
  Moments moments_;
  std::vector<bool> no_such_group_said_;
  decision::Saved saved_;                       // what the agent was told to keep
  std::optional<decision::Hold> dropped_hold_;  // what was remembered and could not be restored
  bool reason_logged_ = false;
  std::optional<LastFailover> last_failover_;
  std::optional<runtime::TimePoint> doubt_since_;
  decision::GroupView recorded_;  // what the newest entry of the history saw
  EntryBudget evidence_budget_;
};

}  // namespace signpost::agent
