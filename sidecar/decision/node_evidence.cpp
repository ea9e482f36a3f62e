#include "sidecar/decision/node_evidence.hpp"

namespace signpost::decision {

using probe::NodeRole;

bool NodeEvidence::accept(Stamp& stamp, const Observation& observation) {
  if (stamp.asked && observation.started < stamp.started) return false;
  stamp = {true, observation.started, observation.finished};
  return true;
}

bool NodeEvidence::fold(const Observation& observation) {
  if (const auto* seen = std::get_if<VirtualhostSeen>(&observation.result)) {
    if (!accept(virtualhosts_, observation)) return false;
    fold_virtualhost(*seen, observation.started);
  } else if (const auto* roles = std::get_if<RolesSeen>(&observation.result)) {
    if (!accept(roles_asked_, observation)) return false;
    roles_ = *roles;
    roles_answered_ = observation.started;
  } else {
    const auto& failed = std::get<Failed>(observation.result);
    bool about_virtualhosts = failed.question == Failed::Question::virtualhosts;
    if (!accept(about_virtualhosts ? virtualhosts_ : roles_asked_, observation)) return false;
    // A failed roles request only leaves the views in hand to age: they stop counting after
    // max_view_age by themselves.
    if (about_virtualhosts) fold_failure(failed);
  }
  return true;
}

void NodeEvidence::fold_virtualhost(const VirtualhostSeen& seen, TimePoint started) {
  consecutive_ = failure_ || !last_answer_ ? 1 : consecutive_ + 1;
  failure_.reset();
  seen_ = seen;
  last_answer_ = started;
  if (seen.row && seen.row->claims_active()) last_claimed_ = started;
}

void NodeEvidence::fold_failure(const Failed& failed) {
  bool same = failure_ && failure_->code == failed.failure.code;
  consecutive_ = same ? consecutive_ + 1 : 1;
  failure_ = failed.failure;
}

NodeView NodeEvidence::view(const Policy& policy, TimePoint now) const {
  NodeView v;
  v.name = name_;
  v.last_claimed = last_claimed_;
  if (last_answer_ && !failure_ && *last_answer_ + policy.max_view_age >= now) {
    bool claims = seen_.row && seen_.row->claims_active();
    v.says = claims ? Says::active : Says::not_active;
    v.answer_started = *last_answer_;
    if (claims) v.opened = seen_.row->last_opened;
  }
  if (roles_) {
    NodeRole own = roles_->own ? roles_->own->role : NodeRole::none;
    v.is_observer = own == NodeRole::replica;
    v.views_asked = roles_answered_;
    for (const probe::PeerRow& peer : roles_->peers) {
      if (peer.role == NodeRole::master) v.calls_master.push_back(peer.name);
    }
  }
  return v;
}

}  // namespace signpost::decision
