"""coverage.py FILE PERCENT: lines and branches in an lcov file, for each source and in all; then what is not reached, with its source text.

Exit code 1 when lines or branches in all are not above PERCENT.
"""

import os
import re
import sys

REASONS = [
    (re.compile(r"^switch \("), "no value of the enum is left for this way: -Wswitch holds the cases complete"),
    (re.compile(r'^return ("\?"|\{\}|nullptr|text);$'), "behind a complete switch"),
    (re.compile(r"^case Reason::"), "together with the case below or above; the table never gives this reason here"),
]


def sources(path):
    """[(file, {line: count}, {(line, block, branch): count})]"""
    found = []
    for row in open(path, encoding="utf-8"):
        kind, _, value = row.rstrip("\n").partition(":")
        if kind == "SF":
            found.append((value, {}, {}))
        elif kind == "DA":
            line, count = value.split(",")[:2]
            found[-1][1][int(line)] = int(count)
        elif kind == "BRDA":
            line, block, branch, count = value.split(",")
            found[-1][2][(int(line), int(block), int(branch))] = 0 if count == "-" else int(count)
    return sorted(found)


def percent(counts):
    reached = sum(1 for count in counts.values() if count)
    return f"{reached:5d} of {len(counts):5d} {100 * reached / len(counts):6.1f} %" if counts else f"{'-':>22}"


def missed(file, lines, branches):
    text = open(file, encoding="utf-8").read().split("\n")
    for line in sorted({line for line, count in lines.items() if not count} | {key[0] for key, count in branches.items() if not count}):
        ways = ["false" if branch % 2 else "true" for (at, _, branch), count in sorted(branches.items()) if at == line and not count]
        code = text[line - 1].strip()
        reason = next((words for pattern, words in REASONS if pattern.match(code)), "")
        yield f"  {os.path.relpath(file)}:{line}: {'never ' + ', '.join(ways) if ways else 'never run'}: {code[:90]}" + (f"  ({reason})" if reason else "")


def main(path, least):
    found = sources(path)
    all_lines, all_branches, rows = {}, {}, []
    for file, lines, branches in found:
        print(f"{os.path.basename(file):28} lines {percent(lines)}   branches {percent(branches)}")
        all_lines.update({(file, key): count for key, count in lines.items()})
        all_branches.update({(file, key): count for key, count in branches.items()})
        rows += missed(file, lines, branches)
    print(f"{'in all':28} lines {percent(all_lines)}   branches {percent(all_branches)}")
    print("not reached:", *rows, sep="\n")
    low = [name for name, counts in (("lines", all_lines), ("branches", all_branches))
           if not counts or 100 * sum(1 for c in counts.values() if c) / len(counts) <= least]
    print(f"FAIL: {' and '.join(low)} not above {least:g} %" if low else f"PASS: lines and branches above {least:g} %")
    return 1 if low else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], float(sys.argv[2])))
