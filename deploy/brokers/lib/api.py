# SPDX-License-Identifier: Apache-2.0
"""Looks at the brokers of a group, or of several, and waits for what they do. Called by ../group, which
tells it the work directory; whatever `up` decided is in the file `state` there."""

import argparse
import base64
import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import quote

AMQP_PORT, HTTP_PORT, HTTPS_PORT = 5672, 8080, 8443
CREDENTIALS = base64.b64encode(b"admin:admin").decode()
POLL_SECONDS = 0.1
ANSWER_SECONDS = 2.0


def complain(text):
    print(f"group: {text}", file=sys.stderr)


FIRST_GROUP = "weather"


class Node:
    """One broker, and on it the virtualhost node of one group."""

    def __init__(self, work, name, address, group):
        self.name, self.address = name, address
        self.virtualhost_node = name if group == FIRST_GROUP else f"{name}-{group}"
        self.log = work / name / "broker.log"
        self._pid_file = work / name / "pid"

    def process(self):
        """(pid, running | stopped | dead); the same rule as in process.sh."""
        try:
            pid, started = self._pid_file.read_text().split()
            fields = Path("/proc", pid, "stat").read_text().rpartition(") ")[2].split()
        except (OSError, ValueError):
            return None, "dead"
        if fields[19] != started or fields[0] in "ZX":
            return None, "dead"
        return int(pid), "stopped" if fields[0] in "Tt" else "running"

    def request(self, http, method, path, body=None):
        http.request(method, f"/api/latest/{path}", body and json.dumps(body),
                     {"Authorization": f"Basic {CREDENTIALS}", "Content-Type": "application/json"})
        answer = http.getresponse()
        return answer.status, answer.read()

    def query(self, http, category, columns):
        """The cells of the one row about this node, or None for each when there is no row."""
        status, body = self.request(http, "GET", f"querybroker/{category}?select={quote(','.join(columns))}")
        if status != 200:
            raise HTTPException(f"status {status}")
        rows = [row for row in json.loads(body)["results"] if row[0] == self.virtualhost_node]
        return rows[0] if rows else [None] * len(columns)

    def look(self):
        pid, process = self.process()
        seen = {"name": self.name, "virtualhost_node": self.virtualhost_node, "address": self.address, "pid": pid,
                "process": process, "answers": False, "role": None, "virtualhost_type": None, "virtualhost_state": None,
                "last_opened_time": None}
        if process != "running":
            return seen
        http = HTTPConnection(self.address, HTTP_PORT, timeout=ANSWER_SECONDS)
        try:
            _, seen["role"] = self.query(http, "virtualhostnode", ["name", "role"])
            _, seen["virtualhost_type"], seen["virtualhost_state"], seen["last_opened_time"] = self.query(
                http, "virtualhost", ["$parent.name", "type", "state", "lastOpenedTime"])
            seen["answers"] = True
        except (OSError, HTTPException, ValueError):
            pass
        finally:
            http.close()
        return seen


def is_active(seen):
    return seen["virtualhost_type"] == "BDB_HA" and seen["virtualhost_state"] == "ACTIVE"


def has_joined(seen):
    return is_active(seen) or seen["role"] == "REPLICA"


def look_at(nodes):
    """What all of them say, asked at the same time so that the rows belong together."""
    with ThreadPoolExecutor(len(nodes)) as pool:
        return list(pool.map(Node.look, nodes))


class Group:
    def __init__(self, work, state, name):
        self.name, self.state = name, state
        self.nodes = [Node(work, f"n{number}", address, name)
                      for number, address in enumerate(state["addresses"].split(), start=1)]

    def look(self):
        return look_at(self.nodes)

    def named(self, name):
        return next(node for node in self.nodes if node.name == name)


def show(seen):
    process = {"running": f"pid {seen['pid']}", "stopped": f"stopped {seen['pid']}"}.get(seen["process"], "dead")
    opened = "-"
    if seen["last_opened_time"] is not None:
        moment = datetime.fromtimestamp(seen["last_opened_time"] / 1000, timezone.utc)
        opened = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    silent = "no answer" if seen["process"] == "running" and not seen["answers"] else "-"
    return (f"{seen['virtualhost_node']:3} {seen['address']:11} {process:15} {seen['role'] or silent:9} "
            f"{seen['virtualhost_state'] or '-':13} {opened}")


def status(group, arguments):
    rows = group.look()
    active = [seen["name"] for seen in rows if is_active(seen)]
    if arguments.json:
        https = HTTPS_PORT if group.state["tls"] == "yes" else None
        print(json.dumps({"group": group.name, "version": group.state["version"], "netns": group.state["netns"] or None, "amqp_port": AMQP_PORT,
                          "http_port": HTTP_PORT, "https_port": https,
                          "active": active, "nodes": rows}, indent=2))
    else:
        print("\n".join(map(show, rows)))
    return 0 if len(active) == 1 else 1


