"""The main job on a real group: the name follows the active node."""
import time
import unittest

from tests.support import dns_query
from tests.support.broker_group import ADDRESS, BrokerGroup
from tests.support.signpost_process import Signpost, wait_for


class Follow(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.group = BrokerGroup().up()
        cls.signpost = Signpost().start()
        wait_for("the first answer", lambda: cls.signpost.points_to(cls.group.master()))

    @classmethod
    def tearDownClass(cls):
        cls.signpost.clean()
        cls.group.down()

    def setUp(self):
        self.group.wait_healthy()
        master = self.group.master()
        wait_for("the name points to the master", lambda: self.signpost.points_to(master))

    def assert_moved(self, old, new, generation):
        group = self.signpost.group()
        self.assertEqual(group["active"]["node"], new)
        self.assertGreater(group["active"]["generation"], generation)
        self.assertEqual((group["last_failover"]["from"], group["last_failover"]["to"]), (old, new))
        self.assertEqual(self.signpost.get(f"/active/weather/{new}")[0], 200)
        self.assertEqual(self.signpost.get(f"/active/weather/{old}")[0], 503)

    def test_steady_state_answers_and_changes_nothing(self):
        master = self.group.master()
        wait_for("everything is well", lambda: self.signpost.group()["status"] == "pass")
        before, log = self.signpost.status(), self.signpost.log_text()
        end = time.monotonic() + 5
        while time.monotonic() < end:
            self.assertEqual(self.signpost.answer(), [ADDRESS[master]])
        after = self.signpost.status()
        self.assertEqual(after["serve"]["serial"], before["serve"]["serial"])
        self.assertEqual(after["groups"][0]["active"]["generation"], before["groups"][0]["active"]["generation"])
        self.assertEqual(self.signpost.log_text(), log, "steady state must not log")
        roles = {n["name"]: n["role"] for n in after["groups"][0]["nodes"]}
        self.assertEqual(roles, {n: "MASTER" if n == master else "REPLICA" for n in ADDRESS})

    def test_every_record_of_the_name_agrees(self):
        master = self.group.master()
        self.assertEqual(self.signpost.answer("AAAA"), [])
        self.assertEqual(self.signpost.answer("SRV", "_amqp._tcp.active.ha.test."), ["0 0 5672 active.ha.test."])
        token = self.signpost.answer("TXT", "_signpost.active.ha.test.")[0]
        self.assertIn(f" a={master} ", token)
        self.assertIn(f"e={self.signpost.group()['active']['generation']} ", token)
        tcp = dns_query.ask("active.ha.test.", tcp=True)
        self.assertEqual((tcp.rcode, tcp.aa, tcp.data), ("NOERROR", True, [ADDRESS[master]]))
        self.assertEqual(dns_query.ask("nothing.ha.test.").rcode, "NXDOMAIN")
        self.assertEqual(dns_query.ask("example.org.").rcode, "REFUSED")

    def test_kill_of_the_master(self):
        old = self.group.master()
        generation = self.signpost.group()["active"]["generation"]
        self.group.kill(old)
        new = wait_for("another master", lambda: self.new_master(old), timeout=30)
        wait_for("the name points to it", lambda: self.signpost.points_to(new), timeout=3)
        self.assert_moved(old, new, generation)
        self.group.start(old)
        self.group.wait_healthy()
        self.assertEqual(self.signpost.answer(), [ADDRESS[new]], "the return of the old master changes nothing")

    def new_master(self, old):
        try:
            name = self.group.master()
        except RuntimeError:
            return None
        return name if name != old else None

    def test_planned_transfer(self):
        old = self.group.master()
        new = self.group.others(old)[0]
        generation = self.signpost.group()["active"]["generation"]
        self.group.transfer(new)
        wait_for("the name points to the target", lambda: self.signpost.points_to(new), timeout=30)
        self.assert_moved(old, new, generation)

    def test_stop_and_return_of_a_replica(self):
        master = self.group.master()
        replica = self.group.others(master)[0]
        failovers = self.signpost.group()["last_failover"]
        self.group.kill(replica)
        wait_for("the status shows it", lambda: self.node(replica)["role"] == "UNREACHABLE")
        self.assertEqual(self.signpost.group()["status"], "warn")
        self.assertEqual(self.signpost.answer(), [ADDRESS[master]])
        self.group.start(replica)
        wait_for("the status shows it again", lambda: self.node(replica)["role"] == "REPLICA", timeout=60)
        wait_for("everything is well", lambda: self.signpost.group()["status"] == "pass")
        self.assertEqual(self.signpost.group()["last_failover"], failovers)
        self.assertEqual(self.signpost.answer(), [ADDRESS[master]])

    def node(self, name):
        return next(n for n in self.signpost.group()["nodes"] if n["name"] == name)


if __name__ == "__main__":
    unittest.main(verbosity=2)
