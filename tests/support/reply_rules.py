"""What must hold of every reply to any message whatever, and of replies to messages of known kind.

    wrong = broken_rules(message, sent, reply, "udp")     # [] = nothing wrong
"""

from dns_wire import FORMERR, NOTIMP, NXDOMAIN, RCODES, Malformed, offered_size, read


def broken_rules(message, sent: bytes, reply: bytes, transport: str) -> list:
    """`sent` is the message with the id it was sent with."""
    if not message.answer_due:
        return ["a reply to what is no query"]
    try:
        parsed = read(reply)
    except Malformed as error:
        return [f"the reply does not parse: {error}"]
    return [wrong for wrong in of_any_reply(sent, reply, parsed, transport) if wrong] + \
           [wrong for wrong in of_this_reply(message, parsed) if wrong]


def of_any_reply(sent, reply, parsed, transport):
    asked = int.from_bytes(sent[2:4], "big")
    yield parsed.ident != int.from_bytes(sent[:2], "big") and "another id"
    yield not parsed.flags & 0x8000 and "QR=0"
    yield parsed.opcode != asked >> 11 & 15 and f"opcode {parsed.opcode} is not the query's"
    yield parsed.flags & 0x0080 and "RA=1 without recursion"
    yield parsed.flags & 0x0040 and "Z=1"
    yield parsed.flags & 0x0100 and not asked & 0x0100 and "RD=1 that was not asked for"
    if transport == "udp":
        limit = offered_size(sent)
        yield len(reply) > limit and f"{len(reply)} octets, {limit} were offered"
    else:
        yield parsed.flags & 0x0200 and "TC=1 over TCP"
    yield len(parsed.questions) > 1 and "more than one question"
    for question in parsed.questions:
        yield sent[12:12 + len(question)] != question and "the question is not the query's"
    answered = parsed.sections[0] or parsed.rcode == NXDOMAIN
    yield answered and not parsed.questions and "an answer without its question"
    # RFC 6891 section 6.1.1: nobody gets two.
    yield sum(r.rtype == 41 for s in parsed.sections for r in s) > 1 and "several OPT records"
    if parsed.rcode in (FORMERR, NOTIMP):
        yield (parsed.sections[0] or parsed.sections[1]) and "records in an error reply"


def of_this_reply(message, parsed):
    if message.rcodes is not None and parsed.rcode not in message.rcodes:
        allowed = " or ".join(rcode_text(rcode) for rcode in sorted(message.rcodes))
        yield f"{rcode_text(parsed.rcode)}, not {allowed}"
        return
    if message.opt is not None and message.opt != (parsed.opt is not None):
        yield "no OPT" if message.opt else "an OPT that was not asked for"
    if message.check and not parsed.flags & 0x0200:  # TC: the records may be missing
        yield message.check(parsed)


def rcode_text(rcode: int) -> str:
    return RCODES.get(rcode, f"RCODE{rcode}")
