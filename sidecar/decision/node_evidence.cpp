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
  } else if (const auto* amqp = std::get_if<AmqpSeen>(&observation.result)) {
    if (!accept(amqp_asked_, observation)) return false;
    amqp_ = *amqp;
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
  bool claimed = seen_.row && seen_.row->claims_active();
  bool claims = seen.row && seen.row->claims_active();
  bool same_claim = claimed && claims && seen_.row->last_opened == seen.row->last_opened;
  if (!same_claim) claims_since_ = claims ? std::optional(started) : std::nullopt;
  seen_ = seen;
  last_answer_ = started;
  if (claims) last_claimed_ = started;
}

void NodeEvidence::fold_failure(const Failed& failed) {
  bool same = failure_ && failure_->code == failed.failure.code;
  consecutive_ = same ? consecutive_ + 1 : 1;
  failure_ = failed.failure;
}

// Only an open that began with the claim or after it speaks about the claim: an older refusal is
// what made the claim news, an older acceptance belongs to the activation before.
void NodeEvidence::confirm(NodeView& v, const Policy& policy, TimePoint now) const {
  if (!policy.ask_amqp) return;
  bool about_it = amqp_ && amqp_asked_.started >= *claims_since_;
  if (about_it && amqp_->outcome == AmqpSeen::Outcome::accepted) return;
  if (about_it && amqp_->outcome == AmqpSeen::Outcome::denied) {
    v.confirmation = Confirmation::denied;
    return;
  }
  v.confirmation = Confirmation::pending;
  if (policy.require_amqp) return;
  v.confirmed_at = *claims_since_ + policy.confirm_within;
  if (now >= *v.confirmed_at) v.confirmation = Confirmation::confirmed;
}

NodeView NodeEvidence::view(const Policy& policy, TimePoint now) const {
  NodeView v;
  v.name = name_;
  v.last_claimed = last_claimed_;
  if (last_answer_ && !failure_ && *last_answer_ + policy.max_view_age >= now) {
    bool claims = seen_.row && seen_.row->claims_active();
    v.says = claims ? Says::active : Says::not_active;
    v.answer_started = *last_answer_;
    if (claims) {
      v.opened = seen_.row->last_opened;
      confirm(v, policy, now);
    }
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
