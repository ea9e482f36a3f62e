"""10,000 broken and mutated DNS messages against the program under test, which knows an active node from its state file alone."""
import json
import os
import pathlib
import subprocess
import sys
import unittest

from tests.support.signpost_process import ROOT, Signpost, wait_for

COUNT = os.environ.get("SIGNPOST_HOSTILE_COUNT", "10000")


class Hostile(unittest.TestCase):
    def setUp(self):
        self.signpost = Signpost()
        self.signpost.state.mkdir()
        saved = {"version": 1, "serial": 1, "groups": {"weather": {"generation": 7, "active": "n2", "opened_ms": 1700000000000}}}
        (self.signpost.state / "state.json").write_text(json.dumps(saved))
        self.signpost.start()

    def tearDown(self):
        self.signpost.clean()

    def memory_kb(self):
        status = pathlib.Path(f"/proc/{self.signpost.process.pid}/status").read_text()
        return int(next(l for l in status.splitlines() if l.startswith("VmRSS")).split()[1])

    def test_hostile_messages(self):
        self.assertEqual(self.signpost.answer(), ["127.0.0.12"])
        before = self.memory_kb()
        done = subprocess.run([sys.executable, str(ROOT / "tests/e2e/hostile_dns.py"), "--server", "127.0.0.1", "--port", "5300", "--zone",
                               "ha.test.", "--name", "active.ha.test.", "--count", COUNT, "--seed", "1"], text=True, capture_output=True)
        print(done.stdout, done.stderr)
        self.assertEqual(done.returncode, 0)
        self.assertEqual(self.signpost.answer(), ["127.0.0.12"])
        self.assertIsNone(self.signpost.process.poll(), self.signpost.log_text())
        self.assertLess(self.memory_kb(), before + 64 * 1024, "memory must not grow with what is sent")
        serve = self.signpost.status()["serve"]
        self.assertGreater(serve["queries"], int(COUNT))
        self.assertEqual(self.signpost.stop()[0], 0, self.signpost.log_text())


if __name__ == "__main__":
    unittest.main(verbosity=2)
