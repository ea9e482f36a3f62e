#!/usr/bin/env python3
"""check_layers.py [ROOT]: holds every #include against layers.txt, and looks for include cycles.

Prints each violation as file:line: rule. Exit 1 if there is one. `--self-test` proves that each kind of rule can fail.
"""
import pathlib
import re
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
FOLDERS = ("dns", "probe", "sidecar", "tests")


def read_rules(text):
    edges, only, never = {}, [], []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("only "):
            header, places = line[5:].split(":", 1)
            only.append((header.strip(), places.split()))
        elif line.startswith("never "):
            places, pattern = line[6:].split(":", 1)
            never.append((places.split(), re.compile(pattern.strip())))
        else:
            source, targets = line.split("->")
            edges[source.strip()] = targets.split()
    return edges, only, never


def inside(path, place):
    """A place is a folder, or the beginning of a file name."""
    return path == place or path.startswith(place + "/") or path.startswith(place + ".") or path.startswith(place + "_")


def layer_of(path, edges):
    best = [e for e in edges if inside(path, e)]
    return max(best, key=len) if best else None


def sources(root):
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".cpp", ".hpp"):
                yield path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")


def header_matches(header, rule):
    return header == rule or header.startswith(rule + "/") or header.startswith(rule + ".")


def check_include(path, header, quoted, edges, only):
    layer = layer_of(path, edges)
    if quoted:
        allowed = edges.get(layer, [])
        if not any(header == a or (not a.endswith(".hpp") and inside(header, a)) for a in allowed):
            yield f"{layer or 'this folder'} may not include {header} (allowed: {' '.join(allowed) or 'nothing'})"
    for rule, places in only:
        if not quoted and header_matches(header, rule) and not any(inside(path, p) for p in places):
            yield f"<{header}> belongs to {' '.join(places)} alone"


def cycles(graph):
    state, stack, found = {}, [], []

    def visit(node):
        state[node] = "open"
        stack.append(node)
        for target in sorted(graph.get(node, ())):
            if state.get(target) == "open":
                found.append(stack[stack.index(target):] + [target])
            elif target not in state:
                visit(target)
        stack.pop()
        state[node] = "done"

    sys.setrecursionlimit(10000)
    for node in sorted(graph):
        if node not in state:
            visit(node)
    return found


def check(root, rules):
    edges, only, never = rules
    graph, violations = {}, []
    for path, text in sources(root):
        graph[path] = set()
        for number, line in enumerate(text.splitlines(), 1):
            found = INCLUDE.match(line)
            if found:
                quoted = found[1] == '"'
                if quoted:
                    graph[path].add(found[2])
                violations += [f"{path}:{number}: {v}" for v in check_include(path, found[2], quoted, edges, only)]
            for places, pattern in never:
                if any(inside(path, p) for p in places) and pattern.search(line) and not line.lstrip().startswith("//"):
                    violations.append(f"{path}:{number}: /{pattern.pattern}/ must not occur in {' '.join(places)}")
    violations += [f"{c[0]}:1: include cycle {' -> '.join(c)}" for c in cycles(graph)]
    return violations, len(graph)


def self_test(rules):
    cases = {
        "dns/x.cpp": ('#include "probe/error.hpp"', "may not include probe/error.hpp"),
        "probe/x.cpp": ('#include "dns/name.hpp"', "may not include dns/name.hpp"),
        "sidecar/decision/x.cpp": ("#include <boost/asio/awaitable.hpp>", "belongs to"),
        "sidecar/decision/y.cpp": ("auto t = std::chrono::steady_clock::now();", "must not occur"),
        "sidecar/agent/z.cpp": ("co_spawn(e, f(), asio::detached);", "must not occur"),
        "probe/y.cpp": ("  co_await f([x](int y) { g(); });", "must not occur"),
        "probe/z.cpp": ("  co_await f({.s = str});", "must not occur"),
        "dns/a.hpp": ('#include "dns/a.hpp"', "include cycle"),
    }
    failed = []
    for path, (text, expected) in cases.items():
        with tempfile.TemporaryDirectory() as root:
            for folder in FOLDERS:
                (pathlib.Path(root) / folder).mkdir()
            file = pathlib.Path(root) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("\n" + text + "\n", encoding="utf-8")
            violations, _ = check(pathlib.Path(root), rules)
            if not any(v.startswith(f"{path}:") and expected in v for v in violations):
                failed.append(f"{path}: '{text}' was not caught; got {violations}")
    return failed


def main():
    rules = read_rules((HERE / "layers.txt").read_text(encoding="utf-8"))
    if "--self-test" in sys.argv:
        failed = self_test(rules)
        print("\n".join(failed) or "every kind of rule fails when it should")
        return 1 if failed else 0
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent.parent
    violations, files = check(root.resolve(), rules)
    print("\n".join(violations) or f"{files} files keep to layers.txt")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
