"""What a rule pack looks for in words, in plain Python: `in` over the phrase lists, `re` over the patterns.

    python3 plain.py TRANSCRIPTS.jsonl --rules PACK… [--skip N] [--calls N]

The yardstick of `cargo xtask bench`, written as one would without an engine: turns are folded (lower case, half width,
no punctuation), each list is tried phrase by phrase on the turns of its role, a rule stops at the first part that
decides it, what stands in an exception or anchor is looked for only where something was found, and what two rules share
is looked for once a call. It does less than the engine: no places, no windows of exceptions and anchors, nothing
of silence, overlap, rate and repetition, no scores. Reading the transcripts is not counted.
"""

import argparse
import itertools
import json
import re
import time
import unicodedata
from pathlib import Path

import yaml

DROPPED = re.compile(r"[^\w%.]|_|(?<!\d)\.|\.(?!\d)")


def fold(text: str) -> str:
    return DROPPED.sub("", unicodedata.normalize("NFKC", text).lower())


def expand(written: str) -> list[str]:
    """(a|b|)c → ac, bc, c; groups nest."""
    group = re.search(r"\(([^()]*)\)", written)
    if not group:
        return [written]
    return [one for branch in group[1].split("|") for one in expand(written[:group.start()] + branch + written[group.end():])]


def compiled(pattern: str) -> re.Pattern:
    return re.compile(pattern.replace(r"\p{han}", "[\u3400-\u9fff]"), re.I)


class Pack:
    """One pack's rules, with every list written out."""

    def __init__(self, folder: Path):
        self.phrases, self.conditions, self.rules, head = {}, {}, [], {}
        for file in sorted(folder.glob("*.yaml")):
            read = yaml.load(file.read_text(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
            self.phrases |= read.get("phrases") or {}
            self.conditions |= read.get("conditions") or {}
            self.rules += read.get("rules") or []
            head = read.get("pack") or head
        self.language = head["language"]
        self.directions = (head.get("valid") or {}).get("directions")
        self.lists = {}
        self.rules = [(rule["id"], self.prepared(rule["when"], rule.get("role"))) for rule in self.rules]

    def literals(self, entries) -> tuple[str, ...]:
        entries = entries if isinstance(entries, list) else [entries]
        all_of_them = set()
        for entry in map(str, entries):
            all_of_them |= set(self.literals(self.phrases[entry[1:]])) if entry.startswith("$") else {fold(one.rstrip("*")) for one in expand(entry)}
        return tuple(sorted(all_of_them))

    def prepared(self, node: dict, role):
        """A condition with what it looks for compiled; conditions that look for no words are left out."""
        if "use" in node:
            return self.prepared(self.conditions[node["use"]], role)
        for joint in ("all", "any"):
            if joint in node:
                return joint, [one for one in (self.prepared(part, role) for part in node[joint]) if one]
        if "not" in node:
            inner = self.prepared(node["not"], role)
            return inner and ("not", inner)
        role = node.get("role", role)
        if "phrase" in node:
            asked = node["phrase"]
            if isinstance(asked, dict):
                asked = asked.get("any") or asked.get("all") or asked.get("of")
            looked_for = ("in", self.literals(asked))
        elif "pattern" in node:
            asked = node["pattern"] if isinstance(node["pattern"], dict) else {"match": node["pattern"]}
            unless = compiled(asked["unless"]) if "unless" in asked else None
            looked_for = ("re", compiled(asked["match"]), unless)
        elif "proximity" in node:
            asked = node["proximity"]
            looked_for = ("near", self.literals(asked["first"]), self.literals(asked["then"]))
        else:
            return None
        besides = list(node["except"]) if isinstance(node.get("except"), list) else [node["except"]] if "except" in node else []
        besides += [node["anchor"]] if "anchor" in node else []
        sides = ("after", "before", "around", "same_turn")
        further = [self.prepared(one[side], None) for one in besides for side in sides if side in one]
        key = self.lists.setdefault((looked_for, role), len(self.lists))
        return "leaf", key, looked_for, role, [one for one in further if one]


def found(looked_for, text: str) -> bool:
    kind = looked_for[0]
    if kind == "in":
        return any(literal in text for literal in looked_for[1])
    if kind == "re":
        return bool(looked_for[1].search(text)) and not (looked_for[2] and looked_for[2].search(text))
    return any(literal in text for literal in looked_for[1]) and any(literal in text for literal in looked_for[2])


def holds(condition, turns, seen: dict) -> bool:
    kind = condition[0]
    if kind == "all":
        return all(holds(part, turns, seen) for part in condition[1])
    if kind == "any":
        # No short cut: every part's places are findings.
        return any([holds(part, turns, seen) for part in condition[1]])
    if kind == "not":
        return not holds(condition[1], turns, seen)
    _, key, looked_for, role, further = condition
    if key not in seen:
        seen[key] = any([found(looked_for, text) for who, text in turns if role in (None, "any", who)])
    if seen[key]:
        for other in further:
            holds(other, turns, seen)
    return seen[key]


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("transcripts", type=Path)
    arguments.add_argument("--rules", type=Path, action="append", default=[])
    arguments.add_argument("--skip", type=int, default=0)
    arguments.add_argument("--calls", type=int)
    given = arguments.parse_args()
    packs = [Pack(folder) for folder in given.rules]
    with given.transcripts.open() as file:
        last = None if given.calls is None else given.skip + given.calls
        calls = [json.loads(line) for line in itertools.islice(file, given.skip, last)]
    hits, began = 0, time.thread_time()
    for call in calls:
        turns = [(turn["role"], fold(turn["text"])) for turn in call["turns"]]
        for pack in packs:
            if not call["language"].startswith(pack.language):
                continue
            if pack.directions and call["attributes"].get("direction") not in pack.directions:
                continue
            seen: dict = {}
            hits += sum(holds(condition, turns, seen) for _, condition in pack.rules if condition)
    judged = time.thread_time() - began
    lists = [looked_for for pack in packs for looked_for, _ in pack.lists]
    print(json.dumps({
        "calls": len(calls), "bytes": sum(len(turn["text"].encode()) for call in calls for turn in call["turns"]),
        "lists": sum(one[0] != "re" for one in lists), "patterns": sum(one[0] == "re" for one in lists),
        "literals": sum(len(part) for one in lists if one[0] != "re" for part in one[1:]), "hits": hits, "judge_s": judged}))


if __name__ == "__main__":
    main()
