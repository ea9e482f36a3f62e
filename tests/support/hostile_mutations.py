"""Random mutations of valid messages, of which only the general rules of replies are known."""

import random

from dns_wire import (A, AAAA, ANY, CH, CNAME, NS, SOA, SRV, TXT, header, name, opt, option, record,
                      tsig)
from hostile_message import Message, Zone, query
from hostile_records import CLIENT_SUBNET, COOKIE, NSID, PADDING


def bases(z: Zone) -> list:
    return [
        query(z.host),
        query(z.host, AAAA, flags=0x0100, additional=[opt()]),
        query(z.host, additional=[opt(option(COOKIE, b"c" * 8) + option(NSID), flags=0x8000)]),
        query(z.host, additional=[opt(option(CLIENT_SUBNET, b"\0\1\x18\0\xc0\0\2"), 4096)]),
        query(z.below(b"nosuch-name"), TXT, additional=[opt(option(PADDING, bytes(40)))]),
        query(z.apex, NS), query(z.apex, SOA, additional=[opt(size=512)]), query(z.apex, ANY),
        query(z.below(b"_amqp", b"_tcp"), SRV), query(name("www.example.com."), CNAME),
        query(name("version.bind."), TXT, CH), header(qd=0, ar=1) + opt(option(COOKIE, b"c" * 8)),
        query(z.host, additional=[tsig()]), query(z.host, additional=[opt(), tsig()]),
        query(z.apex, SOA, flags=5 << 11, ns=1) + record(z.host, A, b"\xc0\0\2\x63", ttl=60),
        query(z.apex, SOA, flags=4 << 11 | 0x400),
    ]


def flip_bits(r, m):
    for _ in range(r.choice((1, 1, 2, 8))):
        m[r.randrange(len(m))] ^= 1 << r.randrange(8)


def cut(r, m):
    del m[r.randrange(len(m)):]


def insert(r, m):
    at = r.randrange(len(m) + 1)
    m[at:at] = r.randbytes(r.choice((1, 2, 4, 11, 40)))


def remove(r, m):
    at = r.randrange(len(m))
    del m[at:at + r.choice((1, 2, 4, 11))]


def duplicate(r, m):
    """Some stretch again, as a section or a record repeated."""
    start = r.randrange(len(m))
    stretch = m[start:start + r.choice((1, 5, 11, 30, 200))]
    at = r.choice((len(m), r.randrange(len(m) + 1)))
    m[at:at] = stretch * r.choice((1, 1, 2, 20))


def lie_about_a_length(r, m):
    at = r.randrange(len(m))
    if r.random() < 0.5:
        m[at] = r.choice((0, 1, 63, 64, 127, 128, 191, 192, 255, (m[at] + 1) % 256))
    else:
        m[at:at + 2] = r.choice((0, 1, 0xFF, 0x100, 0x7FFF, 0xFFFF, len(m))).to_bytes(2, "big")


def point_somewhere(r, m):
    at = r.randrange(len(m))
    m[at:at + 2] = (0xC000 | r.choice((at, 12, 0, len(m), r.randrange(0x4000)))).to_bytes(2, "big")


def random_counts(r, m):
    for at in (4, 6, 8, 10):
        if r.random() < 0.5:
            m[at:at + 2] = r.choice((0, 0, 1, 1, 2, 3, 255, 65535)).to_bytes(2, "big")


def random_flags(r, m):
    """Mostly still a query: what another opcode leads to is soon known."""
    mask = r.choice((0x07FF, 0x07FF, 0x07FF, 0x07FF, 0x7FFF, 0xFFFF))
    m[2:4] = (r.randrange(0x10000) & mask).to_bytes(2, "big")


OPERATORS = (flip_bits, flip_bits, cut, insert, remove, duplicate, lie_about_a_length,
             lie_about_a_length, point_somewhere, random_counts, random_flags)


def mutations(zone: Zone, seed: int, count: int):
    """The n-th message depends on the seed and n alone."""
    originals = bases(zone)
    for n in range(count):
        r = random.Random(seed << 32 | n)
        octets = bytearray(r.choice(originals))
        applied = [r.choice(OPERATORS) for _ in range(r.choice((1, 1, 1, 2, 3)))]
        for operator in applied:
            if len(octets) >= 12:
                operator(r, octets)
        what = f"{n} of seed {seed}: " + ", ".join(o.__name__ for o in applied)
        yield Message("mutation", what, bytes(octets[:65535]))
