"""The program as a process, without brokers: exit codes, signals, bad configuration, sockets in use."""
import json
import os
import signal
import socket
import subprocess
import time
import unittest

from tests.support import dns_query
from tests.support.signpost_process import NODES, Signpost, binary, wait_for


class Process(unittest.TestCase):
    def setUp(self):
        self.signpost = Signpost()

    def tearDown(self):
        self.signpost.clean()

    def test_says_not_ready_before_the_first_evidence(self):
        self.signpost.start()
        reply = dns_query.ask("active.ha.test.")
        self.assertEqual((reply.rcode, reply.aa, reply.answers), ("SERVFAIL", False, []))
        self.assertEqual(reply.ede[0], 14)
        self.assertIn("weather", reply.ede[1])
        self.assertEqual(dns_query.ask("ha.test.", "SOA").rcode, "NOERROR")

    def test_status_log_and_commands_give_the_same_reason(self):
        signpost = Signpost(group='[group.decide]\non_blind = "withdraw"\n')
        self.addCleanup(signpost.clean)
        signpost.start()
        wait_for("withheld", lambda: signpost.group()["state"] == "withheld")
        group = signpost.group()
        because = group["explain"]["text"]
        self.assertEqual(because, "too few nodes can be asked (0 of 3 nodes answer, 2 are needed): the answer is NODATA (on_blind)")
        self.assertEqual((group["status"], group["answer"]["action"]), ("fail", "withdraw"))
        self.assertEqual(dns_query.ask("active.ha.test.").rcode, "NOERROR")
        line = "\nbecause   " + because + "\n"
        self.assertIn(line, signpost.run("explain").stdout)
        self.assertIn(line, json.loads(signpost.get("/api/v1/explain?group=weather")[1])["groups"][0]["text"])
        self.assertIn("WITHHELD: " + because, signpost.run("status").stdout)
        self.assertIn(f'because="{because}"', signpost.log_text())
        wait_for("the history", lambda: line in signpost.run("explain", "weather", "--at", "-0s").stdout)

    def test_sigterm_ends_it_within_a_second(self):
        self.signpost.start()
        with socket.create_connection(("127.0.0.1", 5300)), socket.create_connection(("127.0.0.1", 8653)):
            code, seconds = self.signpost.stop()
        self.assertEqual(code, 0, self.signpost.log_text())
        self.assertLess(seconds, 1.0)
        self.assertIn("records=kept", self.signpost.log_text())

    def test_sigterm_does_not_wait_for_silent_name_servers(self):
        silent = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(4)]
        for s in silent:
            s.bind(("127.0.0.1", 0))
            self.addCleanup(s.close)
        servers = ", ".join(f'"127.0.0.1:{s.getsockname()[1]}"' for s in silent)
        nodes = {n: f'address = "{a}", management = "http://{n}.broker.example:8080"' for n, a in NODES.items()}
        signpost = Signpost(nodes=nodes)
        self.addCleanup(signpost.clean)
        signpost.config.write_text(signpost.config.read_text() + f"[resolver]\nservers = [{servers}]\n")
        signpost.start()
        code, seconds = signpost.stop()
        self.assertEqual(code, 0, signpost.log_text())
        self.assertLess(seconds, 1.0)

    def test_sigint_ends_it_and_sighup_reloads(self):
        self.signpost.start()
        self.signpost.process.send_signal(signal.SIGHUP)
        wait_for("said", lambda: "event=reloaded by=SIGHUP" in self.signpost.log_text())
        code, _ = self.signpost.stop(signal.SIGINT)
        self.assertEqual(code, 0)

    def test_port_in_use(self):
        for kind, text in ((socket.SOCK_DGRAM, "UDP"), (socket.SOCK_STREAM, "TCP")):
            with socket.socket(socket.AF_INET, kind) as other:
                other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                other.bind(("127.0.0.1", 5300))
                if kind == socket.SOCK_STREAM:
                    other.listen()
                self.signpost.start(wait=False)
                self.assertEqual(self.signpost.process.wait(10), 75, self.signpost.log_text())
                self.assertIn(f"cannot listen for DNS over {text} on 127.0.0.1:5300", self.signpost.log_text())

    def test_second_signpost_on_the_same_port(self):
        self.signpost.start()
        second = Signpost().start(wait=False)
        self.assertEqual(second.process.wait(10), 75, second.log_text())
        second.clean()

    def test_state_file_that_cannot_be_read_is_never_overwritten(self):
        self.signpost.state.mkdir()
        state = self.signpost.state / "state.json"
        state.mkdir()  # also root cannot read this
        self.signpost.start(wait=False)
        self.assertEqual(self.signpost.process.wait(10), 78)
        self.assertIn(str(state), self.signpost.log_text())
        self.assertTrue(state.is_dir())

    def test_two_signposts_on_one_state_directory(self):
        self.signpost.start()
        second = Signpost(state=self.signpost.state)
        second.config.write_text(second.config.read_text().replace("5300", "5399").replace("8653", "8699"))
        second.start(wait=False)
        self.assertEqual(second.process.wait(10), 75)
        self.assertIn("another signpost uses the state directory", second.log_text())
        second.clean()

    def test_unwritable_state_directory(self):
        self.signpost.config.write_text(self.signpost.config.read_text().replace(str(self.signpost.state), "/proc/signpost"))
        self.signpost.start(wait=False)
        self.assertEqual(self.signpost.process.wait(10), 78)
        self.assertIn("[state] directory", self.signpost.log_text())
        self.assertEqual(self.signpost.run("check").returncode, 78)

    def test_state_directory_from_systemd(self):
        text = self.signpost.config.read_text().split("[state]")[0]
        self.signpost.config.write_text(text)
        directory = self.signpost.directory / "from-systemd"
        directory.mkdir()
        env = dict(os.environ, STATE_DIRECTORY=str(directory))
        done = subprocess.run([binary(), "-c", str(self.signpost.config), "check"], capture_output=True, text=True, env=env)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(str(directory), done.stdout)

    def test_bad_configuration(self):
        self.signpost.config.write_text('version = 1\n[[group]]\nnam = "weather"\n[http]\nlisten = 5\n')
        for command in ("check", "run"):
            done = self.signpost.run(command)
            self.assertEqual(done.returncode, 78)
            self.assertIn(f"{self.signpost.config}:3:1: ", done.stderr)
            self.assertIn(f"{self.signpost.config}:5:10: ", done.stderr)
            self.assertIn('"name"', done.stderr)

    def test_missing_configuration(self):
        done = subprocess.run([binary(), "-c", "/nowhere/signpost.toml", "check"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 66)
        self.assertIn("/nowhere/signpost.toml", done.stderr)

    def test_usage(self):
        done = subprocess.run([binary(), "chekc"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 64)
        done = subprocess.run([binary(), "version"], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout.split()[0]), (0, "signpost"))
        done = subprocess.run([binary(), "help"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0)
        self.assertIn("status", done.stdout)

    def test_orders_without_a_daemon(self):
        for words in (("hold", "weather", "--freeze", "--for", "1h", "--reason", "x"), ("release", "weather"), ("reload",)):
            done = self.signpost.run(*words)
            self.assertEqual(done.returncode, 69, done.stderr)
            self.assertIn(str(self.signpost.directory / "control.sock"), done.stderr)

    def test_control_socket_turned_off_or_in_the_way(self):
        socket_path = self.signpost.directory / "control.sock"
        socket_path.write_text("precious")
        self.signpost.start()
        self.assertIn("control_off", self.signpost.log_text())
        self.assertIn("is no socket", self.signpost.log_text())
        self.signpost.stop()
        self.assertEqual(socket_path.read_text(), "precious")
        socket_path.unlink()
        self.signpost.config.write_text(self.signpost.config.read_text().replace(str(socket_path), ""))
        self.signpost.start()
        done = self.signpost.run("reload")
        self.assertEqual(done.returncode, 69)
        self.assertIn("turned off", done.stderr)
        self.assertFalse(socket_path.exists())

    def test_two_signposts_on_one_control_socket(self):
        self.signpost.start()
        second = Signpost()
        self.addCleanup(second.clean)
        text = second.config.read_text().replace("5300", "5399").replace("8653", "8699")
        second.config.write_text(text.replace(str(second.directory / "control.sock"), str(self.signpost.directory / "control.sock")))
        second.start(wait=False)
        self.assertEqual(second.process.wait(10), 75)
        self.assertIn("another process listens at", second.log_text())
        self.assertEqual(self.signpost.run("reload").returncode, 0, "the socket is still the first one's")

    def test_killed_signpost_leaves_a_socket_that_the_next_one_replaces(self):
        self.signpost.start()
        self.signpost.stop(signal.SIGKILL)
        self.assertTrue((self.signpost.directory / "control.sock").exists())
        self.signpost.start()
        self.assertEqual(self.signpost.run("reload").returncode, 0)
        self.signpost.stop()
        self.assertFalse((self.signpost.directory / "control.sock").exists())

    def test_status_without_a_daemon(self):
        done = self.signpost.run("status")
        self.assertEqual(done.returncode, 69, done.stderr)
        self.assertIn("127.0.0.1:8653", done.stderr)

    def test_http_refuses_what_it_should(self):
        self.signpost.start()
        cases = {
            b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n": b"200",
            b"GET /livez HTTP/1.1\r\nHost: evil.example\r\n\r\n": b"421",
            b"GET /livez HTTP/1.1\r\n\r\n": b"400",
            b"GET /livez HTTP/1.0\r\n\r\n": b"200",  # HAProxy's health check
            b"GET /livez HTTP/1.1\r\nHost: a\r\nHost: localhost\r\n\r\n": b"400",
            b"POST /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc": b"400",
            b"POST /livez HTTP/1.1\r\nHost: localhost\r\n\r\n": b"405",
            b"GET /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n": b"400",
            b"GET /" + b"a" * 20000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n": b"4",
            b"GET /livez HTTP/1.1\r\nHost: localhost\r\n" + b"X-A: b\r\n" * 2000 + b"\r\n": b"431",
            b"\x16\x03\x01\x02\x00garbage\r\n\r\n": b"400",
        }
        for request, expected in cases.items():
            with socket.create_connection(("127.0.0.1", 8653), timeout=5) as s:
                s.sendall(request)
                reply = s.recv(200)
                self.assertTrue(reply.startswith(b"HTTP/1.1 " + expected), (request[:60], reply))
        self.assertEqual(self.signpost.get("/livez")[0], 200)


if __name__ == "__main__":
    unittest.main(verbosity=2)
