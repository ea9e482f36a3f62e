#!/usr/bin/env python3
"""Every reason that the program can give has a section in deploy/RUNBOOK.md, and every section is a reason or a state. --self-test: it can fail."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
STATES = {"withheld"}  # of the status document, made by a policy


def problems(source, runbook):
    reasons = set(re.findall(r'return "([a-z_]+)";', source))
    sections = re.findall(r"^## (.+)$", runbook, re.M)
    found = [f"reason {r} has no section" for r in sorted(reasons - set(sections))]
    found += [f"section {s} is no reason" for s in sections if s not in reasons | STATES]
    return found + ([] if reasons else ["no reason was found in reason.cpp"])


def main():
    if "--self-test" in sys.argv:
        assert problems('return "a";', "## a\n") == []
        assert problems('return "a";\nreturn "b";', "## a\n## c\n") == ["reason b has no section", "section c is no reason"]
        assert problems("", "")
        return 0
    found = problems((ROOT / "sidecar/decision/reason.cpp").read_text(), (ROOT / "deploy/RUNBOOK.md").read_text())
    print("\n".join(found) or "every reason has its section")
    return 1 if found else 0


sys.exit(main())
