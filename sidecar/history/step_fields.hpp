// Every field of a step under its name in the file, once for writing and for reading.
//
// The structured bindings take all members: one that is added to a struct does not compile here
// before it has a name in the file, so nothing that settle() uses can be forgotten.
#pragma once

#include <concepts>
#include <type_traits>

#include "sidecar/decision/memory.hpp"

namespace signpost::history {

template <class T, class Struct>
concept Is = std::same_as<std::remove_const_t<T>, Struct>;

void visit_fields(auto& visit, Is<decision::Publication> auto& publication) {
  auto& [node, action] = publication;
  visit("node", node);
  visit("action", action);
}

void visit_fields(auto& visit, Is<decision::Standing> auto& standing) {
  auto& [active, action, published, opened, seen_since, last_change, stale_since, stale_node,
         doubtful_since] = standing;
  visit("active", active);
  visit("action", action);
  visit("published", published);
  visit("opened_ms", opened);
  visit("seen_since_ns", seen_since);
  visit("last_change_ns", last_change);
  visit("stale_since_ns", stale_since);
  visit("stale_node", stale_node);
  visit("doubtful_since_ns", doubtful_since);
}

void visit_fields(auto& visit, Is<decision::Decision> auto& decision) {
  auto& [active, action, would_be, opened, generation, reason, table_reason, alarm, candidate,
         active_since, reason_since, evidence_started, change, previous] = decision;
  visit("active", active);
  visit("action", action);
  visit("reason", reason);
  visit("generation", generation);
  visit("change", change);
  visit("previous", previous);
  visit("would_be", would_be);
  visit("opened_ms", opened);
  visit("table_reason", table_reason);
  visit("alarm", alarm);
  visit("candidate", candidate);
  visit("active_since_ns", active_since);
  visit("reason_since_ns", reason_since);
  visit("evidence_started_ns", evidence_started);
}

void visit_fields(auto& visit, Is<decision::Memory> auto& memory) {
  auto& [standing, decision, generation_floor, doubted, deadline] = memory;
  visit("decision", decision);
  visit("standing", standing);
  visit("generation_floor", generation_floor);
  visit("doubted", doubted);
  visit("deadline_ns", deadline);
}

void visit_fields(auto& visit, Is<decision::NodeView> auto& node) {
  auto& [name, says, opened, answer_started, last_claimed, confirmation, confirmed_at, is_observer,
         views_asked, calls_master] = node;
  visit("name", name);
  visit("says", says);
  visit("opened_ms", opened);
  visit("answer_started_ns", answer_started);
  visit("last_claimed_ns", last_claimed);
  visit("confirmation", confirmation);
  visit("confirmed_at_ns", confirmed_at);
  visit("is_observer", is_observer);
  visit("views_asked_ns", views_asked);
  visit("calls_master", calls_master);
}

void visit_fields(auto& visit, Is<decision::GroupView> auto& view) {
  auto& [nodes, has_witnesses, all_asked] = view;
  visit("nodes", nodes);
  visit("has_witnesses", has_witnesses);
  visit("all_asked", all_asked);
}

void visit_fields(auto& visit, Is<decision::Hold> auto& hold) {
  auto& [kind, node, reason, who, until, since, until_wall] = hold;
  visit("kind", kind);
  visit("node", node);
  visit("reason", reason);
  visit("who", who);
  visit("until_ns", until);
  visit("since_ms", since);
  visit("until_ms", until_wall);
}

void visit_fields(auto& visit, Is<decision::Plan> auto& plan) {
  auto& [action, after] = plan;
  visit("action", action);
  visit("after_ns", after);
}

void visit_fields(auto& visit, Is<decision::Policy> auto& policy) {
  auto& [nodes, max_view_age, stale_hold, damping, on_none, on_conflict, on_blind, ask_amqp,
         require_amqp, confirm_within] = policy;
  visit("nodes", nodes);
  visit("max_view_age_ns", max_view_age);
  visit("stale_hold_ns", stale_hold);
  visit("damping_ns", damping);
  visit("on_none", on_none);
  visit("on_conflict", on_conflict);
  visit("on_blind", on_blind);
  visit("ask_amqp", ask_amqp);
  visit("require_amqp", require_amqp);
  visit("confirm_within_ns", confirm_within);
}

void visit_fields(auto& visit, Is<decision::Step> auto& step) {
  auto& [now, before, view, hold, after] = step;
  visit("now_ns", now);
  visit("after", after);
  visit("view", view);
  visit("hold", hold);
  visit("before", before);
}

}  // namespace signpost::history
