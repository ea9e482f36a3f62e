#!/usr/bin/env python3
"""mutate.py --list | --files | --out DIR: the bugs of mutants.txt.

--list names them, --files names the sources that they touch, --out writes copies of those with the bugs in them. A text that is not
found exactly once is an error: the source has changed, and the bug with it.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEAD = re.compile(r"\[([a-z_, ]+)\] (\S+)")


def read_mutants():
    """[(names, file, old text, new text)]"""
    mutants = []
    for line in (ROOT / "tests/sim/mutants.txt").read_text().splitlines():
        head = HEAD.fullmatch(line)
        if head:
            mutants.append((re.split(r",\s*", head[1]), head[2], [], []))
        elif line.startswith("-"):
            mutants[-1][2].append(line[1:])
        elif line.startswith("+"):
            mutants[-1][3].append(line[1:])
        elif line and not line.startswith("#"):
            sys.exit(f"mutants.txt: cannot read: {line}")
    return [(names, file, "\n".join(old), "\n".join(new)) for names, file, old, new in mutants]


def mutated(file, mutants):
    text = (ROOT / file).read_text()
    for names, of_file, old, new in mutants:
        if of_file != file:
            continue
        if text.count(old) != 1:
            sys.exit(f"mutants.txt: {', '.join(names)}: found {text.count(old)} times in {file}:\n{old}")
        for name in names:
            if f'sim::mutant("{name}")' not in new:
                sys.exit(f"mutants.txt: {name} is never asked for")
        text = text.replace(old, new)
    return '#include "tests/sim/mutant.hpp"\n' + text


def main(words):
    mutants = read_mutants()
    files = sorted({file for _, file, _, _ in mutants})
    if words == ["--list"]:
        print("\n".join(dict.fromkeys(name for names, _, _, _ in mutants for name in names)))
    elif words == ["--files"]:
        print("\n".join(files))
    elif len(words) == 2 and words[0] == "--out":
        for file in files:
            path = pathlib.Path(words[1]) / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(mutated(file, mutants))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
