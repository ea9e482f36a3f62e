"""Every kind of message that a DNS server must survive, by name.

kinds() yields Message objects with the RCODEs that an authoritative server without recursion,
transfer, update and keys may answer with; hostile_mutations.py adds random ones.
"""

from dns_wire import (A, ANY, ANY_CLASS, AXFR, CH, DS, FORMERR, HS, IXFR, MX, NOERROR, NONE_CLASS,
                      NOTAUTH, NOTIMP, NS, NXDOMAIN, OPT, REFUSED, SOA, TSIG, TXT, header, labels,
                      name, opt, option, question, record, tsig)
from hostile_message import Message, Zone, has_address, is_negative, no_referral, query
from hostile_records import COOKIE, edns, size_and_work, tsig_on_a_query

# Each generator: (variant, octets, allowed RCODEs[, further fields of Message]).


def not_a_query(z):
    whole = query(z.host)
    for size in (0, 1, 2, 11):
        yield f"{size} octets", whole[:size], ()
    yield "QR=1", query(z.host, flags=0x8000), ()
    yield "QR=1 and every other bit", query(z.host, flags=0xFFFF), ()
    yield "QR=1, header alone", header(flags=0x8000, qd=0), ()
    yield "QR=1, FORMERR", header(flags=0x8001, qd=0), ()
    answer = record(b"\xc0\x0c", A, b"\x7f\0\0\1")
    yield "a response with an answer", query(z.host, flags=0x8400, an=1) + answer, ()


