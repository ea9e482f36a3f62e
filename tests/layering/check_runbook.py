#!/usr/bin/env python3
"""check_runbook.py [ROOT]: deploy/RUNBOOK.md has a section for each word that an operator can be paged with, and for no other.

The words are the reasons in sidecar/decision/reason.cpp and the two states that no reason stands for. Each section says what it means, what to
look at and what to do; each command, key, risk and event in the text is one that the program has. `--self-test` proves that each rule can fail.
"""
import pathlib
import re
import sys

STATES = {"withheld", "hold"}
PARTS = ("**Means.**", "**Look at.**", "**Do.**")
HEADING = re.compile(r"^## (.*)$", re.M)
WORD = re.compile(r"^([a-z_]+)$")
NAME = re.compile(r"`([a-z]+(?:_[a-z]+)+)`")  # a key, a risk, an event of the log
COMMAND = re.compile(r"^signpost ([a-z]+)\b", re.M)


def reasons(source):
    body = source[source.index("to_word(Reason"):source.index("is_doubt(Reason")]
    return set(re.findall(r'return "([a-z_]+)"', body))


def commands(source):
    listed = re.search(r"commands\{(.*?)\};", source, re.S)
    return set(re.findall(r'"([a-z]+)"', listed[1]))


def code(text):
    return "\n".join(re.findall(r"```\n(.*?)```", text, re.S) + re.findall(r"`([^`\n]+)`", text))


def check(runbook, reason_source, arguments_source, all_sources):
    words = reasons(reason_source) | STATES
    parts = HEADING.split(runbook)[1:]
    sections = {WORD.match(title)[1]: body for title, body in zip(parts[::2], parts[1::2]) if WORD.match(title)}
    wrong = [f"no section about `{w}`" for w in sorted(words - sections.keys())]
    wrong += [f"section `{w}` is about no reason and no state" for w in sorted(sections.keys() - words)]
    for word, body in sections.items():
        wrong += [f"section `{word}` has no {part}" for part in PARTS if part not in body]
    known = commands(arguments_source)
    wrong += [f"there is no command: signpost {c}" for c in sorted(set(COMMAND.findall(code(runbook))) - known)]
    wrong += [f"signpost knows no `{n}`" for n in sorted(set(NAME.findall(runbook))) if not re.search(rf"\b{n}\b", all_sources)]
    anchors = {re.sub(r"[^a-z0-9 _-]", "", title.lower()).replace(" ", "-") for title in parts[::2]}
    wrong += [f"a link to #{a} leads nowhere" for a in re.findall(r"\]\(#([^)]+)\)", runbook) if a not in anchors]
    return wrong


def self_test():
    reason_source = 'to_word(Reason r) { return "blind"; return "held"; } is_doubt(Reason)'
    arguments_source = 'commands{"status", "hold"};'
    sources = "x = stale_hold;"
    body = "**Means.** `stale_hold` **Look at.** `signpost status` [b](#hold) **Do.** c\n"
    good = "".join(f"## {w}\n{body}" for w in ("blind", "held", "withheld", "hold")) + "## Something else\ntext\n"
    failed = [f"a good runbook is refused: {w}" for w in check(good, reason_source, arguments_source, sources)]
    cases = (("## blind", "## bland", "no section about `blind`"),
             ("## blind", "## bland", "section `bland` is about no reason and no state"),
             ("**Do.**", "Do.", "has no **Do.**"),
             ("(#hold)", "(#holt)", "leads nowhere"),
             ("`stale_hold`", "`stale_holt`", "signpost knows no `stale_holt`"),
             ("`signpost status`", "`signpost stats`", "there is no command: signpost stats"))
    for old, new, expected in cases:
        found = check(good.replace(old, new), reason_source, arguments_source, sources)
        if not any(expected in w for w in found):
            failed.append(f"'{new}' was not caught; got {found}")
    return failed


def main():
    if "--self-test" in sys.argv:
        failed = self_test()
        print("\n".join(failed) or "every rule fails when it should")
        return 1 if failed else 0
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2]
    sources = "\n".join(path.read_text(encoding="utf-8") for path in sorted((root / "sidecar").rglob("*.?pp")))
    wrong = check((root / "deploy/RUNBOOK.md").read_text(encoding="utf-8"),
                  (root / "sidecar/decision/reason.cpp").read_text(encoding="utf-8"),
                  (root / "sidecar/cli/arguments.cpp").read_text(encoding="utf-8"), sources)
    print("\n".join(f"deploy/RUNBOOK.md: {w}" for w in wrong) or "the runbook has a section for each reason and state")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
