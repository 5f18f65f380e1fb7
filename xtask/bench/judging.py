"""Judging by our engine and by plain.py, in turns on the same calls; prints Markdown, or with --json one object.

    python3 judging.py JUDGE_PROGRAM RULES TRANSCRIPTS.jsonl FOLDER [--calls 10000] [--rounds 5] [--json]

Only Chinese calls are taken. Each round judges the next slice of them, first by one, then by the other, each on one
thread; a ratio is that of the two in the same round. Time is processor time of judging alone.
"""

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path


def main() -> None:
    arguments = argparse.ArgumentParser()
    for name in ("judge", "rules", "transcripts", "folder"):
        arguments.add_argument(name, type=Path)
    arguments.add_argument("--calls", type=int, default=10_000)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--json", action="store_true")
    given = arguments.parse_args()
    chinese, kept = given.folder / "chinese.jsonl", 0
    with given.transcripts.open() as every, chinese.open("w") as out:
        for line in every:
            if kept < given.calls and '"language":"zh' in line[:200]:
                out.write(line)
                kept += 1
    sets = {"zh/standard": ["standard"], "zh/standard and zh/outbound": ["standard", "outbound"]}
    results = {}
    for name, packs in sets.items():
        rules = [word for pack in packs for word in ("--rules", str(given.rules / "zh" / pack))]
        rounds, slice_ = [], kept // given.rounds
        for number in range(given.rounds):
            part = ["--skip", str(number * slice_), "--calls", str(slice_)]
            pair = [[str(given.judge)], [sys.executable, str(Path(__file__).with_name("plain.py"))]]
            told = []
            # Who goes first changes, so that neither always finds the machine warm.
            for program in pair if number % 2 == 0 else reversed(pair):
                ran = subprocess.run([*program, str(chinese), *rules, *part], check=True, capture_output=True, text=True)
                told.append(json.loads(ran.stdout))
            ours, plain = told if number % 2 == 0 else reversed(told)
            rounds.append({"ours": ours, "plain": plain, "ratio": plain["judge_s"] / ours["judge_s"]})
            print(f"{name}, round {number + 1}: {rounds[-1]['ratio']:.1f}", file=sys.stderr, flush=True)
        results[name] = rounds
    chinese.unlink()
    if given.json:
        print(json.dumps(results))
        return
    print("| packs | rules | calls | engine: calls/s | MB/s | load ms | plain Python: calls/s | MB/s | Python's time ÷ ours: median | lowest–highest |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|---|")
    for name, rounds in results.items():
        total = {who: {key: sum(one[who][key] for one in rounds) for key in ("calls", "bytes", "judge_s")} for who in ("ours", "plain")}
        ratios = sorted(one["ratio"] for one in rounds)
        cells = [name, rounds[0]["ours"]["rules"], f"{total['ours']['calls']:,}"]
        for who in ("ours", "plain"):
            sums = total[who]
            cells += [f"{sums['calls'] / sums['judge_s']:,.0f}", f"{sums['bytes'] / sums['judge_s'] / 1e6:.2f}"]
            cells += [f"{1000 * statistics.median(one['ours']['load_s'] for one in rounds):.0f}"] if who == "ours" else []
        cells += [f"{statistics.median(ratios):.1f}", f"{ratios[0]:.1f}–{ratios[-1]:.1f}"]
        print("| " + " | ".join(map(str, cells)) + " |")
    sizes = rounds[-1]["plain"]
    turns, calls = sum(one["ours"]["turns"] for one in rounds), sum(one["ours"]["calls"] for one in rounds)
    print(f"\nA call has {turns / calls:.0f} turns and {sum(one['ours']['bytes'] for one in rounds) / calls:,.0f} bytes of words. With both packs, "
          f"Python tries {sizes['lists']} lists of {sizes['literals']:,} phrases and {sizes['patterns']} patterns.")


if __name__ == "__main__":
    main()
