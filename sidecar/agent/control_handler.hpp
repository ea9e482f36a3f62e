// ControlHandler: what hold, release and reload mean for a running agent. The answers are for the
// person who asked; log and history have the same facts.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "sidecar/agent/agent.hpp"
#include "sidecar/agent/file_again.hpp"
#include "sidecar/control/control_answer.hpp"
#include "sidecar/control/control_peer.hpp"
#include "sidecar/control/control_request.hpp"

namespace signpost::agent {

struct ReloadSources {
  std::string config_path;
  std::function<FileAgain()> read;
  std::function<void(const config::Log&)> apply_log;
  /// Empty error = it is in force; `sha256` is what was read.
  std::function<void(const std::string& sha256, const std::string& error)> done;
};

class ControlHandler {
 public:
  /// All references must outlive this.
  ControlHandler(Agent& agent, const runtime::Clock& clock, history::Recorder& recorder,
                 ReloadSources sources);

  /// While the agent stops, all are refused.
  control::Answer answer(const control::Request& request, const control::Actor& actor);
  /// Also for SIGHUP. A file with errors changes nothing. `who` for log and history.
  control::Answer reload(const std::string& who);

 private:
  control::Answer hold(const control::HoldRequest& request, const std::string& who);
  control::Answer release(const control::ReleaseRequest& request, const std::string& who);
  control::Answer refuse_reload(const std::string& who, const FileAgain& file,
                                const std::string& error);
  using Pins = std::map<std::string, decision::Hold>;  // by group
  [[nodiscard]] Pins pins() const;
  std::vector<std::string> release_lost_pins(const Pins& before);
  [[nodiscard]] control::Answer no_such_group(const std::string& name) const;
  void record_reload(const std::string& who, const std::string& detail);

  Agent& agent_;
  const runtime::Clock& clock_;
  history::Recorder& recorder_;
  ReloadSources sources_;
};

}  // namespace signpost::agent
