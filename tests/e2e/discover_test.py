"""Groups that nobody configured, on real brokers: found, followed, made later, and remembered."""
import json
import time
import unittest

from tests.support import dns_query
from tests.support.broker_group import ADDRESS, BrokerGroup
from tests.support.signpost_process import Signpost, wait_for

BROKER = """[[broker]]
name = "{name}"
management = "http://{address}:8080"
address = "{address}"
username = "signpost"
password_file = "{directory}/password"
"""
CONFIG = """version = 1
{brokers}
[discover]
name = "{{group}}.ha.test."
record = {{ ttl = "1s", types = ["A", "TXT"] }}
[serve]
zone = "ha.test."
ns = ["ns1.ha.test."]
ns_address = {{ "ns1.ha.test." = ["127.0.0.1"] }}
[state]
directory = "{directory}/state"
[control]
socket = "{directory}/control.sock"
"""
GROUPS = ("weather", "weather2")


def discovering():
    signpost = Signpost()
    brokers = "".join(BROKER.format(name=name, address=a, directory=signpost.directory) for name, a in ADDRESS.items())
    signpost.config.write_text(CONFIG.format(brokers=brokers, directory=signpost.directory))
    return signpost


class Discover(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.group = BrokerGroup("--groups", "2")
        cls.addClassCleanup(cls.group.down)
        cls.group.up()
        cls.signpost = discovering()
        cls.addClassCleanup(cls.signpost.clean)
        cls.signpost.start()

    def setUp(self):
        for group in GROUPS:
            wait_for(f"{group} is whole", lambda: self.is_whole(group), timeout=90)
            self.expect_master(group)

    def look(self, group):
        return json.loads(self.group.run("status", "--json", "--group", group, check=False))

    def is_whole(self, group):
        return sorted(str(n["role"]) for n in self.look(group)["nodes"]) == ["MASTER", "REPLICA", "REPLICA"]

    def master(self, group):
        active = self.look(group)["active"]
        return active[0] if len(active) == 1 else None

    def answer(self, group):
        return self.signpost.answer(name=f"{group}.ha.test.")

    def points_to(self, group, node):
        return self.answer(group) == [ADDRESS[node]]

    def expect_master(self, group, but=None):
        """The name points to whoever is master, once that is another node than `but`."""
        node = wait_for(f"a master of {group}", lambda: self.master(group) not in (None, but) and self.master(group), timeout=30)
        wait_for(f"{group} points to {node}", lambda: self.points_to(group, node))
        return node

    def shown(self, group):
        return next(g for g in self.signpost.status()["groups"] if g["name"] == group)

    def test_both_are_found(self):
        self.assertEqual([g["name"] for g in self.signpost.status()["groups"]], list(GROUPS))
        for group in GROUPS:
            shown = wait_for("everything is well", lambda: self.shown(group)["status"] == "pass" and self.shown(group))
            self.assertTrue(shown["discovered"])
            self.assertEqual([n["amqp"] for n in shown["nodes"]], [f"{a}:5672" for a in ADDRESS.values()])
        text = self.signpost.run("status").stdout
        self.assertRegex(text, r"(?m)^weather  OK  weather\.ha\.test\. \(discovered\) -> n\d \(")
        self.assertRegex(text, r"(?m)^weather2  OK  weather2\.ha\.test\. \(discovered\) -> n\d-weather2 \(")
        self.assertEqual(self.signpost.answer(name="nothing.ha.test."), "NXDOMAIN", "every broker was heard")
        self.assertIn('  n1  -> 127.0.0.11  clients at 127.0.0.11:5672\n', self.signpost.run("check").stdout)

    def test_each_follows_its_own_transfer(self):
        for group in GROUPS:
            other = next(g for g in GROUPS if g != group)
            old, stays = self.master(group), self.answer(other)
            new = self.group.others(old)[0]
            self.group.run("transfer", new, "--group", group, "--wait")
            wait_for("the name points to the target", lambda: self.points_to(group, new))
            self.assertEqual(self.answer(other), stays)
            wait_for(f"{group} is whole", lambda: self.is_whole(group), timeout=60)

    def test_each_follows_a_kill_of_its_master(self):
        for group in GROUPS:
            old = self.expect_master(group)
            self.group.kill(old)
            self.expect_master(group, but=old)
            self.group.start(old)
            for each in GROUPS:
                wait_for(f"{each} is whole", lambda: self.is_whole(each), timeout=90)

    def test_a_group_that_is_made_later_and_one_that_is_gone(self):
        self.assertEqual(self.signpost.answer(name="orders.ha.test."), "NXDOMAIN")
        config = self.signpost.config.read_text()
        for node in ADDRESS:
            self.make_member(node)
            if node == "n1":
                wait_for("the name of a group of one", lambda: self.points_to("orders", "n1"), timeout=30)
        wait_for("all members are seen", lambda: len(self.shown("orders")["nodes"]) == 3, timeout=30)
        wait_for("everything is well", lambda: self.shown("orders")["status"] == "pass", timeout=60)
        self.assertEqual(self.answer("orders"), [ADDRESS["n1"]])
        self.assertEqual(self.signpost.config.read_text(), config)

        for node in ("n3", "n2", "n1"):
            self.group.request(node, "DELETE", f"virtualhostnode/{node}-orders")
        wait_for("nobody has it", lambda: self.shown("orders")["view"]["agreement"]["agree"] == 0)
        self.assertEqual(self.answer("orders"), [ADDRESS["n1"]], "without a grace it stays")
        self.assertEqual(self.signpost.run("reload").returncode, 0)
        wait_for("a reload takes stock", lambda: self.signpost.answer(name="orders.ha.test.") == "NXDOMAIN")
        self.assertIn("event=group_vanished group=orders", self.signpost.log_text())

    def make_member(self, node):
        """The first founds the group; the others ask it to let them in (`helperNodeName` = a node that exists)."""
        port = 5200
        attributes = {
            "name": f"{node}-orders", "type": "BDB_HA", "groupName": "orders", "address": f"{ADDRESS[node]}:{port}",
            "helperAddress": f"{ADDRESS['n1']}:{port}", "virtualHostInitialConfiguration": json.dumps({"type": "BDB_HA"})}
        if node == "n1":
            attributes["permittedNodes"] = [f"{address}:{port}" for address in ADDRESS.values()]
        else:
            attributes["helperNodeName"] = "n1-orders"
        self.group.request(node, "POST", "virtualhostnode", attributes)

    def test_zz_a_restart_without_any_broker_denies_nothing(self):
        """Last: it takes all brokers down."""
        before = {group: self.answer(group) for group in GROUPS}
        self.signpost.stop()
        for node in ADDRESS:
            self.group.kill(node)
        self.signpost.start(wait=False)
        names = [f"{group}.ha.test." for group in (*GROUPS, "unknown")]
        seen = {name: [] for name in names}
        wait_for("the first answer", lambda: self.note(seen, names[0]))
        end = time.monotonic() + 5
        while time.monotonic() < end:
            for name in names:
                self.note(seen, name)
        for group in GROUPS:
            self.assertEqual(set(map(tuple, seen[f"{group}.ha.test."])), {("NOERROR", *before[group])})
        self.assertEqual(set(seen["unknown.ha.test."]), {("SERVFAIL",)}, "no broker was heard: it may exist")
        for node in ADDRESS:
            self.group.start(node)
        for group in GROUPS:
            self.expect_master(group)
        wait_for("unknown names are denied again", lambda: self.signpost.answer(name="unknown.ha.test.") == "NXDOMAIN")

    @staticmethod
    def note(seen, name):
        reply = dns_query.ask(name, timeout=0.3)
        seen[name].append((reply.rcode, *reply.data))
        return True


if __name__ == "__main__":
    unittest.main(verbosity=2)
