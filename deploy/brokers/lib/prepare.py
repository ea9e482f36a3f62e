# SPDX-License-Identifier: Apache-2.0
"""What `up` and `start` need before a broker runs: free ports and, for several groups, plain
virtualhosts or HTTPS, another initial configuration. Called by ../group."""

import argparse
import errno
import json
import re
import socket
import subprocess
import sys
from pathlib import Path


def complain(text):
    print(f"group: {text}", file=sys.stderr)


def listener(address, port):
    """Who listens there, as well as ss can tell; without privileges it names only the user's own."""
    try:
        lines = subprocess.run(["ss", "-Hltnp", f"sport = :{port}"], capture_output=True, text=True).stdout
    except OSError:
        return ""
    for line in lines.splitlines():
        local = line.split()[3].rpartition(":")[0].strip("[]").removeprefix("::ffff:")
        process = re.search(r'\("([^"]+)",pid=(\d+)', line)
        if process and local in (address, "0.0.0.0", "*", "::"):
            return f" by {process[1]} (pid {process[2]})"
    return ""


def ports(arguments):
    """Each must be free, tried as a JVM would: with SO_REUSEADDR, which forgives closed connections.
    And it must be reachable: listening works even on an interface that is down."""
    for endpoint in arguments.endpoints:
        address, port = endpoint.split(":")
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, int(port)))
                probe.listen()
                socket.create_connection((address, int(port)), timeout=2).close()
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    complain(f"{endpoint} is in use{listener(address, port)}")
                else:
                    complain(f"{endpoint} cannot be used: {error} (is the loopback interface up?)")
                return 1
    return 0


# A plain virtualhost has 64 connection threads and 4 for housekeeping by default: 200 of them would
# be more than 10,000 threads on this machine.
FEW_THREADS = {"virtualhost.connectionThreadPool.size": "2",
               "virtualhost.connectionThreadPool.numberOfSelectors": "1",
               "virtualhost.housekeepingThreadCount": "1"}


def another_group(first, number, addresses):
    """A virtualhost node on each broker like that of the first group, on a replication port of its own."""
    group, port = f"weather{number}", 4999 + number
    return first | {"name": f"${{ha.node_name}}-{group}", "groupName": group, "defaultVirtualHostNode": "false",
                    "address": f"${{ha.binding_address}}:{port}",
                    "helperAddress": f"{addresses[0]}:{port}", "helperNodeName": f"n1-{group}",
                    "permittedNodes": json.dumps([f"{address}:{port}" for address in addresses])}


def memory_host(name):
    return {"name": name, "type": "Memory", "context": FEW_THREADS,
            "virtualHostInitialConfiguration": json.dumps({"name": name, "type": "Memory"})}


def add_https(configuration, keystore, password):
    http = next(port for port in configuration["ports"] if port["name"] == "HTTP")
    configuration["ports"].append(http | {"name": "HTTPS", "port": "${qpid.https_port}",
                                          "transports": ["SSL"], "keyStore": "tls"})
    configuration["keystores"] = [{"name": "tls", "type": "FileKeyStore", "keyStoreType": "PKCS12",
                                   "storeUrl": str(keystore), "password": password}]


def configuration(arguments):
    """The initial configuration with what the options add; the keystore's password comes on standard input."""
    configuration = json.loads(arguments.configuration.read_text())
    nodes = configuration["virtualhostnodes"]
    nodes += [another_group(nodes[0], number, arguments.addresses) for number in range(2, arguments.groups + 1)]
    nodes += [memory_host(f"mem{number:02}") for number in range(1, arguments.memory_hosts + 1)]
    if arguments.keystore:
        add_https(configuration, arguments.keystore, sys.stdin.read())
    json.dump(configuration, sys.stdout, indent=2)
    return 0


def main():
    parser = argparse.ArgumentParser(prog="prepare.py")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("ports").add_argument("endpoints", nargs="+", metavar="ADDRESS:PORT")
    command = commands.add_parser("configuration")
    command.add_argument("--groups", type=int, default=1)
    command.add_argument("--memory-hosts", type=int, default=0)
    command.add_argument("--keystore", type=Path)
    command.add_argument("configuration", type=Path)
    command.add_argument("addresses", nargs="+")
    arguments = parser.parse_args()
    return {"ports": ports, "configuration": configuration}[arguments.command](arguments)


if __name__ == "__main__":
    sys.exit(main())
