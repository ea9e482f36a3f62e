"""Kinds of hostile messages around EDNS, TSIG and sheer size.

Each generator: (variant, octets, allowed RCODEs[, further fields of Message]).
"""

from dns_wire import (A, ANY_CLASS, BADCOOKIE, BADVERS, FORMERR, IN, NOERROR, NOTAUTH, REFUSED, TXT,
                      labels, name, opt, option, record, tsig, tsig_rdata)
from hostile_message import UNKNOWN_OPTIONS, edns_is_clean, has_badkey, query

COOKIE, NSID, CLIENT_SUBNET, KEEPALIVE, PADDING = 10, 3, 8, 11, 12


def edns(z):
    def plain(*additional, **counts):
        return query(z.host, additional=additional, **counts)

    fine = {"opt": True, "check": edns_is_clean}
    for version in (1, 2, 255):
        yield f"version {version}", plain(opt(version=version)), {BADVERS}, fine
    unknown, local = UNKNOWN_OPTIONS
    yield "version 1, option", plain(opt(option(unknown, b"x"), version=1)), {BADVERS}, fine
    for size in (0, 1, 100, 511, 512, 513, 1232, 4096, 65535):
        yield f"size {size}", plain(opt(size=size)), {NOERROR}, fine
    for flags in (0x8000, 0x4000, 0x2000, 0xFFFF):
        yield f"flags {flags:#x}", plain(opt(flags=flags)), {NOERROR}, fine
    yield "two OPT", plain(opt(), opt()), {FORMERR}
    yield "OPT in the answer section", plain(opt(), ar=0, an=1), {FORMERR}
    yield "OPT in the authority section", plain(opt(), ar=0, ns=1), {FORMERR}
    yield "owner not root", plain(opt(owner=z.host)), {FORMERR}
    yield "RDLENGTH past the end", plain(opt(rdlength=4)), {FORMERR}
    for data in (1, 2, 3):
        yield f"{data} octets of data", plain(opt(b"\0" * data)), {FORMERR}
    yield "option past the end", plain(opt(option(unknown, b"x", 2))), {FORMERR}
    yield "option length 65535", plain(opt(option(unknown, b"x", 65535))), {FORMERR}
    for what, options in (("100 options", option(unknown, b"xyz") * 100), ("NSID", option(NSID)),
                          ("padding", option(PADDING, bytes(300))),
                          ("keepalive", option(KEEPALIVE)), ("local", option(local, b"x" * 50)),
                          ("client subnet", option(CLIENT_SUBNET, b"\0\1\x18\0\xc0\0\2"))):
        yield what, plain(opt(options)), {NOERROR}, fine
    for what, data in (("family 9", b"\0\x09\x18\0\xc0\0\2"), ("empty", b""),
                       ("prefix 33", b"\0\1\x21\0\xc0\0\2\1\1"), ("short", b"\0\1"),
                       ("trailing bits", b"\0\1\x14\0\xc0\0\xff")):
        yield f"client subnet, {what}", plain(opt(option(CLIENT_SUBNET, data))), {NOERROR, FORMERR}
    for size in (8, 16, 24, 40):
        octets = plain(opt(option(COOKIE, b"c" * size)))
        yield f"cookie of {size} octets", octets, {NOERROR, BADCOOKIE}, fine
    for size in (0, 1, 7, 9, 15, 41, 100):
        yield f"cookie of {size} octets", plain(opt(option(COOKIE, b"c" * size))), {FORMERR}


