"""Orders of an operator on a real group: hold, release, reload; and who may not give them."""
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import unittest

from tests.support.broker_group import BrokerGroup
from tests.support.signpost_process import NODES, Signpost, binary, wait_for

NOBODY = 65534


class Control(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.group = BrokerGroup().up()
        cls.signpost = Signpost(group='decide = { hold_max = "1h" }').start()
        cls.good = cls.signpost.config.read_text()
        cls.socket = cls.signpost.directory / "control.sock"
        wait_for("the first answer", lambda: cls.signpost.points_to(cls.group.master()))

    @classmethod
    def tearDownClass(cls):
        cls.signpost.clean()
        cls.group.down()

    def setUp(self):
        self.addCleanup(self.back_to_normal)
        self.group.wait_healthy()
        self.master = self.group.master()
        self.other = self.group.others(self.master)[0]
        wait_for("the name points to the master", lambda: self.signpost.points_to(self.master))

    def back_to_normal(self):
        self.signpost.run("release", "weather")
        self.signpost.config.write_text(self.good)
        self.signpost.run("reload")

    def order(self, *words, code=0):
        """Gives an order; its output."""
        done = self.signpost.run(*words)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def hold(self, *how, duration="10m", code=0):
        return self.order("hold", "weather", *how, "--for", duration, "--reason", "JE upgrade", code=code)

    def fail_over(self):
        self.group.kill(self.master)
        self.addCleanup(self.group.start, self.master)
        return wait_for("another master", self.new_master, timeout=30)

    def new_master(self):
        try:
            name = self.group.master()
        except RuntimeError:
            return None
        return name if name != self.master else None

    def test_freeze_over_a_failover_and_release(self):
        self.assertIn(f"weather is frozen at {self.master} until ", self.hold("--freeze"))
        new = self.fail_over()
        wait_for("signpost sees the new master", lambda: self.role(new) == "MASTER")
        self.assertTrue(self.signpost.points_to(self.master))
        self.assertEqual(self.signpost.group()["state"], "held")
        self.assertIn(f"weather is released and points to {new}", self.order("release", "weather", "--reason", "upgrade done"))
        wait_for("the name points to the new master", lambda: self.signpost.points_to(new), timeout=3)
        log = self.signpost.log_text()
        self.assertRegex(log, r'event=hold group=weather .*by=root .*"JE upgrade"')
        self.assertRegex(log, r'event=release group=weather .*by=root .*"upgrade done"')

    def role(self, name):
        return next(n for n in self.signpost.group()["nodes"] if n["name"] == name)["role"]

    def test_pin_and_withdraw(self):
        self.assertIn(f"weather is pinned to {self.other} until ", self.hold("--pin", self.other))
        wait_for("the name points to the pinned node", lambda: self.signpost.points_to(self.other), timeout=3)
        said = self.hold("--withdraw")
        self.assertIn(f"in place of: pin {self.other} by root (JE upgrade)", said)
        wait_for("no address", lambda: self.signpost.answer() == [], timeout=3)
        self.order("release", "weather")
        wait_for("the name points to the master", lambda: self.signpost.points_to(self.master), timeout=3)

    def test_a_hold_ends_by_itself(self):
        self.hold("--pin", self.other, duration="2s")
        wait_for("the name points to the pinned node", lambda: self.signpost.points_to(self.other), timeout=1.5)
        wait_for("the name points to the master again", lambda: self.signpost.points_to(self.master), timeout=5)
        self.assertIn("event=hold_expired group=weather", self.signpost.log_text())

    def test_a_hold_survives_a_restart(self):
        self.hold("--pin", self.other)
        wait_for("the name points to the pinned node", lambda: self.signpost.points_to(self.other), timeout=3)
        self.assertEqual(self.signpost.stop()[0], 0)
        self.signpost.start()
        self.assertTrue(self.signpost.points_to(self.other))
        self.order("release", "weather")
        wait_for("the name points to the master", lambda: self.signpost.points_to(self.master))

    def test_what_the_daemon_refuses(self):
        self.assertIn('there is no group "wether"; groups: weather',
                      self.order("hold", "wether", "--freeze", "--for", "1m", "--reason", "x", code=1))
        self.assertIn("nodes: n1, n2, n3", self.hold("--pin", "n9", code=1))
        self.assertIn("hold_max = 1h", self.hold("--freeze", duration="2h", code=1))
        self.assertIn("--reason", self.order("hold", "weather", "--freeze", "--for", "1m", code=64))
        self.assertTrue(self.signpost.points_to(self.master))

    def test_reload_of_a_good_file(self):
        self.assertIn("nothing changed", self.order("reload"))
        address = NODES[self.master]
        changed = self.good.replace(f'address = "{address}"', f'address = "127.0.0.99", management = "http://{address}:8080"')
        self.signpost.config.write_text(changed.replace("127.0.0.1:8653", "127.0.0.1:8654"))
        said = self.order("reload")
        self.assertIn('group "weather": nodes', said)
        self.assertIn("as before until a restart:\n  [http] listen", said)
        wait_for("the new address", lambda: self.signpost.answer() == ["127.0.0.99"], timeout=3)
        self.assertEqual(self.signpost.status()["signpost"]["config"]["last_reload"]["result"], "ok")

    def test_reload_of_a_bad_file(self):
        before = self.signpost.status()["signpost"]["config"]["sha256"]
        self.signpost.config.write_text(self.good.replace("[serve]", "[serve]\nlisten_on = 5", 1))
        said = self.order("reload", code=1)
        self.assertIn("serve.listen_on is not a key that signpost knows", said)
        self.assertIn("nothing was changed", said)
        config = self.signpost.status()["signpost"]["config"]
        self.assertEqual((config["sha256"], config["last_reload"]["result"]), (before, "refused"))
        self.assertIn("event=reload_refused by=root", self.signpost.log_text())
        self.assertTrue(self.signpost.points_to(self.master))
        self.signpost.config.write_text(self.good)
        self.signpost.process.send_signal(signal.SIGHUP)
        wait_for("the flag is gone", lambda: self.signpost.status()["signpost"]["config"]["last_reload"]["result"] == "ok")

    def test_reload_during_a_failover(self):
        self.signpost.config.write_text(self.good.replace('ttl = "1s"', 'ttl = "2s"'))
        self.group.kill(self.master)
        self.addCleanup(self.group.start, self.master)
        self.assertIn('group "weather": record', self.order("reload"))
        new = wait_for("another master", self.new_master, timeout=30)
        wait_for("the name points to it", lambda: self.signpost.points_to(new), timeout=3)

    def test_a_hundred_reloads_in_a_row_lose_no_answer(self):
        end = time.monotonic() + 5
        files = [self.good, self.good.replace('ttl = "1s"', 'ttl = "2s"')]
        count = 0
        while time.monotonic() < end and count < 100:
            self.signpost.config.write_text(files[count % 2])
            self.signpost.process.send_signal(signal.SIGHUP)
            self.assertTrue(self.signpost.points_to(self.master))
            count += 1
        self.assertGreaterEqual(count, 20)

    def test_a_stranger_is_refused(self):
        with open("/proc/self/uid_map", encoding="ascii") as uid_map:
            entries = [[int(word) for word in line.split()] for line in uid_map]
        has_nobody = any(first <= NOBODY < first + count for first, _, count in entries)
        self.assertTrue(has_nobody, "run the end-to-end tests as root: another user is needed here")
        program = self.signpost.directory / "copy-of-signpost"
        shutil.copyfile(binary(), program)
        program.chmod(0o755)
        self.signpost.directory.chmod(0o755)

        def reload_as_nobody():
            return subprocess.run([str(program), "reload", "--socket", str(self.socket)], capture_output=True, text=True,
                                  preexec_fn=lambda: (os.setgroups([]), os.setgid(NOBODY), os.setuid(NOBODY)))

        self.assertEqual(self.socket.stat().st_mode & 0o777, 0o600)
        done = reload_as_nobody()
        self.assertEqual(done.returncode, 77, done.stderr)
        self.assertIn("may not be used by this user", done.stderr)
        # The mode is one fence, the kernel's word about the peer another.
        self.socket.chmod(0o666)
        self.addCleanup(self.socket.chmod, 0o600)
        done = reload_as_nobody()
        self.assertEqual(done.returncode, 77, done.stderr)
        self.assertIn("may not change anything here", done.stderr)
        self.assertIn(f"event=control_refused user=nobody uid={NOBODY}", self.signpost.log_text())

    def test_hostile_clients_harm_nobody(self):
        log = self.signpost.log_text()
        requests = [b"", b"\n", b"{", b"[" * 9000, b'{"command":"reload"}', b'{"command":"reload"}\n{"command":"reload"}\n',
                    b'{"command":"hold","group":"weather","kind":"withdraw","node":"","reason":"","seconds":60}\n',
                    os.urandom(4000), os.urandom(40000), b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"]
        for request in requests:
            with socket.socket(socket.AF_UNIX) as s:
                s.settimeout(8)
                s.connect(str(self.socket))
                try:
                    s.sendall(request)
                    s.shutdown(socket.SHUT_WR)
                except (BrokenPipeError, ConnectionResetError):
                    pass
                reply = s.makefile("rb").readline()
                if reply:
                    self.assertEqual(json.loads(reply)["ok"], False, (request[:60], reply))
        crowd = [socket.socket(socket.AF_UNIX) for _ in range(8)]
        for s in crowd:
            s.connect(str(self.socket))
        self.order("reload", code=75)
        for s in crowd:
            s.close()
        wait_for("places are free again", lambda: self.signpost.run("reload").returncode == 0)
        self.assertTrue(self.signpost.points_to(self.master))
        self.assertNotIn("internal_error", self.signpost.log_text()[len(log):])


if __name__ == "__main__":
    unittest.main(verbosity=2)
