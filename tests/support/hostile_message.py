"""What a hostile message is: its octets, its name, and what may be answered.

Shared by hostile_messages.py, which knows every kind by name, and hostile_mutations.py.
"""

from dataclasses import dataclass
from typing import Callable, Optional

from dns_wire import A, AAAA, IN, NOERROR, SOA, TSIG, header, labels, question


UNKNOWN_OPTIONS = (100, 65001)  # not assigned; for local use


@dataclass(frozen=True)
class Message:
    kind: str
    variant: str
    octets: bytes
    rcodes: Optional[frozenset] = None  # allowed ones; None = any
    opt: Optional[bool] = None  # whether the reply must have an OPT record; None = either
    check: Optional[Callable] = None  # of the parsed reply -> what is wrong, or None
    transports: tuple = ("udp", "tcp")

    @property
    def answer_due(self) -> bool:
        """A whole header that is no response: silence would be wrong (RFC 8906)."""
        return len(self.octets) >= 12 and not self.octets[2] & 0x80


@dataclass(frozen=True)
class Zone:
    """What the server under test serves: an apex, and a name in it with an A record."""
    apex: bytes
    host: bytes

    def below(self, *parts: bytes) -> bytes:
        return labels(*parts)[:-1] + self.apex

    def longest(self) -> bytes:
        """255 octets, in the zone."""
        left, parts = 255 - len(self.apex), []
        while left:
            size = min(63, left - 1)
            size -= 1 if left - 1 - size == 1 else 0  # one octet alone is no label
            parts.append(b"a" * size)
            left -= size + 1
        return self.below(*parts)


def query(owner, qtype=A, qclass=IN, flags=0, additional=(), **counts) -> bytes:
    counts = {"ar": len(additional)} | counts
    return header(flags=flags, **counts) + question(owner, qtype, qclass) + b"".join(additional)


# --- checks of single replies ---------------------------------------------------------------------


def has_address(reply):
    return None if any(r.rtype in (A, AAAA) for r in reply.sections[0]) else "no address in it"


def is_negative(reply):
    if reply.sections[0]:
        return "records in the answer section"
    return None if any(r.rtype == SOA for r in reply.sections[1]) else "no SOA in authority"


def no_referral(reply):
    return "records in a refusal" if reply.sections[0] or reply.sections[1] else None


def has_badkey(reply):
    found = [r for r in reply.sections[2] if r.rtype == TSIG]
    if len(found) != 1 or reply.sections[2][-1].rtype != TSIG:
        return "no TSIG as last record"
    return None if found[0].rdata[-4:-2] == b"\0\x11" else "TSIG error is not BADKEY"


def edns_is_clean(reply):
    """Version 0, no flag but DO, none of the undefined options of the query (RFC 6891)."""
    if reply.opt is None:
        return "no OPT"
    if reply.opt.ttl & 0x00FF7FFF:
        return "version or flags in the OPT"
    data = reply.opt.rdata
    while data:
        if int.from_bytes(data[:2], "big") in UNKNOWN_OPTIONS:
            return "an unknown option came back"
        data = data[4 + int.from_bytes(data[2:4], "big"):]
    return None


# The one that must be answered, whatever came before.
def normal(zone: Zone) -> Message:
    return Message("normal", "A", query(zone.host), frozenset({NOERROR}), False, has_address)