def tsig_on_a_query(z):
    def signed(*additional, **counts):
        return query(z.host, additional=additional, **counts)

    algorithm = name("hmac-sha256.")
    address = record(z.host, A, b"\x7f\0\0\1")
    badkey = {"check": has_badkey}
    yield "unknown key", signed(tsig()), {NOTAUTH}, badkey
    yield "unknown key, with OPT", signed(opt(), tsig()), {NOTAUTH}, badkey
    yield "unknown algorithm", signed(tsig(tsig_rdata(name("hmac-nosuch.")))), {NOTAUTH}, badkey
    yield "root algorithm, empty MAC", signed(tsig(tsig_rdata(b"\0", mac=b""))), {NOTAUTH, FORMERR}
    yield "key is the root", signed(tsig(key=b"\0")), {NOTAUTH, FORMERR}
    yield "key below the zone", signed(tsig(key=z.host)), {NOTAUTH}, badkey
    yield "time 0", signed(tsig(tsig_rdata(time=0))), {NOTAUTH}, badkey
    yield "MAC of 2048 octets", signed(tsig(tsig_rdata(mac=b"m" * 2048))), {NOTAUTH}, badkey
    longest = tsig(tsig_rdata(z.longest()), z.longest())
    yield "longest key and algorithm", signed(longest), {NOTAUTH}
    yield "class IN", signed(tsig(rclass=IN)), {FORMERR}
    yield "TTL 1", signed(tsig(ttl=1)), {FORMERR}
    yield "not last", signed(tsig(), opt()), {FORMERR}
    yield "before another record", signed(tsig(), address), {FORMERR}
    yield "twice", signed(tsig(), tsig()), {FORMERR}
    yield "in the answer section", signed(tsig(), an=1, ar=0), {FORMERR}
    rdata = tsig_rdata()
    for cut in (0, 5, len(algorithm), len(algorithm) + 8, len(algorithm) + 20, len(rdata) - 1):
        yield f"RDATA cut at {cut}", signed(tsig(rdata[:cut])), {FORMERR}
    yield "RDATA too long", signed(tsig(rdata + b"x")), {FORMERR}
    yield "compressed algorithm", signed(tsig(tsig_rdata(b"\xc0\x0c"))), {NOTAUTH, FORMERR}
    yield "algorithm points to itself", signed(tsig(tsig_rdata(b"\xc0\x80"))), {NOTAUTH, FORMERR}
    sig0 = record(b"\0", 24, bytes(18) + name("key.example.") + b"s" * 64, ANY_CLASS)
    yield "SIG(0)", signed(sig0), {NOERROR, FORMERR, REFUSED, NOTAUTH}


def size_and_work(z):
    """Bounded work: what a careless reader does in quadratic time or memory."""
    may = {NOERROR, FORMERR}
    for size in (4000, 4096, 4097, 60000):
        yield f"{size} octets", query(z.host) + bytes(size - len(query(z.host))), may
    yield "65535 octets", query(z.host) + bytes(65535 - len(query(z.host))), may, {
        "transports": ("tcp",)}
    padding = opt(option(PADDING, bytes(4000)))
    yield "padding of 4000 octets", query(z.host, additional=[padding]), may
    # A chain of pointers, each to the one before, inside the RDATA of the first record.
    base = len(query(z.host)) + 11  # of that RDATA, behind a root owner
    links = b"\0" + b"".join((0xC000 | base + max(2 * i - 1, 0)).to_bytes(2, "big")
                             for i in range(8000) if base + 2 * i < 0x3FFF)
    chained = record(b"\0", 65280, links)
    through = record((0xC000 | base + len(links) - 2).to_bytes(2, "big"), A, b"\x7f\0\0\1")
    yield "chain of pointers", query(z.host, additional=[chained, through]), may
    many = [chained] + [through] * 400
    yield "400 records through the chain", query(z.host, additional=many), may
    deep = [record(labels(*[b"a"] * 126), A, b"\x7f\0\0\1")] * 60
    yield "60 records of 127 labels", query(z.host, additional=deep), may
    yield "5000 records", query(z.host, additional=[record(b"\0", TXT, b"\0")] * 5000), may
    strings = record(b"\0", TXT, bytes(50000))
    yield "50000 empty strings", query(z.host, additional=[strings]), may
