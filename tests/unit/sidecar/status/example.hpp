// A status with two groups, one of them without an active node.
#pragma once

#include "sidecar/status/status_snapshot.hpp"

namespace signpost::status::test {

inline WallTime at(std::int64_t ms) {
  return WallTime(std::chrono::milliseconds(1'700'000'000'000 + ms));
}

inline NodeStatus example_node(const char* name, const char* role, bool active) {
  NodeStatus n;
  n.name = name;
  n.role = role;
  n.role_since = at(0);
  n.active = active;
  n.address = {"192.0.2.1"};
  n.amqp = "192.0.2.1:5672";
  n.management = "http://192.0.2.1:8080";
  n.rest = RestProbe{"ok", at(1000), 1.23456, 7, {}};
  return n;
}

inline decision::Explanation example_explanation() {
  using namespace std::chrono_literals;
  decision::Explanation e;
  e.active = "n2";
  e.generation = 43;
  e.reason = e.table_reason = decision::Reason::single_active;
  e.reason_age = 634ms;
  e.row = {"sole_claim_active", "exactly one node claims, and it is the active one"};
  e.because = "n2 is the only node whose virtualhost is active (2 of 2 nodes answer)";
  e.evidence.resize(2);
  e.evidence[0].node = "n1";
  e.evidence[0].detail = "no answer that counts";
  e.evidence[0].note = "UNREACHABLE: no answer within 400 ms";
  e.evidence[1].node = "n2";
  e.evidence[1].says = decision::Says::active;
  e.evidence[1].detail = "claims to be active";
  e.evidence[1].age = 210ms;
  e.evidence[1].opened = at(-1000);
  e.runner_up = {"n1", "it was opened before n2"};
  e.needs = {{"newer_claim", "", "another node to claim, opened more than 2 s after n2", {}},
             {"damping", "n1", "12 s to pass since the last change (damping): then n1", 12s}};
  e.checks = {{"fresh_views", true, "2 of 2 nodes answered in the last 3 s"},
              {"damping", std::nullopt, "off"}};
  return e;
}

inline StatusSnapshot example_snapshot() {
  StatusSnapshot s;
  s.generated_at = at(1234);
  s.version = "0.1.0";
  s.instance = "host.example";
  s.pid = 42;
  s.started_at = s.config_loaded_at = at(0);
  s.config_path = "/etc/signpost/signpost.toml";
  s.config_sha256 = "9f2c";
  s.state_file = "/var/lib/signpost/state.json";
  s.first_round_done = true;
  s.brokers = 2;
  s.brokers_answering = 1;
  GroupStatus g;
  g.name = g.ha_group = g.virtualhost = "weather";
  g.health = Health::pass;
  g.state = "published";
  g.summary = "weather: n2 is the only node whose virtualhost is active (2 of 2 nodes answer)";
  g.active_node = "n2";
  g.active_address = {"192.0.2.1"};
  g.active_since = at(500);
  g.generation = 43;
  g.view_age_seconds = 0.2101;
  g.max_view_age_seconds = 3;
  g.nodes_answering = 2;
  g.nodes_agreeing = 1;
  g.nodes = {example_node("n1", "REPLICA", false), example_node("n2", "MASTER", true)};
  g.nodes[0].rest = RestProbe{"timed_out", at(1000), 400, 2, "no answer within 400 ms\n\"quoted\""};
  g.nodes[1].opened = at(-1000);
  g.nodes[0].replication_transaction_id = 918'270;
  g.nodes[0].lag_transactions = 3;
  g.nodes[1].replication_transaction_id = 918'273;
  g.nodes[1].lag_transactions = 0;
  g.forecast = {{"quorum_override", decision::Risk::Severity::warn, "n1", "n1 has quorumOverride 1",
                 "set it to 0"},
                {"one_failure_from_standstill", decision::Risk::Severity::info, "",
                 "a group of two stands still as soon as either node fails", "add a third"}};
  g.record = {"active.ha.test.",
              5,
              "serve",
              true,
              {{"active.ha.test.", "A", {"192.0.2.1"}}},
              {{"active.ha.test.", "A", {"192.0.2.1"}}}};
  g.reason = "single_active";
  g.reason_since = at(600);
  g.answer_address = g.active_address;
  g.explanation = example_explanation();
  g.last_failover = FailoverStatus{43, "n1", "n2", "active_moved", at(500), 612.5, 0.3, 1.25};
  GroupStatus orders;
  orders.name = orders.ha_group = orders.virtualhost = "orders";
  orders.discovered = true;
  orders.health = Health::fail;
  orders.state = "starting";
  orders.summary = "orders: not every broker has been asked once";
  orders.reason = "starting";
  orders.reason_since = at(0);
  orders.hold = HoldStatus{"pin", "n1", "JE upgrade", "jane", at(0), at(3'600'000), {}};
  orders.record = {"orders.ha.test.", 5, "serve", true, {}, {}};
  s.groups = {g, orders};
  s.serve = ServeStatus{"ha.test.", 1700000001, {"127.0.0.1:5300"}, 10, 9, 1, 0, 0};
  return s;
}

}  // namespace signpost::status::test
