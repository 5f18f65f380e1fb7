"""Holds what was found in calls against what was planted in them.

    python3 accuracy.py rehearsed RULES FINDINGS.jsonl TRUTH.jsonl [--json]
    python3 accuracy.py samples RULES FINDINGS.jsonl TRUTH_FOLDER [--json]

FINDINGS is what `lingjian inspect … --format jsonl` wrote. Rules say with `fault:` which kind of fault they find.
Prints Markdown tables, or with --json one object.

A finding and a planted fault meet when they are of the same call and kind and, where both have a turn, within one turn
of each other or overlapping in time; where either has no turn, the call alone decides. `planted` counts planted faults
in calls that the rule judges (language, direction). A rule that makes one finding a call has found all of its kind in a
call when it found one of them. Precision is of findings, recall of planted faults; brackets are Wilson's 95 % intervals.
"""

import json
import re
import sys
from collections import defaultdict
from math import sqrt
from pathlib import Path


def wilson(hits: int, of: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927)."""
    if of == 0:
        return 0.0, 1.0
    z, p = 1.959964, hits / of
    middle, spread = p + z * z / (2 * of), z * sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    return max(0.0, (middle - spread) / (1 + z * z / of)), min(1.0, (middle + spread) / (1 + z * z / of))


def read_rules(folder: Path) -> dict[str, dict]:
    """Id → kind, language, whether only outbound calls are judged, whether each hit is a finding."""
    rules = {}
    for head in sorted(folder.glob("*/*/pack.yaml")):
        outbound = "directions: [outbound]" in head.read_text()
        language = re.search(r"^  language: (\w+)", head.read_text(), re.M)[1]
        for file in sorted(head.parent.glob("*.yaml")):
            for block in re.split(r"^  - (?=id: )", file.read_text(), flags=re.M)[1:]:
                kind = re.search(r"^    fault: (\S+)", block, re.M)
                rules[re.match(r"id: (\S+)", block)[1]] = {
                    "kind": kind and kind[1], "language": language,
                    "outbound": outbound or bool(re.search(r"^    valid:.*\n?.*directions: \[outbound\]", block, re.M)),
                    "each_hit": bool(re.search(r"^    per: hit", block, re.M)),
                }
    return rules


def meets(finding: dict, fault: dict) -> bool:
    if finding.get("turn") is None or fault.get("turn") is None:
        return True
    if abs(finding["turn"] - fault["turn"]) <= 1:
        return True
    return "start_ms" in finding and finding["start_ms"] < fault["end_ms"] and fault["start_ms"] < finding["end_ms"]


def tally() -> dict:
    return {"findings": 0, "right": 0, "on_lookalike": 0, "planted": 0, "found": 0}


def close(row: dict) -> dict:
    row["wrong"] = row["findings"] - row["right"]
    row["missed"] = row["planted"] - row["found"]
    for name, hits, of in (("precision", "right", "findings"), ("recall", "found", "planted")):
        row[name] = row[hits] / row[of] if row[of] else None
        row[f"{name}_95"] = wilson(row[hits], row[of])
    return row


def rehearsed(rules: dict, calls: list[dict], truths: dict[str, dict]) -> dict:
    by_rule, by_kind = defaultdict(tally), defaultdict(tally)
    unlabelled = 0
    judged = [rule for rule, about in rules.items() if about["kind"]]
    for call in calls:
        truth = truths[call["id"]]
        language, direction = call["language"][:2], call["attributes"].get("direction")
        of_rule, of_kind = defaultdict(list), defaultdict(list)
        for finding in call["findings"]:
            kind = rules[finding["rule"]]["kind"]
            if kind is None:
                unlabelled += 1
                continue
            faults = [fault for fault in truth["faults"] if fault["fault"] == kind]
            right = any(meets(finding, fault) for fault in faults)
            alike = not right and any(meets(finding, one) for one in truth["lookalikes"] if one["fault"] == kind)
            for row in (by_rule[finding["rule"]], by_kind[language, kind]):
                row["findings"] += 1
                row["right"] += right
                row["on_lookalike"] += alike
            of_rule[finding["rule"]].append(finding)
            of_kind[kind].append(finding)
        for fault in truth["faults"]:
            kind, found = fault["fault"], False
            peers = [one for one in truth["faults"] if one["fault"] == kind]
            for rule in judged:
                about = rules[rule]
                if about["kind"] != kind or about["language"] != language or (about["outbound"] and direction != "outbound"):
                    continue
                # One finding a call stands for all of its kind there.
                sought = [fault] if about["each_hit"] else peers
                hit = any(meets(finding, one) for finding in of_rule[rule] for one in sought)
                by_rule[rule]["planted"] += 1
                by_rule[rule]["found"] += hit
                found |= hit
            by_kind[language, kind]["planted"] += 1
            by_kind[language, kind]["found"] += found
    for rule in judged:
        by_rule[rule]["kind"] = rules[rule]["kind"]
    return {"calls": len(calls), "unlabelled": unlabelled,
            "rules": {rule: close(by_rule[rule]) for rule in sorted(by_rule, key=lambda r: (rules[r]["language"] != "zh", rules[r]["kind"], r))},
            "kinds": {f"{language} {kind}": close(row) for (language, kind), row in
                      sorted(by_kind.items(), key=lambda item: (item[0][0] != "zh", item[0][1]))}}


def share(row: dict, name: str) -> str:
    if row[name] is None:
        return "–"
    low, high = row[f"{name}_95"]
    return f"{100 * row[name]:.1f} [{100 * low:.0f}–{100 * high:.0f}]"


def rehearsed_tables(result: dict) -> str:
    def table(head: str, rows: dict, first) -> list[str]:
        lines = [f"| {head} | findings | right | wrong | of these on a look-alike | planted | found | missed | precision % | recall % |",
                 "|---|---:|---:|---:|---:|---:|---:|---:|---|---|"]
        for name, row in rows.items():
            lines.append(f"| {first(name, row)} | {row['findings']} | {row['right']} | {row['wrong']} | {row['on_lookalike']} | "
                         f"{row['planted']} | {row['found']} | {row['missed']} | {share(row, 'precision')} | {share(row, 'recall')} |")
        return lines
    total = tally()
    for row in result["kinds"].values():
        for name in total:
            total[name] += row[name]
    kinds = {**result["kinds"], "**all**": close(total)}
    lines = table("kind", kinds, lambda name, row: name)
    lines += ["", "Rules that share a kind each look for a part of it, so that their recall by themselves says little.", ""]
    lines += table("rule (kind)", result["rules"], lambda name, row: name if name == row["kind"] else f"{name} ({row['kind']})")
    return "\n".join(lines)


def samples(rules: dict, calls: list[dict], folder: Path) -> dict:
    rows = []
    for call in sorted(calls, key=lambda call: call["id"]):
        truth = json.loads((folder / f"{Path(call['recording'] or call['file']).stem if call.get('recording') else call['id']}.json").read_text())
        turns = truth["turns"]

        def heard_at(finding: dict) -> set[int]:
            """The script's turns that were spoken while the finding's words were."""
            return {n for n, turn in enumerate(turns) if turn["start_ms"] < finding["end_ms"] and finding["start_ms"] < turn["end_ms"]}

        def met(finding: dict, fault: dict) -> bool:
            if finding.get("start_ms") is None:
                return True
            if finding["start_ms"] < fault["end_ms"] and fault["start_ms"] < finding["end_ms"]:
                return True
            return any(abs(n - fault["turn"]) <= 1 for n in heard_at(finding))

        findings = [(finding, rules[finding["rule"]]["kind"]) for finding in call["findings"]]
        labelled = [(finding, kind) for finding, kind in findings if kind]
        found, missed, extra = [], [], []
        for fault in truth["planted"]:
            peers = [one for one in truth["planted"] if one["fault"] == fault["fault"]]
            # One finding a call stands for all of its kind there.
            hit = any(kind == fault["fault"] and any(met(finding, one) for one in ([fault] if rules[finding["rule"]]["each_hit"] else peers))
                      for finding, kind in labelled)
            (found if hit else missed).append(f"{fault['fault']} (turn {fault['turn']})")
        for finding, kind in labelled:
            if not any(fault["fault"] == kind and met(finding, fault) for fault in truth["planted"]):
                at = f" at {finding['start_ms'] / 1000:.0f} s" if finding.get("start_ms") is not None else ""
                extra.append(f"{finding['rule']}{at}")
        rows.append({"call": call["id"], "found": found, "missed": missed, "not_planted": extra,
                     "without_kind": sorted({finding["rule"] for finding, kind in findings if not kind})})
    return {"calls": rows}


def samples_table(result: dict) -> str:
    lines = ["| call | found | missed | found but not planted |", "|---|---|---|---|"]
    counts = {"found": 0, "missed": 0, "not_planted": 0}
    for row in result["calls"]:
        lines.append(f"| {row['call']} | " + " | ".join(", ".join(row[name]) or "–" for name in counts) + " |")
        for name in counts:
            counts[name] += len(row[name])
    lines.append("| **all** | " + " | ".join(f"**{count}**" for count in counts.values()) + " |")
    return "\n".join(lines)


def main() -> None:
    words = [word for word in sys.argv[1:] if word != "--json"]
    if len(words) != 4 or words[0] not in ("rehearsed", "samples"):
        sys.exit(__doc__)
    rules = read_rules(Path(words[1]))
    calls = [json.loads(line) for line in Path(words[2]).read_text().splitlines()]
    # Records of what was refused are no calls.
    calls = [call for call in calls if "findings" in call]
    if words[0] == "rehearsed":
        truths = {truth["id"]: truth for truth in map(json.loads, Path(words[3]).read_text().splitlines())}
        result, table = rehearsed(rules, calls, truths), rehearsed_tables
    else:
        result, table = samples(rules, calls, Path(words[3])), samples_table
    print(json.dumps(result, ensure_ascii=False) if "--json" in sys.argv else table(result))


if __name__ == "__main__":
    main()
