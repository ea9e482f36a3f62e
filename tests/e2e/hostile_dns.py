#!/usr/bin/env python3
"""Sends a DNS server everything it may meet on an open port, and checks every reply.

    hostile_dns.py --server 127.0.0.1 --port 5300 --zone ha.test. --name active.ha.test.

All kinds of tests/support/hostile_messages.py, then --count mutations of valid queries, each over
UDP and over TCP; after every 200 a normal query, which must be answered. Usable against any
authoritative server that has the zone, with an A record at the name. Silence is a failure where an
answer is due: after one retransmission and 2 seconds. Exit status: 0 = no rule broken, 1 = some
were, 2 = wrong usage or no server.
"""

import argparse
import collections
import pathlib
import select
import socket
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

from dns_wire import Malformed, name, read  # noqa: E402
from hostile_message import Message, Zone, normal  # noqa: E402
from hostile_messages import kinds  # noqa: E402
from hostile_mutations import mutations  # noqa: E402
from reply_rules import broken_rules, rcode_text  # noqa: E402

WINDOW = 64  # UDP messages under way: below what a small receive buffer holds
BATCH = 50  # TCP messages in one connection
NORMAL_EVERY = 200
RESEND_AFTER, GIVE_UP_AFTER = 1.0, 2.0  # seconds from the first sending
VIOLATIONS_MAX = 100  # the run ends: the server is broken, or gone
DUMPS_MAX = 5


UNKNOWN = Message("unknown", "none of those sent", b"")


class TooManyViolations(Exception):
    pass


class Report:
    def __init__(self):
        self.sent = collections.Counter()
        self.replies = collections.Counter()
        self.silent = collections.Counter()
        self.resent = collections.Counter()
        self.rcodes = collections.Counter()
        self.violations = []

    def reply(self, transport, message, sent, reply):
        self.replies[transport] += 1
        try:
            self.rcodes[rcode_text(read(reply).rcode)] += 1
        except Malformed:
            self.rcodes["unreadable"] += 1
        for wrong in broken_rules(message, sent, reply, transport):
            self.violation(transport, message, wrong, sent, reply)

    def violation(self, transport, message, wrong, sent=b"", reply=b""):
        self.violations.append((transport, message, wrong, sent, reply))
        if len(self.violations) >= VIOLATIONS_MAX:
            raise TooManyViolations

    def print(self, seconds):
        for by in self.sent:
            print(f"{by}: {self.sent[by]} messages, {self.replies[by]} replies, "
                  f"{self.silent[by]} not to be answered, {self.resent[by]} sent twice")
        counts = (f"{count} {rcode}" for rcode, count in self.rcodes.most_common())
        print("rcodes: " + ", ".join(counts))
        print(f"violations: {len(self.violations)} ({seconds:.1f} s)")
        for transport, message, wrong, sent, reply in self.violations[:DUMPS_MAX]:
            print(f"\n{transport}, {message.kind}, {message.variant}: {wrong}")
            print(dump("query", sent) + dump("reply", reply), end="")


def dump(what, octets) -> str:
    """Offset, hex, ASCII; the first 512 octets."""
    lines = [f"  {what}, {len(octets)} octets\n"] if octets else []
    for at in range(0, min(len(octets), 512), 16):
        row = octets[at:at + 16]
        text = "".join(chr(o) if 32 <= o < 127 else "." for o in row)
        lines.append(f"    {at:04x}  {row.hex(' '):<47}  {text}\n")
    return "".join(lines)


class Udp:
    """Up to WINDOW messages at a time, told apart by their ids."""

    def __init__(self, address, report):
        self.report = report
        self.socket = socket.socket(address[0], socket.SOCK_DGRAM)
        self.socket.connect(address[1])
        self.socket.setblocking(False)
        self.next_id = 0
        self.waiting = {}  # id -> [message, octets, first sent, resent]
        self.settled = {}  # id -> message: answered, given up, or never to be answered

    def run(self, messages):
        for message in messages:
            if "udp" not in message.transports:
                continue
            while len(self.waiting) >= WINDOW:
                self.receive(0.05)
            self.start(message)
            self.receive(0)
        while self.waiting:
            self.receive(0.05)
        self.receive(0.3)  # replies that should not come

    def start(self, message):
        ident = self.next_id
        self.next_id = (self.next_id + 1) % 65536
        self.settled.pop(ident, None)
        octets = with_id(message.octets, ident)
        self.report.sent["udp"] += 1
        if message.answer_due:
            self.waiting[ident] = [message, octets, time.monotonic(), False]
        else:
            self.report.silent["udp"] += 1
            self.settled[ident] = (message, octets)
        self.send(octets)

    def send(self, octets):
        try:
            self.socket.send(octets)
        except OSError:  # refused, full: counts as lost
            pass

    def receive(self, seconds):
        while select.select([self.socket], [], [], seconds)[0]:
            seconds = 0
            try:
                self.match(self.socket.recv(65535))
            except OSError:
                break
        now = time.monotonic()
        for ident, entry in list(self.waiting.items()):
            message, octets, started, resent = entry
            if now - started > GIVE_UP_AFTER:
                del self.waiting[ident]
                self.settled[ident] = (message, octets)
                self.report.violation("udp", message, "no answer", octets)
            elif now - started > RESEND_AFTER and not resent:
                entry[3] = True
                self.report.resent["udp"] += 1
                self.send(octets)

    def match(self, reply):
        ident = int.from_bytes(reply[:2], "big")
        if ident in self.waiting:
            message, octets, _, _ = self.waiting.pop(ident)
            self.settled[ident] = (message, octets)
            self.report.reply("udp", message, octets, reply)
        elif ident in self.settled and self.settled[ident][0].answer_due:
            pass  # answered twice because asked twice
        elif ident in self.settled:
            self.report.reply("udp", *self.settled[ident], reply)
        else:
            self.report.violation("udp", UNKNOWN, "a reply with an id never sent", b"", reply)