def master(group, _):
    """Where two are active, the younger virtual host is the real one: the other was cut off or paused."""
    active = sorted(filter(is_active, group.look()), key=lambda seen: seen["last_opened_time"] or 0)
    if not active:
        complain("no node is active")
        return 1
    if len(active) > 1:
        complain("several nodes are active: " + " ".join(seen["name"] for seen in active))
    print(active[-1]["name"])
    return 0


def transfer(group, arguments):
    node = group.named(arguments.node)
    seen = node.look()
    if is_active(seen):
        print(f"{node.name} is active already")
        return 0
    if seen["role"] != "REPLICA":
        complain(f"only a replica can take over, and {node.virtualhost_node} is {seen['role'] or seen['process']}")
        return 1
    # The broker answers within a fraction of a second, but not before it has spoken to the master.
    http = HTTPConnection(node.address, HTTP_PORT, timeout=15)
    try:
        code, body = node.request(http, "PUT", f"virtualhostnode/{node.virtualhost_node}", {"role": "MASTER"})
    except (OSError, HTTPException) as error:
        code, body = 0, str(error).encode()
    if code != 200:
        complain(f"{node.virtualhost_node} refused the transfer: {code or ''} {body.decode(errors='replace').strip()}")
        return 1
    return 0


def one_is_active(rows):
    return sum(map(is_active, rows)) == 1


def wait(groups, arguments):
    """Waits until the chosen nodes of every group are as wanted; for whole groups also until in each of
    them one alone is active."""
    whole = arguments.condition == "group"
    reached = {"answers": lambda seen: seen["answers"], "active": is_active}.get(arguments.condition, has_joined)
    nodes = [node for group in groups for node in (group.nodes if whole else map(group.named, arguments.nodes))]
    announced, parent = set(), os.getppid()
    while True:
        rows = look_at(nodes)
        size = len(rows) // len(groups)
        undecided = [rows[i : i + size] for i in range(0, len(rows), size)
                     if whole and not one_is_active(rows[i : i + size])]
        for seen in rows:
            if whole and reached(seen) and seen["virtualhost_node"] not in announced:
                announced.add(seen["virtualhost_node"])
                print(f"{seen['virtualhost_node']:3} {seen['address']:11} {seen['role']:8} "
                      f"after {time.time() - arguments.since:.1f} s", flush=True)
        if all(map(reached, rows)) and not undecided:
            return 0
        dead = [seen for seen in rows if seen["process"] == "dead"]
        orphaned = os.getppid() != parent  # the group command was killed: nobody waits for this
        if dead or orphaned or time.time() > arguments.deadline:
            break
        time.sleep(POLL_SECONDS)

    for node, seen in zip(nodes, rows):
        if seen in dead or (not dead and not reached(seen)):
            complain(f"{node.virtualhost_node}: " + ("its broker has ended" if seen in dead else "not ready in time, " + show(seen)))
            lines = node.log.read_text(errors="replace").splitlines()[-20:]
            print(f"--- end of {node.log}", *lines, "---", sep="\n", file=sys.stderr)
    if not dead and all(map(reached, rows)):
        complain("not exactly one node is active:\n" + "\n".join(map(show, sum(undecided, []))))
    return 1


def main():
    parser = argparse.ArgumentParser(prog="api.py")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--group", help=f"by default {FIRST_GROUP}, and for wait all of them")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("status").add_argument("--json", action="store_true")
    commands.add_parser("master")
    commands.add_parser("transfer").add_argument("node")
    waiting = commands.add_parser("wait")
    waiting.add_argument("--deadline", type=float, required=True)
    waiting.add_argument("--since", type=float, default=0)
    waiting.add_argument("condition", choices=["answers", "active", "joined", "group"])
    waiting.add_argument("nodes", nargs="*")
    arguments = parser.parse_args()
    state = dict(line.split("=", 1) for line in (arguments.work / "state").read_text().splitlines())
    names = [FIRST_GROUP] + [f"{FIRST_GROUP}{number}" for number in range(2, int(state["groups"]) + 1)]
    groups = [Group(arguments.work, state, name) for name in names if arguments.group in (name, None)]
    try:
        if arguments.command == "wait":
            return wait(groups, arguments)
        run = {command.__name__: command for command in (status, master, transfer)}
        return run[arguments.command](groups[0], arguments)
    except (BrokenPipeError, KeyboardInterrupt):
        # Nobody wants the rest; the second flush at exit would complain again.
        sys.stdout = None
        return 1


if __name__ == "__main__":
    sys.exit(main())
