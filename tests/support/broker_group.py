"""BrokerGroup: a real three-node Broker-J HA group for tests, driven through deploy/brokers/group."""
import base64
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "deploy" / "brokers" / "group"
ADDRESS = {"n1": "127.0.0.11", "n2": "127.0.0.12", "n3": "127.0.0.13"}


class BrokerGroup:
    def __init__(self, *options):
        self.work = tempfile.mkdtemp(prefix="signpost-group-")
        version = os.environ.get("SIGNPOST_BROKER_VERSION")
        self.options = options + (("--version", version) if version else ())

    def run(self, *words, check=True, timeout=180):
        command = [str(SCRIPT), *words, "--work", self.work]
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL)
        if check and done.returncode != 0:
            raise RuntimeError(f"{' '.join(words)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout.strip()

    def up(self):
        self.run("up", *self.options)
        return self

    def down(self):
        self.run("down", check=False)
        shutil.rmtree(self.work, ignore_errors=True)

    def master(self):
        return self.run("master")

    def others(self, node):
        return [n for n in ADDRESS if n != node]

    def kill(self, node):
        self.run("kill", node)

    def start(self, node):
        self.run("start", node)

    def transfer(self, node):
        self.run("transfer", node)

    def set(self, node, **attributes):
        """Changes the node as an operator would, by REST at its own broker."""
        self.request(node, "PUT", f"virtualhostnode/{node}", attributes)

    def request(self, node, method, path, body=None):
        request = urllib.request.Request(f"http://{ADDRESS[node]}:8080/api/latest/{path}", method=method,
                                         data=body and json.dumps(body).encode())
        request.add_header("Authorization", "Basic " + base64.b64encode(b"admin:admin").decode())
        request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                answer.read()
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{method} {path} at {node}: {error.code} {error.read()[:500].decode(errors='replace')}") from None

    def wait_healthy(self, timeout=60):
        """One node active, the others replicas."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            status = self.run("status", check=False)
            if status.count("REPLICA") >= 2 and "MASTER" in status:
                return
            time.sleep(0.2)
        raise RuntimeError(f"the group is not healthy after {timeout} s:\n{self.run('status', check=False)}")
