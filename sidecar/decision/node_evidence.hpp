// NodeEvidence: what one node has said, folded from observations. Never goes back: an answer to a
// request that started earlier than the one in hand is dropped. Keeps what decide() looks at and
// what a person wants to see.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "probe/error.hpp"
#include "probe/observation.hpp"
#include "sidecar/decision/group_view.hpp"
#include "sidecar/decision/policy.hpp"

namespace signpost::decision {

/// The answer of one broker, reduced to one group (group_rows.hpp).
struct VirtualhostSeen {
  std::optional<probe::VirtualhostRow> row;  // none: the node is WAITING, DETACHED or STOPPED
  bool operator==(const VirtualhostSeen&) const = default;
};
struct RolesSeen {
  std::optional<probe::NodeRow> own;
  std::vector<probe::PeerRow> peers;
  bool operator==(const RolesSeen&) const = default;
};
struct Failed {
  enum class Question { virtualhosts, roles };
  Question question{};
  probe::Failure failure;
  bool operator==(const Failed&) const = default;
};

/// What an AMQP open of the virtualhost came to. `unclear`: no answer, or one that tells nothing
/// about the virtualhost (not-found beside an ACTIVE row, not-allowed, limits, SASL).
struct AmqpSeen {
  enum class Outcome { accepted, denied, unclear };
  Outcome outcome{};
  std::string detail;
  bool operator==(const AmqpSeen&) const = default;
};

using Said = std::variant<VirtualhostSeen, RolesSeen, Failed, AmqpSeen>;

/// One answer, or the lack of one. `started` is the moment before the request was sent: it orders
/// evidence.
struct Observation {
  std::string node;
  TimePoint started{};
  TimePoint finished{};
  Said result;
};

class NodeEvidence {
 public:
  explicit NodeEvidence(std::string name) : name_(std::move(name)) {}

  /// False if the observation was older than what is in hand, and dropped.
  bool fold(const Observation& observation);
  [[nodiscard]] NodeView view(const Policy& policy, TimePoint now) const;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] bool was_asked() const { return virtualhosts_.asked; }
  /// Start of the request behind the newest good answer about the virtualhost.
  [[nodiscard]] std::optional<TimePoint> last_answer() const { return last_answer_; }
  [[nodiscard]] const std::optional<probe::VirtualhostRow>& row() const { return seen_.row; }
  [[nodiscard]] const std::optional<RolesSeen>& roles() const { return roles_; }
  [[nodiscard]] const std::optional<AmqpSeen>& amqp() const { return amqp_; }
  /// The newest failure if the newest virtualhost probe failed; nullopt = it was answered.
  [[nodiscard]] const std::optional<probe::Failure>& failure() const { return failure_; }
  /// Probes in a row with the same kind of outcome (answered, or the same failure code).
  [[nodiscard]] std::uint64_t consecutive() const { return consecutive_; }
  [[nodiscard]] std::chrono::steady_clock::duration latency() const {
    return virtualhosts_.finished - virtualhosts_.started;
  }
  [[nodiscard]] TimePoint probed_at() const { return virtualhosts_.finished; }

 private:
  struct Stamp {
    bool asked = false;
    TimePoint started{};
    TimePoint finished{};
  };
  bool accept(Stamp& stamp, const Observation& observation);
  void fold_virtualhost(const VirtualhostSeen& seen, TimePoint started);
  void fold_failure(const Failed& failed);
  void confirm(NodeView& v, const Policy& policy, TimePoint now) const;

  std::string name_;
  Stamp virtualhosts_;
  Stamp roles_asked_;
  VirtualhostSeen seen_;
  std::optional<probe::Failure> failure_;
  std::optional<RolesSeen> roles_;
  TimePoint roles_answered_{};
  std::optional<TimePoint> last_answer_;
  std::optional<TimePoint> last_claimed_;
  std::optional<TimePoint> claims_since_;  // start of the first answer of the claim in hand
  Stamp amqp_asked_;
  std::optional<AmqpSeen> amqp_;
  std::uint64_t consecutive_ = 0;
};

}  // namespace signpost::decision
