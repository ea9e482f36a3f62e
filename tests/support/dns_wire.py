"""DNS messages in wire format: parts to build any message from, legal or not, and a strict reader.

Nothing here knows a server. The builders check nothing on purpose; the reader accepts only what
RFC 1035, 2782, 3597, 6891 and 8945 allow in a reply, otherwise it raises Malformed.
"""

import struct
from dataclasses import dataclass

A, NS, CNAME, SOA, PTR, MX, TXT, AAAA, SRV, OPT, DS = 1, 2, 5, 6, 12, 15, 16, 28, 33, 41, 43
TSIG, IXFR, AXFR, ANY = 250, 251, 252, 255
IN, CH, HS, NONE_CLASS, ANY_CLASS = 1, 3, 4, 254, 255

RCODES = {0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED",
          9: "NOTAUTH", 16: "BADVERS", 17: "BADKEY", 23: "BADCOOKIE"}
NOERROR, FORMERR, SERVFAIL, NXDOMAIN, NOTIMP, REFUSED, NOTAUTH, BADVERS, BADKEY, BADCOOKIE = RCODES


# --- building -------------------------------------------------------------------------------------


def labels(*parts: bytes) -> bytes:
    """A whole name: each part with its length in front, then the root."""
    return b"".join(bytes([len(p)]) + p for p in parts) + b"\0"


def name(text: str) -> bytes:
    """Presentation format without escapes; the final dot may be missing."""
    return labels(*(p.encode() for p in text.rstrip(".").split(".") if p))


def header(ident=0, flags=0, qd=1, an=0, ns=0, ar=0) -> bytes:
    return struct.pack("!6H", ident, flags, qd, an, ns, ar)


def question(owner: bytes, qtype=A, qclass=IN) -> bytes:
    return owner + struct.pack("!2H", qtype, qclass)


def record(owner: bytes, rtype, rdata=b"", rclass=IN, ttl=0, rdlength=None) -> bytes:
    length = len(rdata) if rdlength is None else rdlength
    return owner + struct.pack("!2HIH", rtype, rclass, ttl, length) + rdata


def option(code: int, data=b"", length=None) -> bytes:
    return struct.pack("!2H", code, len(data) if length is None else length) + data


def opt(options=b"", size=1232, version=0, flags=0, owner=b"\0", rdlength=None) -> bytes:
    return record(owner, OPT, options, size, version << 16 | flags, rdlength)


def tsig_rdata(algorithm=name("hmac-sha256."), time=1_700_000_000, mac=b"m" * 32, error=0) -> bytes:
    return (algorithm + time.to_bytes(6, "big") + struct.pack("!2H", 300, len(mac)) + mac +
            struct.pack("!3H", 0, error, 0))


def tsig(rdata=None, key=name("unknown.key."), rclass=ANY_CLASS, ttl=0) -> bytes:
    return record(key, TSIG, tsig_rdata() if rdata is None else rdata, rclass, ttl)


# --- reading --------------------------------------------------------------------------------------


class Malformed(Exception):
    """What is wrong with a message, and where."""


@dataclass
class Record:
    owner: bytes  # wire form, uncompressed
    rtype: int
    rclass: int
    ttl: int
    rdata: bytes


@dataclass
class Reply:
    ident: int
    flags: int
    questions: list  # the octets of each
    sections: tuple  # lists of Record: answer, authority, additional

    @property
    def opcode(self):
        return self.flags >> 11 & 15

    @property
    def opt(self):
        return next((r for r in self.sections[2] if r.rtype == OPT), None)

    @property
    def rcode(self):
        """With the upper bits from the OPT record."""
        return (self.flags & 15) | ((self.opt.ttl >> 24) << 4 if self.opt else 0)


class Reader:
    """From front to back; a failed read raises Malformed."""

    def __init__(self, message: bytes):
        self.message, self.at = message, 0

    def fail(self, what):
        raise Malformed(f"{what} at octet {self.at}")

    def take(self, count) -> bytes:
        if self.at + count > len(self.message):
            self.fail(f"{count} octets wanted, {len(self.message) - self.at} left")
        self.at += count
        return self.message[self.at - count:self.at]

    def u16(self):
        return int.from_bytes(self.take(2), "big")

    def name(self, compressed=True) -> bytes:
        """A compression pointer must point before where its name began, so a walk always ends."""
        out, end, floor = b"", None, self.at
        while True:
            length = self.take(1)[0]
            if length >= 0xC0:
                target = (length & 0x3F) << 8 | self.take(1)[0]
                if not compressed:
                    self.fail("compression pointer where none is allowed")
                if not 12 <= target < floor:
                    self.fail(f"pointer to {target}, not backwards")
                end = self.at if end is None else end
                self.at = floor = target
                continue
            if length > 63:
                self.fail(f"label type {length >> 6}")
            out += bytes([length]) + self.take(length)
            if len(out) > 255:
                self.fail("name over 255 octets")
            if length == 0:
                self.at = self.at if end is None else end
                return out

    def record(self) -> Record:
        owner = self.name()
        rtype, rclass = self.u16(), self.u16()
        ttl = int.from_bytes(self.take(4), "big")
        end = self.u16() + self.at
        start = self.at
        if end > len(self.message):
            self.fail("RDLENGTH beyond the message")
        self.rdata(rtype, end)
        if self.at != end:
            self.fail(f"RDATA of type {rtype} is not RDLENGTH long")
        return Record(owner, rtype, rclass, ttl, self.message[start:end])

    def rdata(self, rtype, end):
        if rtype == A:
            self.take(4)
        elif rtype == AAAA:
            self.take(16)
        elif rtype in (NS, CNAME, PTR):
            self.name()
        elif rtype == SOA:
            self.name(), self.name(), self.take(20)
        elif rtype == MX:
            self.take(2), self.name()
        elif rtype == SRV:
            self.take(6), self.name(compressed=False)  # RFC 2782
        elif rtype == TSIG:
            self.name(compressed=False), self.take(8), self.take(self.u16()), self.take(4)
            self.take(self.u16())
        elif rtype == TXT:
            self.take(self.take(1)[0])  # at least one string
            while self.at < end:
                self.take(self.take(1)[0])
        elif rtype == OPT:
            while self.at < end:
                self.u16(), self.take(self.u16())
        else:
            self.take(end - self.at)  # RFC 3597


def read(message: bytes) -> Reply:
    """The whole message, to its last octet."""
    reader = Reader(message)
    ident, flags, qd, *counts = struct.unpack("!6H", reader.take(12))
    questions = []
    for _ in range(qd):
        start = reader.at
        reader.name(compressed=False), reader.take(4)
        questions.append(message[start:reader.at])
    sections = tuple([reader.record() for _ in range(count)] for count in counts)
    if reader.at != len(message):
        reader.fail(f"{len(message) - reader.at} octets behind the last record")
    return Reply(ident, flags, questions, sections)


def offered_size(query: bytes) -> int:
    """The UDP size that the query's OPT offers, at least 512; 512 for what cannot be read.

    Lenient: trailing octets and several OPT records (the largest counts) are accepted, so that a
    server is never blamed for having read a broken query in its favour.
    """
    reader = Reader(query)
    size = 512
    try:
        _, _, qd, *counts = struct.unpack("!6H", reader.take(12))
        for _ in range(qd):
            reader.name(), reader.take(4)
        for _ in range(sum(counts)):
            reader.name()
            rtype, rclass = reader.u16(), reader.u16()
            reader.take(4), reader.take(reader.u16())
            size = max(size, rclass if rtype == OPT else 0)
    except Malformed:
        pass
    return size
