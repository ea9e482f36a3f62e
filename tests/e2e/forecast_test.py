"""Risks on a real group: each appears in the status when somebody makes it, and vanishes when it is mended."""
import unittest

from tests.support.broker_group import ADDRESS, BrokerGroup
from tests.support.signpost_process import Signpost, wait_for

REPLICATION = [f"{address}:5000" for address in ADDRESS.values()]


class Forecast(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.group = BrokerGroup().up()
        cls.signpost = Signpost().start()

    @classmethod
    def tearDownClass(cls):
        cls.signpost.clean()
        cls.group.down()

    def setUp(self):
        self.group.wait_healthy()
        self.master = self.group.master()
        self.replicas = self.group.others(self.master)
        self.expect()

    def risks(self):
        return {(r["severity"], r["id"], r["node"]) for r in self.signpost.group()["forecast"]}

    def expect(self, *risks):
        """All of them and no others, before long."""
        wait_for(f"the risks {risks}; now {self.risks()}", lambda: self.risks() == set(risks), timeout=30)

    def stop(self, node):
        self.addCleanup(self.group.set, node, desiredState="ACTIVE")
        self.group.set(node, desiredState="STOPPED")

    def test_quorum_override(self):
        node = self.replicas[0]
        self.group.set(node, quorumOverride=1)
        self.expect(("warn", "quorum_override", node))
        shown = self.signpost.run("status").stdout
        self.assertIn(f"  WARN quorum_override: {node} has quorumOverride 1", shown)
        self.assertIn("; cure: PUT", shown)
        self.assertEqual(self.signpost.group()["status"], "pass", "nothing has failed yet")
        self.group.set(node, quorumOverride=0)
        self.expect()
        self.assertNotIn("WARN", self.signpost.run("status").stdout)

    def test_quorum_override_of_a_node_that_is_gone(self):
        node = self.replicas[0]
        self.group.set(node, quorumOverride=1)
        self.expect(("warn", "quorum_override", node))
        self.addCleanup(self.group.run, "start", node, check=False)
        self.group.kill(node)
        self.expect(("warn", "quorum_override", node), ("warn", "one_failure_from_standstill", None))
        self.group.start(node)
        self.group.wait_healthy()
        self.group.set(node, quorumOverride=0)
        self.expect()

    def test_priorities(self):
        first, second = self.replicas
        self.group.set(first, priority=0)
        self.expect(("info", "not_electable", first))
        self.group.set(second, priority=0)
        self.expect(("warn", "no_successor", None))
        self.group.set(self.master, priority=0)
        self.expect(("warn", "all_priority_zero", None))
        for node in ADDRESS:
            self.group.set(node, priority=1)
        self.expect()

    def test_designated_primaries(self):
        first, second = self.replicas
        self.group.set(first, designatedPrimary=True)
        self.group.set(second, designatedPrimary=True)
        self.expect(("info", "two_designated_primaries", None))
        self.group.set(first, designatedPrimary=False)
        self.group.set(second, designatedPrimary=False)
        self.expect()

    def test_permitted_nodes(self):
        self.group.set(self.master, permittedNodes=REPLICATION + ["127.0.0.14:5000"])
        self.expect(("info", "permitted_nodes_mismatch", None))
        self.group.set(self.master, permittedNodes=REPLICATION)
        self.expect()

    def test_a_stopped_node_that_permits_too_few(self):
        """Started like this it would take a member for an intruder. (A master refuses such a list, 422.)"""
        node, other = self.replicas
        self.stop(node)
        stopped = ("warn", "not_electable", node), ("warn", "one_failure_from_standstill", None)
        self.expect(*stopped)
        self.group.set(node, permittedNodes=[f"{ADDRESS[n]}:5000" for n in ADDRESS if n != other])
        self.expect(("warn", "permitted_nodes_mismatch", other), *stopped)
        self.group.set(node, permittedNodes=REPLICATION)
        self.expect(*stopped)
        self.group.set(node, desiredState="ACTIVE")
        self.expect()

    def test_stopped_node(self):
        node = self.replicas[0]
        self.stop(node)
        self.expect(("warn", "not_electable", node), ("warn", "one_failure_from_standstill", None))
        self.group.set(node, desiredState="ACTIVE")
        self.expect()

    def test_transaction_ids(self):
        def level():
            nodes = self.signpost.group()["nodes"]
            return all(n["lag_transactions"] == 0 and n["replication_transaction_id"] > 0 for n in nodes) and nodes

        ids = {n["replication_transaction_id"] for n in wait_for("every node is level", level)}
        self.assertLess(max(ids) - min(ids), 100)


if __name__ == "__main__":
    unittest.main(verbosity=2)