class Tcp:
    """Pipelined in batches; what must not be answered gets a connection of its own."""

    def __init__(self, address, report):
        self.address, self.report = address, report

    def run(self, messages):
        batch = []
        for message in messages:
            if "tcp" not in message.transports:
                continue
            self.report.sent["tcp"] += 1
            if message.answer_due:
                batch.append(message)
            else:
                self.report.silent["tcp"] += 1
                self.expect_nothing(message)
            if len(batch) == BATCH:
                self.ask(batch)
                batch = []
        self.ask(batch)

    def ask(self, batch):
        """A server may end a connection at a message it dislikes: each gets a second chance."""
        for message in self.exchange(batch):
            self.report.resent["tcp"] += 1
            if self.exchange([message]):
                octets = with_id(message.octets, 0)
                self.report.violation("tcp", message, "no answer", octets)

    def exchange(self, batch) -> list:
        """The messages that were not answered."""
        waiting = {i: (message, with_id(message.octets, i)) for i, message in enumerate(batch)}
        try:
            with self.connect() as connection:
                connection.sendall(b"".join(framed(octets) for _, octets in waiting.values()))
                while waiting:
                    reply = receive_framed(connection)
                    entry = waiting.pop(int.from_bytes(reply[:2], "big"), None)
                    if entry:
                        self.report.reply("tcp", *entry, reply)
                    else:
                        self.report.violation("tcp", UNKNOWN, "another id", b"", reply)
        except OSError:  # closed, reset, timed out
            pass
        return [message for message, _ in waiting.values()]

    def expect_nothing(self, message):
        octets = with_id(message.octets, 1)
        try:
            with self.connect() as connection:
                connection.sendall(framed(octets))
                connection.shutdown(socket.SHUT_WR)
                reply = receive_framed(connection)
                self.report.reply("tcp", message, octets, reply)
        except OSError:
            pass

    def connect(self):
        connection = socket.socket(self.address[0], socket.SOCK_STREAM)
        connection.settimeout(GIVE_UP_AFTER)
        connection.connect(self.address[1])
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection


def with_id(octets: bytes, ident: int) -> bytes:
    return ident.to_bytes(2, "big") + octets[2:] if len(octets) >= 2 else octets


def framed(octets: bytes) -> bytes:
    return len(octets).to_bytes(2, "big") + octets


def receive_framed(connection) -> bytes:
    return receive_exactly(connection, int.from_bytes(receive_exactly(connection, 2), "big"))


def receive_exactly(connection, size) -> bytes:
    octets = b""
    while len(octets) < size:
        part = connection.recv(size - len(octets))
        if not part:
            raise ConnectionError("closed")
        octets += part
    return octets


def with_normal_ones(messages, zone):
    for n, message in enumerate(messages, 1):
        yield message
        if n % NORMAL_EVERY == 0:
            yield normal(zone)
    yield normal(zone)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--server", default="127.0.0.1", help="address")
    parser.add_argument("--port", type=int, default=53)
    parser.add_argument("--zone", required=True, help="apex, such as ha.test.")
    parser.add_argument("--name", required=True, help="name in the zone with an A record")
    parser.add_argument("--count", type=int, default=10000, help="mutations (default 10000)")
    parser.add_argument("--seed", type=int, default=1, help="of the mutations (default 1)")
    return parser.parse_args()


def main() -> int:
    args = arguments()
    zone = Zone(name(args.zone), name(args.name))
    family = socket.AF_INET6 if ":" in args.server else socket.AF_INET
    address = (family, (args.server, args.port))
    report = Report()
    started = time.monotonic()
    try:
        for transport in (Udp(address, report), Tcp(address, report)):
            transport.run([normal(zone)])
        if report.violations:
            print(f"no right answer to a normal query from {args.server} port {args.port}")
            report.print(time.monotonic() - started)
            return 2
        for transport in (Udp(address, report), Tcp(address, report)):
            transport.run(with_normal_ones(kinds(zone), zone))
            transport.run(with_normal_ones(mutations(zone, args.seed, args.count), zone))
    except TooManyViolations:
        print(f"given up after {VIOLATIONS_MAX} violations")
    report.print(time.monotonic() - started)
    return 1 if report.violations else 0


if __name__ == "__main__":
    sys.exit(main())
