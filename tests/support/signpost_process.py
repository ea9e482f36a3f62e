"""Signpost: the program under test, started the way an operator would, with a configuration in a directory of its own."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from tests.support import dns_query

ROOT = pathlib.Path(__file__).resolve().parents[2]

CONFIG = """version = 1
[[group]]
name = "weather"
node = [
{nodes}
]
record = {{ name = "active.ha.test.", ttl = "1s", types = ["A", "AAAA", "SRV", "TXT"], srv = [{{ service = "_amqp._tcp", port = 5672 }}] }}
{group}
[group.probe.rest]
username = "signpost"
password_file = "{password_file}"
[serve]
listen = ["127.0.0.1:5300"]
zone = "ha.test."
ns = ["ns1.ha.test."]
ns_address = {{ "ns1.ha.test." = ["127.0.0.1"] }}
[http]
listen = ["127.0.0.1:8653"]
[state]
directory = "{state}"
[control]
socket = "{directory}/control.sock"
"""
NODES = {"n1": "127.0.0.11", "n2": "127.0.0.12", "n3": "127.0.0.13"}


def binary():
    path = pathlib.Path(os.environ.get("SIGNPOST_BINARY", ROOT / "build" / "dev" / "signpost"))
    assert path.exists(), f"{path} is missing: build it, or set SIGNPOST_BINARY"
    return str(path)


def wait_for(what, condition, timeout=15.0, step=0.02):
    """Polls until condition() is true and returns its value; the last exception counts as 'not yet'."""
    end = time.monotonic() + timeout
    last = None
    while time.monotonic() < end:
        try:
            value = condition()
            if value:
                return value
            last = value
        except (OSError, AssertionError, KeyError, ValueError) as error:
            last = error
        time.sleep(step)
    raise AssertionError(f"not within {timeout} s: {what}; last: {last!r}")


class Signpost:
    def __init__(self, password="signpost", nodes=None, group="", config=None, state=None):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="signpost-test-"))
        self.state = pathlib.Path(state) if state else self.directory / "state"
        secret = self.directory / "password"
        secret.write_text(password + "\n")
        secret.chmod(0o600)
        lines = [f'  {{ name = "{n}", {t if "=" in t else f"""address = "{t}" """} }},' for n, t in (nodes or NODES).items()]
        text = config or CONFIG.format(nodes="\n".join(lines), group=group, password_file=secret, state=self.state, directory=self.directory)
        self.config = self.directory / "signpost.toml"
        self.config.write_text(text)
        self.log = self.directory / "log"
        self.process = None

    def start(self, wait=True):
        starts = self.log_text().count("event=started")
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([binary(), "-c", str(self.config), "run"], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        if wait:
            wait_for("signpost listens everywhere", lambda: self._alive() and self.log_text().count("event=started") > starts)
            wait_for("signpost answers", lambda: self._alive() and dns_query.ask("ha.test.", "SOA", timeout=0.3))
        return self

    def _alive(self):
        assert self.process.poll() is None, f"signpost ended with {self.process.returncode}:\n{self.log_text()}"
        return True

    def stop(self, sig=signal.SIGTERM, timeout=5):
        """Returns (exit code, seconds)."""
        begun = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(sig)
        code = self.process.wait(timeout)
        return code, time.monotonic() - begun

    def clean(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)

    def run(self, *words, timeout=20):
        return subprocess.run([binary(), "-c", str(self.config), *words], capture_output=True, text=True, timeout=timeout,
                              stdin=subprocess.DEVNULL)

    def log_text(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def get(self, path):
        """(status code, body)"""
        try:
            with urllib.request.urlopen("http://127.0.0.1:8653" + path, timeout=3) as r:
                return r.status, r.read().decode()
        except urllib.error.HTTPError as e:
            return e.code, e.read().decode()

    def status(self):
        return json.loads(self.get("/api/v1/status")[1])

    def group(self):
        return self.status()["groups"][0]

    def answer(self, qtype="A", name="active.ha.test."):
        """The data of the answer, or the RCODE if it is not NOERROR."""
        reply = dns_query.ask(name, qtype)
        return reply.data if reply.rcode == "NOERROR" else reply.rcode

    def points_to(self, node):
        return self.answer() == [NODES[node]]
