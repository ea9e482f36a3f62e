// StatusSource: the agent's live state -> StatusSnapshot. Judges how well a group is (pass, warn,
// fail) and says it in one sentence.
#pragma once

#include "dns/serve_counters.hpp"
#include "sidecar/agent/agent.hpp"
#include "sidecar/agent/serve_publisher.hpp"
#include "sidecar/status/status_snapshot.hpp"

namespace signpost::agent {

/// What does not change while the process lives.
struct ProcessInfo {
  std::string version, revision, instance;
  std::int64_t pid = 0;
  std::string config_path, config_sha256;
  runtime::WallTime started_at{};
  std::string state_file;
  std::vector<std::string> serve_listen;
};

class StatusSource {
 public:
  /// All references must outlive this. `publisher` is null when nothing is served.
  StatusSource(const Agent& agent, const ServePublisher* publisher, const runtime::Clock& clock,
               ProcessInfo process, std::function<dns::ServeCounts()> counts);

  [[nodiscard]] status::StatusSnapshot snapshot() const;
  /// `error` empty: the file with this sum is in force.
  void note_reload(const std::string& sha256, const std::string& error);

 private:
  [[nodiscard]] status::GroupStatus group_status(const DecisionLoop& loop) const;
  [[nodiscard]] status::NodeStatus node_status(const DecisionLoop& loop, std::size_t node) const;
  [[nodiscard]] status::RecordStatus record_status(const DecisionLoop& loop) const;
  [[nodiscard]] runtime::WallTime wall(runtime::TimePoint t) const;

  const Agent& agent_;
  const ServePublisher* publisher_;
  const runtime::Clock& clock_;
  ProcessInfo process_;
  runtime::WallTime config_loaded_at_;
  std::optional<status::ReloadStatus> last_reload_;
  std::function<dns::ServeCounts()> counts_;
};

}  // namespace signpost::agent
