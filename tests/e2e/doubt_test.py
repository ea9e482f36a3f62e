"""What happens when signpost cannot know: brokers gone, restarts in the middle, a wrong password, a broker that is not there."""
import os
import shutil
import signal
import tempfile
import time
import unittest

from tests.support.broker_group import ADDRESS, BrokerGroup
from tests.support.signpost_process import NODES, Signpost, wait_for


class Doubt(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.group = BrokerGroup().up()

    @classmethod
    def tearDownClass(cls):
        cls.group.down()

    def setUp(self):
        self.group.wait_healthy()
        self.master = self.group.master()
        self.signpost = None

    def tearDown(self):
        if self.signpost:
            self.signpost.clean()

    def run_signpost(self, **options):
        self.signpost = Signpost(**options).start()
        return self.signpost

    def test_restarted_in_the_middle(self):
        state = tempfile.mkdtemp(prefix="signpost-state-")
        self.addCleanup(shutil.rmtree, state, ignore_errors=True)
        first = self.run_signpost(state=state)
        wait_for("the first answer", lambda: first.points_to(self.master))
        before = first.status()
        code, seconds = first.stop()
        self.assertEqual(code, 0, first.log_text())
        self.assertLess(seconds, 1.0)
        first.clean()
        # The brokers cannot be asked: what the second one says it has from the state file alone.
        second = self.run_signpost(state=state, password="wrong")
        self.assertEqual(second.answer(), [ADDRESS[self.master]], "the first answer after a restart is the last one before")
        after = second.status()
        self.assertGreater(after["serve"]["serial"], before["serve"]["serial"])
        self.assertGreaterEqual(after["groups"][0]["active"]["generation"], before["groups"][0]["active"]["generation"])
        second.process.kill()
        second.process.wait()
        second.clean()
        third = self.run_signpost(state=state)
        self.assertEqual(third.answer(), [ADDRESS[self.master]], "kill -9 loses nothing")
        wait_for("confirmed", lambda: third.group()["status"] == "pass")
        self.assertGreater(third.status()["serve"]["serial"], after["serve"]["serial"])
        self.assertGreater(third.group()["active"]["generation"], before["groups"][0]["active"]["generation"])

    def test_damaged_state_file(self):
        state = tempfile.mkdtemp(prefix="signpost-state-")
        self.addCleanup(shutil.rmtree, state, ignore_errors=True)
        with open(os.path.join(state, "state.json"), "w") as file:
            file.write('{"version":1,"serial":17')
        signpost = self.run_signpost(state=state)
        wait_for("it finds the master all the same", lambda: signpost.points_to(self.master))
        self.assertIn("state_lost", signpost.log_text())
        self.assertTrue(os.path.exists(os.path.join(state, "state.json.damaged")))

    def test_wrong_password(self):
        signpost = self.run_signpost(password="wrong")
        wait_for("the first round", lambda: signpost.get("/readyz")[0] == 200)
        self.assertEqual(signpost.answer(), "SERVFAIL", "nothing is known, so nothing is said")
        group = signpost.group()
        self.assertEqual((group["status"], group["state"]), ("fail", "blind"))
        self.assertEqual({n["probes"]["rest"]["result"] for n in group["nodes"]}, {"unauthorized"})
        self.assertIn("error=unauthorized", signpost.log_text())
        self.assertNotIn("wrong", signpost.log_text().replace("wrong_node", "").replace("no or wrong", "").replace("wrong password", "").replace("wrong credentials", ""))

    def test_unreachable_broker_in_the_configuration(self):
        nodes = dict(NODES, n4="127.0.0.14")
        signpost = self.run_signpost(nodes=nodes)
        wait_for("the master is found without it", lambda: signpost.points_to(self.master))
        group = signpost.group()
        self.assertEqual(group["status"], "warn")
        n4 = next(n for n in group["nodes"] if n["name"] == "n4")
        self.assertEqual((n4["role"], n4["probes"]["rest"]["result"]), ("UNREACHABLE", "connect_refused"))

    def test_management_urls_mixed_up(self):
        if self.master == "n1":
            self.group.run("transfer", "n2", "--wait")
            self.group.wait_healthy()
        nodes = {"n1": NODES["n1"], "n2": f'address = "{NODES["n2"]}", management = "http://{NODES["n3"]}:8080"',
                 "n3": f'address = "{NODES["n3"]}", management = "http://{NODES["n2"]}:8080"'}
        signpost = self.run_signpost(nodes=nodes)
        wait_for("the first round", lambda: signpost.get("/readyz")[0] == 200)
        wait_for("said", lambda: "wrong_node" in signpost.log_text())
        results = {n["name"]: n["probes"]["rest"]["result"] for n in signpost.group()["nodes"]}
        self.assertEqual((results["n2"], results["n3"]), ("wrong_node", "wrong_node"))
        self.assertEqual(signpost.answer(), "SERVFAIL", "another broker's address must not be published")

    def test_zz_all_brokers_gone(self):
        signpost = self.run_signpost()
        wait_for("the first answer", lambda: signpost.points_to(self.master))
        for node in NODES:
            self.group.kill(node)
        wait_for("it says blind", lambda: signpost.group()["state"] == "blind")
        group = signpost.group()
        self.assertEqual(signpost.answer(), [ADDRESS[self.master]], "fail static")
        self.assertEqual(group["status"], "fail")
        self.assertIn("0 of 3 nodes answer", group["explain"]["text"])
        done = signpost.run("status")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("blind", done.stdout.lower())


if __name__ == "__main__":
    unittest.main(verbosity=2)
