"""What deploy/brokers/group promises of several groups and plain virtualhosts on the same brokers."""
import base64
import json
import unittest
import urllib.request

from tests.support.broker_group import ADDRESS, BrokerGroup
from tests.support.signpost_process import wait_for

QUERY = "/api/latest/querybroker/virtualhost?select=%24parent.name,name,type,state"


def virtualhosts(address):
    request = urllib.request.Request(f"http://{address}:8080{QUERY}")
    request.add_header("Authorization", "Basic " + base64.b64encode(b"signpost:signpost").decode())
    with urllib.request.urlopen(request, timeout=5) as reply:
        return sorted(map(tuple, json.load(reply)["results"]))


class ManyOnOneBroker(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.group = BrokerGroup("--groups", "2", "--memory-hosts", "3")
        cls.addClassCleanup(cls.group.down)
        cls.group.up()

    def master(self, group):
        return self.group.run("master", "--group", group)

    def test_each_broker_lists_all_its_virtualhosts(self):
        memory = [(name, name, "Memory", "ACTIVE") for name in ("mem01", "mem02", "mem03")]
        for broker, address in ADDRESS.items():
            rows = virtualhosts(address)
            self.assertEqual(rows[:3], memory)
            self.assertEqual([row[:2] for row in rows[3:]], [(broker, "weather"), (f"{broker}-weather2", "weather2")])

    def test_a_transfer_moves_one_group_and_not_the_other(self):
        stays = self.master("weather")
        target = self.group.others(self.master("weather2"))[0]
        self.group.run("transfer", target, "--group", "weather2", "--wait")
        self.assertEqual(self.master("weather2"), target)
        self.assertEqual(self.master("weather"), stays)
        seen = wait_for("the rest follows", lambda: self.joined("weather2"))
        self.assertEqual(seen["active"], [target])
        self.assertEqual([node["name"] for node in seen["nodes"]], list(ADDRESS))

    def joined(self, group):
        seen = json.loads(self.group.run("status", "--json", "--group", group, check=False))
        return seen if sorted(node["role"] for node in seen["nodes"]) == ["MASTER", "REPLICA", "REPLICA"] else None

    def test_a_group_that_is_not_there_is_said_to_be_none(self):
        with self.assertRaisesRegex(RuntimeError, "there is: weather weather2"):
            self.group.run("status", "--group", "weather3")


if __name__ == "__main__":
    unittest.main()
