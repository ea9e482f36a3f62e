"""The judge of the hostile-input test must itself notice what is wrong."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from dns_wire import (A, NOERROR, OPT, SOA, TXT, Malformed, header, name, offered_size, opt,
                      question, read, record)
from hostile_message import Message, Zone, has_address, query
from hostile_messages import kinds
from hostile_mutations import mutations
from reply_rules import broken_rules

HOST, ZONE = name("active.ha.test."), Zone(name("ha.test."), name("active.ha.test."))
ADDRESS = record(b"\xc0\x0c", A, b"\xc0\0\2\1", ttl=5)
NORMAL = Message("test", "A", query(HOST), frozenset({NOERROR}), False, has_address)
BIG = record(b"\xc0\x0c", TXT, (b"\xff" + b"x" * 255) * 3)


def reply(flags=0x8400, an=1, ar=0, owner=HOST, rest=ADDRESS, ident=0):
    return header(ident, flags, 1, an, 0, ar) + question(owner) + rest


class ReplyRules(unittest.TestCase):
    def test_a_right_reply_breaks_no_rule(self):
        self.assertEqual(broken_rules(NORMAL, NORMAL.octets, reply(), "udp"), [])

    def test_each_fault_is_noticed(self):
        for fault, octets in (
                ("another id", reply(ident=1)),
                ("QR=0", reply(0x0400)),
                ("opcode 1 is not the query's", reply(0x8C00)),
                ("RA=1 without recursion", reply(0x8480)),
                ("Z=1", reply(0x8440)),
                ("RD=1 that was not asked for", reply(0x8500)),
                ("the question is not the query's", reply(owner=HOST.upper())),
                ("812 octets, 512 were offered", reply(rest=BIG)),
                ("FORMERR, not NOERROR", reply(0x8401)),
                ("records in an error reply", reply(0x8401)),
                ("no address in it", reply(an=0, rest=b"")),
                ("an OPT that was not asked for", reply(ar=1, rest=ADDRESS + opt())),
                ("several OPT records", reply(ar=2, rest=ADDRESS + opt() + opt())),
                ("does not parse", reply()[:-1]),
                ("does not parse", reply() + b"x"),
                ("does not parse", reply(an=2)),
                ("does not parse", b"\0" * 11)):
            with self.subTest(fault):
                found = broken_rules(NORMAL, NORMAL.octets, octets, "udp")
                self.assertIn(fault, " / ".join(found))

    def test_truncation_is_for_udp(self):
        cut = reply(0x8600, an=0, rest=b"")
        self.assertEqual(broken_rules(NORMAL, NORMAL.octets, cut, "udp"), [])
        self.assertEqual(broken_rules(NORMAL, NORMAL.octets, cut, "tcp"), ["TC=1 over TCP"])

    def test_no_reply_may_come_to_a_response(self):
        response = Message("test", "QR", query(HOST, flags=0x8000))
        self.assertFalse(response.answer_due)
        self.assertTrue(broken_rules(response, response.octets, reply(), "udp"))

    def test_the_reader_refuses_what_is_not_a_message(self):
        for what, rest in (("pointer to itself", record(b"\xc0\x1f", A, b"\0\0\0\0")),
                           ("forward pointer", record(b"\xc0\x30", A, b"\0\0\0\0")),
                           ("label type", record(b"\x40", A, b"\0\0\0\0")),
                           ("address of 5 octets", record(b"\0", A, b"\0\0\0\0\0")),
                           ("empty TXT", record(b"\0", TXT)),
                           ("SOA without names", record(b"\0", SOA, b"\0" * 5)),
                           ("option past its end", record(b"\0", OPT, b"\0\1\0\9x")),
                           ("RDLENGTH past the end", record(b"\0", A, b"\0\0\0\0", rdlength=9))):
            with self.subTest(what), self.assertRaises(Malformed):
                read(reply(rest=rest))

    def test_the_offered_size_is_read_in_the_servers_favour(self):
        self.assertEqual(offered_size(query(HOST)), 512)
        self.assertEqual(offered_size(query(HOST, additional=[opt(size=100)])), 512)
        self.assertEqual(offered_size(query(HOST, additional=[opt(size=1232)]) + b"x"), 1232)


class Messages(unittest.TestCase):
    def test_kinds_have_a_reply_exactly_when_one_is_due(self):
        for message in kinds(ZONE):
            self.assertEqual(bool(message.rcodes), message.answer_due, message.variant)
            self.assertLessEqual(len(message.octets), 65535, message.variant)

    def test_kinds_have_names_of_their_own(self):
        names = [(m.kind, m.variant) for m in kinds(ZONE)]
        self.assertEqual(len(names), len(set(names)))

    def test_mutations_depend_on_seed_and_number_alone(self):
        few, many = ([m.octets for m in mutations(ZONE, 1, n)] for n in (50, 200))
        self.assertEqual(few, many[:50])
        self.assertNotEqual(few, [m.octets for m in mutations(ZONE, 2, 50)])


if __name__ == "__main__":
    unittest.main()
