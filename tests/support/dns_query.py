"""A small DNS client for tests: one question, one answer, over UDP or TCP. Strict: anything odd in a reply is an error."""
import ipaddress
import os
import random
import socket
import struct
import time

TYPES = {"A": 1, "NS": 2, "SOA": 6, "TXT": 16, "AAAA": 28, "SRV": 33, "OPT": 41}
NAMES = {v: k for k, v in TYPES.items()}
RCODES = {0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED", 9: "NOTAUTH"}


def wire_name(text):
    labels = [l.encode() for l in text.rstrip(".").split(".") if l]
    return b"".join(bytes([len(l)]) + l for l in labels) + b"\0"


def query(name, qtype="A", edns=True, ident=None):
    ident = random.randrange(65536) if ident is None else ident
    head = struct.pack(">6H", ident, 0x0100, 1, 0, 0, 1 if edns else 0)
    opt = b"\0" + struct.pack(">HHIH", 41, 1232, 0, 0) if edns else b""
    return head + wire_name(name) + struct.pack(">HH", TYPES[qtype], 1) + opt


def read_name(data, at):
    labels, end, limit = [], None, at
    while True:
        size = data[at]
        if size >= 0xC0:
            target = struct.unpack(">H", data[at:at + 2])[0] & 0x3FFF
            assert target < limit, "pointer does not go backwards"
            end = at + 2 if end is None else end
            at = limit = target
        elif size == 0:
            return ".".join(labels) + ".", (at + 1 if end is None else end)
        else:
            assert size < 64, "bad label"
            labels.append(data[at + 1:at + 1 + size].decode("latin1"))
            at += 1 + size


class Reply:
    """rcode, aa, tc, answers/authority/additional as lists of (owner, type, ttl, data), ede = (code, text) or None."""

    def __init__(self, data):
        self.id, flags, *counts = struct.unpack(">6H", data[:12])
        assert flags & 0x8000, "QR is not set"
        self.rcode = RCODES.get(flags & 15, str(flags & 15))
        self.aa, self.tc = bool(flags & 0x400), bool(flags & 0x200)
        self.ede, self.size = None, len(data)
        at = 12
        for _ in range(counts[0]):
            self.qname, at = read_name(data, at)
            at += 4
        sections = []
        for count in counts[1:]:
            section = []
            for _ in range(count):
                record, at = self._record(data, at)
                if record:
                    section.append(record)
            sections.append(section)
        assert at == len(data), "octets behind the last record"
        self.answers, self.authority, self.additional = sections

    def _record(self, data, at):
        owner, at = read_name(data, at)
        rtype, _, ttl, size = struct.unpack(">HHIH", data[at:at + 10])
        at += 10
        rdata = data[at:at + size]
        assert len(rdata) == size, "record is cut off"
        if rtype == 41:
            self._options(rdata)
            return None, at + size
        kind = NAMES.get(rtype, f"TYPE{rtype}")
        if kind in ("A", "AAAA"):
            text = str(ipaddress.ip_address(rdata))
        elif kind == "NS":
            text = read_name(data, at)[0]
        elif kind == "SRV":
            text = "%d %d %d %s" % (*struct.unpack(">3H", rdata[:6]), read_name(data, at + 6)[0])
        elif kind == "TXT":
            text = rdata[1:1 + rdata[0]].decode()
        elif kind == "SOA":
            _, end = read_name(data, at)
            _, end = read_name(data, end)
            text = struct.unpack(">5I", data[end:end + 20])
        else:
            text = rdata.hex()
        return (owner, kind, ttl, text), at + size

    def _options(self, rdata):
        while rdata:
            code, size = struct.unpack(">HH", rdata[:4])
            if code == 15:
                self.ede = (struct.unpack(">H", rdata[4:6])[0], rdata[6:4 + size].decode())
            rdata = rdata[4 + size:]

    @property
    def data(self):
        return [r[3] for r in self.answers]


def ask(name, qtype="A", server="127.0.0.1", port=5300, tcp=False, timeout=2.0, edns=True):
    message = query(name, qtype, edns)
    if tcp:
        with socket.create_connection((server, port), timeout) as s:
            s.sendall(struct.pack(">H", len(message)) + message)
            head = _exactly(s, 2)
            reply = Reply(_exactly(s, struct.unpack(">H", head)[0]))
    else:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.connect((server, port))
            s.settimeout(timeout)
            s.send(message)
            reply = Reply(s.recv(65535))
    assert reply.id == struct.unpack(">H", message[:2])[0], "wrong id"
    return reply


def _exactly(sock, size):
    data = b""
    while len(data) < size:
        more = sock.recv(size - len(data))
        assert more, "connection closed in the middle of a message"
        data += more
    return data
