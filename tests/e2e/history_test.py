"""What a real group did is in the history, and what signpost decided can be decided again from it."""
import json
import os
import shutil
import subprocess
import tempfile
import unittest

from tests.support.broker_group import BrokerGroup
from tests.support.signpost_process import NODES, Signpost, binary, wait_for


class History(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.group = BrokerGroup().up()

    @classmethod
    def tearDownClass(cls):
        cls.group.down()

    def setUp(self):
        self.group.wait_healthy()
        self.old = self.group.master()
        self.state = tempfile.mkdtemp(prefix="signpost-state-")
        self.addCleanup(shutil.rmtree, self.state, ignore_errors=True)
        self.file = os.path.join(self.state, "history.jsonl")

    def run_signpost(self, **options):
        signpost = Signpost(state=self.state, **options).start()
        self.addCleanup(signpost.clean)
        return signpost

    def fail_over(self, signpost):
        """kill -9 of the master; the name follows."""
        wait_for("the name points to the master", lambda: signpost.points_to(self.old))
        wait_for("everything is well", lambda: signpost.group()["status"] == "pass")
        self.group.kill(self.old)
        self.addCleanup(self.group.start, self.old)
        return wait_for("the name points to another node", lambda: next((n for n in NODES if n != self.old and signpost.points_to(n)), None),
                        timeout=40)

    def lines(self):
        with open(self.file, encoding="utf-8") as file:
            return file.read().splitlines()

    def entries(self):
        return [json.loads(line) for line in self.lines()]

    def moved(self):
        return [e for e in self.entries() if e.get("step", {}).get("after", {}).get("decision", {}).get("change") == "moved"]

    def replay(self, *words):
        done = subprocess.run([binary(), "replay", self.file, *words], capture_output=True, text=True, timeout=20, stdin=subprocess.DEVNULL)
        return done.returncode, done.stdout, done.stderr

    def test_a_failover_is_recorded_and_decided_again(self):
        signpost = self.run_signpost()
        new = self.fail_over(signpost)
        wait_for("it is in the file", lambda: self.moved()[-1]["step"]["after"]["decision"]["active"] == new)
        document = json.loads(signpost.get("/api/v1/history?group=weather")[1])
        newest = next(e for e in document["entries"] if e["decision"]["change"] == "moved")
        self.assertEqual((newest["decision"]["previous"], newest["decision"]["active"]), (self.old, new))
        signpost.stop()

        events = [e["event"] for e in self.entries()]
        self.assertEqual((events[0], events[-1]), ("start", "stop"))
        self.assertEqual([e["seq"] for e in self.entries()], list(range(1, len(events) + 1)))
        self.assertEqual(os.stat(self.file).st_mode & 0o777, 0o640)

        code, text, errors = self.replay()
        self.assertEqual((code, errors), (0, ""), text)
        self.assertRegex(text, r"\n\d+ decisions of 1 group replayed: all identical\n$")
        self.assertNotIn("DIFFERS", text)

        done = signpost.run("history", "--since", "1h")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, rf"weather +moved +{self.old} +{new} ")
        elsewhere = signpost.run("history", "--group", "nobody")
        self.assertNotIn("moved", elsewhere.stdout)

        # With the same configuration nothing changes; one change an hour would have kept the old master.
        code, text, _ = self.replay("--config", str(signpost.config))
        self.assertEqual(code, 0)
        self.assertIn("nothing would have been different", text)
        other = signpost.directory / "other.toml"
        other.write_text(signpost.config.read_text().replace("[group.probe.rest]", "[group.decide]\ndamping = \"1h\"\n[group.probe.rest]"))
        code, text, _ = self.replay("--config", str(other))
        self.assertEqual(code, 0, "what was recorded is still identical")
        self.assertRegex(text, rf"weather +{new} +\w+ +{self.old} +")
        document = json.loads(self.replay("--config", str(other), "-o", "json")[1])
        self.assertEqual((document["differing"], document["damaged"]), (0, []))
        self.assertGreaterEqual(len(document["with_config"]["differences"]), 1)

        self.tamper()

    def tamper(self):
        lines = self.lines()
        number = next(i for i, e in enumerate(self.entries()) if e == self.moved()[-1])
        forged = list(lines)
        forged[number] = lines[number].replace('"reason":"active_moved"', '"reason":"conflict"', 1)
        self.assertNotEqual(forged, lines)
        self.write(forged)
        code, text, _ = self.replay()
        self.assertEqual(code, 1, text)
        self.assertIn("DIFFERS", text)
        self.assertIn('decision.reason: recorded "conflict", now "active_moved"', text)

        forged[number] = lines[number][:-20]
        self.write(forged)
        code, text, errors = self.replay()
        self.assertEqual(code, 1, text)
        self.assertIn(f"{self.file}:{number + 1}: is no JSON", errors)

    def write(self, lines):
        with open(self.file, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")

    def test_kill_of_signpost_leaves_a_file_that_replays(self):
        first = self.run_signpost()
        new = self.fail_over(first)
        wait_for("it is in the file", lambda: self.moved()[-1]["step"]["after"]["decision"]["active"] == new)
        first.process.kill()
        first.process.wait()
        with open(self.file, "rb+") as file:  # as if it had been killed in mid-write
            file.seek(-100, os.SEEK_END)
            file.truncate()
        code, text, errors = self.replay()
        self.assertEqual(code, 0, text + errors)
        self.assertIn("is cut off", errors)

        second = self.run_signpost()
        wait_for("it goes on", lambda: second.group()["status"] in ("pass", "warn"))
        second.stop()
        self.assertIn("history_cut_off", second.log_text())
        code, text, errors = self.replay()
        self.assertEqual(code, 0, text + errors)
        self.assertIn("is cut off", errors)
        self.assertIn("all identical", text)
        self.assertEqual(len(errors.splitlines()), 1, errors)


if __name__ == "__main__":
    unittest.main(verbosity=2)
