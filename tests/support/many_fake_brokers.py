"""ManyFakeBrokers: three management ports that list a virtualhost of each of many groups, in the words and size of Broker-J, from bodies made beforehand."""
import asyncio
import json
import random
import socket
import time

from tests.support.counting_proxy import LoopThread, question

ADDRESSES = ["127.0.0.11", "127.0.0.12", "127.0.0.13"]
BROKERS = range(len(ADDRESSES))

CONFIG = """version = 1
{brokers}
{groups}
[serve]
listen = ["127.0.0.1:5300"]
zone = "ha.test."
ns = ["ns1.ha.test."]
ns_address = {{ "ns1.ha.test." = ["127.0.0.1"] }}
[http]
listen = ["127.0.0.1:8653"]
[state]
directory = "{state}"
"""
BROKER = '[[broker]]\nname = "n{n}"\nmanagement = "http://{address}:8080"\n'
GROUP = """[[group]]
name = "{group}"
node = [
{nodes}
]
record = {{ name = "{group}.ha.test.", types = ["A", "AAAA", "SRV", "TXT"], srv = [{{ service = "_amqp._tcp", port = 5672 }}] }}
"""


def group_name(group):
    return f"orders{group:04}"


def node_name(group, broker):
    return f"n{broker + 1}-{group_name(group)}"


def config_text(groups, state):
    def node(group, broker):
        return f'  {{ name = "{node_name(group, broker)}", address = "{ADDRESSES[broker]}", broker = "n{broker + 1}" }},'

    return CONFIG.format(
        brokers="".join(BROKER.format(n=b + 1, address=ADDRESSES[b]) for b in BROKERS),
        groups="".join(GROUP.format(group=group_name(g), nodes="\n".join(node(g, b) for b in BROKERS)) for g in range(groups)),
        state=state)


class Port(asyncio.Protocol):
    def __init__(self, broker):
        self.broker, self.read = broker, b""

    def connection_made(self, transport):
        self.transport = transport
        # A whole reply in one write: a thread of Python that waits for its turn must not look like a slow broker.
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        self.broker.connections.add(transport)

    def connection_lost(self, _):
        self.broker.connections.discard(self.transport)

    def data_received(self, data):
        self.read += data
        while b"\r\n\r\n" in self.read:
            head, self.read = self.read.split(b"\r\n\r\n", 1)
            self.transport.write(self.broker.reply(question(head)))


class Broker:
    def __init__(self, number):
        self.number = number
        self.bodies = {}        # by question, HTTP head included
        self.requests = 0
        self.spoken_at = None   # when the newest virtualhost body was first sent
        self.connections = set()

    def reply(self, asked):
        self.requests += 1
        if asked == "virtualhost" and self.spoken_at is None:
            self.spoken_at = time.monotonic()
        return self.bodies[asked]

    async def listen(self):
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Port(self), ADDRESSES[self.number], 8080)

    async def die(self):
        self._server.close()
        for transport in list(self.connections):
            transport.abort()


class ManyFakeBrokers:
    def __init__(self, groups):
        self.groups = groups
        self.order = random.Random(1).sample(range(groups), groups)  # brokers list them by no key
        self.active = [group % len(ADDRESSES) for group in range(groups)]
        self.opened = [self.now()] * groups
        self.dead = set()
        self.brokers = [Broker(number) for number in BROKERS]
        self.thread = LoopThread()
        self.speak()
        for broker in self.brokers:
            self.thread.call(broker.listen())

    @staticmethod
    def now():
        return int(time.time() * 1000)

    def elect(self, group, broker):
        """broker None: an election is on. Heard of after speak()."""
        self.active[group], self.opened[group] = broker, self.now()

    def kill(self, number):
        self.dead.add(number)
        self.thread.call(self.brokers[number].die())

    def speak(self):
        bodies = [self._bodies(number) for number in BROKERS]
        for broker, new in zip(self.brokers, bodies):
            broker.spoken_at = None
            broker.bodies = new

    def close(self):
        for broker in self.brokers:
            if broker.number not in self.dead:
                self.thread.call(broker.die())
        self.thread.close()

    def _role(self, group, broker):
        if broker in self.dead:
            return "UNREACHABLE"
        if self.active[group] is None:
            return "WAITING"
        return "MASTER" if self.active[group] == broker else "REPLICA"

    def _bodies(self, b):
        hosts, nodes, peers = [], [], []
        for g in self.order:
            name, group, role, opened = node_name(g, b), group_name(g), self._role(g, b), self.opened[g]
            state = ["BDB_HA", "ACTIVE"] if role == "MASTER" else ["BDB_HA_REPLICA", "UNAVAILABLE"]
            if self.active[g] is not None:  # a node that waits has no virtualhost
                hosts.append([name, "BDB_HA", role, "ACTIVE", group, group, *state, opened])
            nodes.append([name, "BDB_HA", group, role, "ACTIVE", "ACTIVE", opened, f"{ADDRESSES[b]}:{5000 + g}", 1, 0, False, 482 + g,
                          [f"{address}:{5000 + g}" for address in ADDRESSES]])
            for p in BROKERS:
                if p != b:
                    joined = "ACTIVE" if self._role(g, p) in ("MASTER", "REPLICA") else "UNAVAILABLE"
                    peers.append([name, node_name(g, p), self._role(g, p), joined, f"{ADDRESSES[p]}:{5000 + g}", opened, 482 + g])
        return {"virtualhost": body("node nodeType nodeRole nodeState groupName name type state lastOpenedTime", hosts),
                "virtualhostnode": body("name type groupName role state desiredState lastUpdatedTime address priority quorumOverride "
                                        "designatedPrimary transactionId permittedNodes", nodes),
                "remotereplicationnode": body("observer name role state address joinTime transactionId", peers)}


def body(headers, rows):
    text = json.dumps({"headers": headers.split(), "results": rows, "total": len(rows)}, separators=(", ", " : ")).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json;charset=utf-8\r\nContent-Length: %d\r\n\r\n%s" % (len(text), text)