def broken_question(z):
    cookie = opt(option(COOKIE, b"c" * 8))
    yield "QDCOUNT 0", header(qd=0), {FORMERR}
    yield "QDCOUNT 0 with OPT", header(qd=0, ar=1) + opt(), {FORMERR}
    yield "QDCOUNT 0 with COOKIE", header(qd=0, ar=1) + cookie, {NOERROR}  # RFC 7873 section 5.4
    yield "QDCOUNT 0 with a question", header(qd=0) + question(z.host), {FORMERR}
    whole = query(z.host)
    for cut, what in ((12, "nothing"), (15, "half a label"), (len(whole) - 5, "no end of name"),
                      (len(whole) - 4, "no type"), (len(whole) - 3, "half a type"),
                      (len(whole) - 2, "no class"), (len(whole) - 1, "half a class")):
        yield what, whole[:cut], {FORMERR}
    yield "two equal questions", query(z.host, qd=2) + question(z.host), {FORMERR}
    yield "two questions", query(z.host, qd=2) + question(z.apex, SOA), {FORMERR}
    for count in (2, 1000, 65535):
        yield f"QDCOUNT {count}, one there", query(z.host, qd=count), {FORMERR}
    for what, owner in (("to itself", b"\xc0\x0c"), ("two-cycle", b"\xc0\x0e\xc0\x0c"),
                        ("forward", b"\xc0\x20"), ("past the end", b"\xff\xff"),
                        ("into the header", b"\xc0\x00"), ("behind a label", b"\1a\xc0\x0c"),
                        ("half a pointer", b"\xc0")):
        yield f"pointer {what}", header() + question(owner), {FORMERR}
    for kind in (0x40, 0x41, 0x7F, 0x80, 0xBF):
        yield f"label type {kind:#x}", header() + question(bytes([kind]) + z.host), {FORMERR}
    for size in (256, 300, 3000):
        long = labels(*[b"a" * 9] * (size // 10), b"b" * max(size % 10 - 1, 1))
        yield f"name of {len(long)} octets", header() + question(long), {FORMERR}
    yield "name of 129 labels", header() + question(labels(*[b"a"] * 129)), {FORMERR}


def counts_and_surplus(z):
    address = record(z.host, A, b"\x7f\0\0\1")
    for section in ("an", "ns", "ar"):
        yield f"{section.upper()}COUNT 1, none there", query(z.host, **{section: 1}), {FORMERR}
        yield f"{section.upper()}COUNT 65535", query(z.host, **{section: 65535}), {FORMERR}
    long = record(z.host, A, b"\x7f\0\0\1", rdlength=5)
    yield "RDLENGTH past the end", query(z.host, ar=1) + long, {FORMERR}
    yield "RDLENGTH 65535", query(z.host, ar=1) + record(b"\0", TXT, b"", rdlength=65535), {FORMERR}
    yield "record cut in its header", query(z.host, ar=1) + address[:-8], {FORMERR}
    yield "record in the answer section", query(z.host, an=1) + address, {FORMERR}
    yield "record in the authority section", query(z.host, ns=1) + address, {FORMERR}
    yield "record in the additional section", query(z.host, ar=1) + address, {NOERROR, FORMERR}
    for size in (1, 2, 11, 100, 400):
        yield f"{size} trailing octets", query(z.host) + b"\xc0" * size, {NOERROR}, {
            "check": has_address}


def legal_names(z):
    for what, owner in (("63-octet label", z.below(b"l" * 63)), ("255 octets", z.longest()),
                        ("NUL", z.below(b"a\0b")), ("dot in a label", z.below(b"a.b")),
                        ("8-bit octets", z.below(b"\x80\xff\xfe")), ("space", z.below(b"a b")),
                        ("backslash", z.below(b"\\")), ("NXDOMAIN", z.below(b"nosuch-name")),
                        ("below NXDOMAIN", z.below(b"x", b"nosuch-name"))):
        yield what, query(owner), {NXDOMAIN}, {"check": is_negative, "opt": False}
    for what, owner in (("upper case", z.host.upper()), ("mixed case", swap_case(z.host))):
        yield what, query(owner), {NOERROR}, {"check": has_address, "opt": False}
    for what, owner, qtype in (("NODATA", z.host, MX), ("DS at the apex", z.apex, DS)):
        yield what, query(owner, qtype), {NOERROR}, {"check": is_negative}
    yield "SOA", query(z.apex, SOA), {NOERROR}
    yield "NS", query(z.apex, NS), {NOERROR}
    yield "literal *", query(z.below(b"*")), {NOERROR, NXDOMAIN}
    yield "* inside", query(z.below(b"a", b"*")), {NOERROR, NXDOMAIN}
    yield "perhaps an empty non-terminal", query(z.below(b"_tcp")), {NOERROR, NXDOMAIN}
    parent, trap = z.apex[1 + z.apex[0]:], suffix_trap(z.apex)
    for what, owner, qtype in (("foreign", name("www.example.com."), A), ("root", b"\0", NS),
                               ("parent", parent, SOA), ("suffix trap", trap, A),
                               ("below the suffix trap", b"\1a" + trap, A)):
        yield what, query(owner, qtype), {REFUSED}, {"check": no_referral}


def swap_case(owner: bytes) -> bytes:
    return bytes(o ^ 0x20 if chr(o).isalpha() and i % 2 else o for i, o in enumerate(owner))


def suffix_trap(apex: bytes) -> bytes:
    """xha.test. for ha.test."""
    return bytes([apex[0] + 1]) + b"x" + apex[1:]


def classes_and_types(z):
    for what, qclass in (("CH", CH), ("HS", HS), ("ANY", ANY_CLASS), ("NONE", NONE_CLASS), ("0", 0),
                         ("100", 100)):
        yield f"class {what}", query(z.host, A, qclass), {NOERROR, FORMERR, NOTIMP, REFUSED}
    version = query(name("version.bind."), TXT, CH)
    yield "version.bind", version, {NOERROR, NOTIMP, REFUSED}
    for qtype in (0, OPT, 128, 249, TSIG, 253, 254):
        yield f"type {qtype}", query(z.host, qtype), {NOERROR, FORMERR, NOTIMP, REFUSED}
    for qtype in (AXFR, IXFR):
        yield f"type {qtype} at the apex", query(z.apex, qtype), {FORMERR, NOTIMP, REFUSED, NOTAUTH}
        yield f"type {qtype} below", query(z.host, qtype), {FORMERR, NOTIMP, REFUSED, NOTAUTH}
    for qtype in (46, 50, 99, 1000, 65280, 65535):
        yield f"type {qtype}", query(z.host, qtype), {NOERROR}, {"check": is_negative}
    yield "type ANY", query(z.host, ANY), {NOERROR}
    yield "type ANY at the apex", query(z.apex, ANY), {NOERROR}


def flags_and_opcodes(z):
    for bit, what in ((0x0400, "AA"), (0x0200, "TC"), (0x0100, "RD"), (0x0080, "RA"), (0x0040, "Z"),
                      (0x0020, "AD"), (0x0010, "CD"), (0x0007, "an RCODE"), (0x07FF, "all flags")):
        yield what, query(z.host, flags=bit), {NOERROR}, {"check": has_address, "opt": False}
    for opcode in range(1, 16):
        flags = opcode << 11
        may = {NOTIMP, REFUSED, NOTAUTH} if opcode in (4, 5) else {NOTIMP}
        yield f"opcode {opcode}", query(z.host, flags=flags), may
        yield f"opcode {opcode}, with OPT", query(z.host, flags=flags, additional=[opt()]), may
        yield f"opcode {opcode}, all flags", query(z.host, flags=flags | 0x7FF), may
        # FORMERR is as good for a message that its opcode may not allow.
        yield f"opcode {opcode}, header alone", header(flags=flags, qd=0), may | {FORMERR}


def update_and_notify(z):
    update, notify = 5 << 11, 4 << 11
    add = record(z.host, A, b"\xc0\0\2\x63", ttl=60)
    any_address, anything = (record(z.host, t, b"", ANY_CLASS) for t in (A, ANY))
    rows = {
        "UPDATE, empty": query(z.apex, SOA, flags=update),
        "UPDATE, add": query(z.apex, SOA, flags=update, ns=1) + add,
        "UPDATE, delete": query(z.apex, SOA, flags=update, ns=1) + any_address,
        "UPDATE, prerequisite": query(z.apex, SOA, flags=update, an=1) + anything,
        "UPDATE, zone class ANY": query(z.apex, SOA, ANY_CLASS, flags=update),
        "UPDATE, zone type ANY": query(z.apex, ANY, flags=update),
        "UPDATE, delete of type ANY": query(z.apex, SOA, flags=update, ns=1) + anything,
        "UPDATE, unknown key": query(z.apex, SOA, flags=update, ns=1, ar=1) + add + tsig(),
        "UPDATE, foreign zone": query(name("example.com."), SOA, flags=update),
        "NOTIFY": query(z.apex, SOA, flags=notify | 0x400),
        "NOTIFY, with SOA": query(z.apex, SOA, flags=notify | 0x400, an=1) +
        record(z.apex, SOA, b"\0\0" + bytes(20)),
        "NOTIFY, unknown key": query(z.apex, SOA, flags=notify, ar=1) + tsig(),
    }
    for what, octets in rows.items():
        yield what, octets, {NOTIMP, REFUSED, NOTAUTH}


KINDS = {
    "not a query": not_a_query,
    "broken question": broken_question,
    "counts and surplus": counts_and_surplus,
    "legal names": legal_names,
    "classes and types": classes_and_types,
    "flags and opcodes": flags_and_opcodes,
    "UPDATE and NOTIFY": update_and_notify,
    "EDNS": edns,
    "TSIG on a query": tsig_on_a_query,
    "size and work": size_and_work,
}


def kinds(zone: Zone):
    for kind, rows in KINDS.items():
        for variant, octets, rcodes, *more in rows(zone):
            yield Message(kind, variant, octets, frozenset(rcodes), **(more[0] if more else {}))
