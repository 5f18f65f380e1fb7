"""What the service costs: calls coming in beside COPY, people at work, memory, start. Prints Markdown tables.

    python3 service.py LINGJIAN LOAD FOLDER --postgres URL [--calls N] [--people N] [--seconds S]

Calls are rehearsed. *Import*: `lingjian import transcripts` into an empty database of each engine; then PostgreSQL's own COPY of the
very rows that came of it into the same tables with the same indexes, in another database of the same server; import and COPY in
turns. *People*: a worker judges all calls; then one server answers LOAD (xtask/benches/load.rs). Wall times, for people wait and
servers write by them; what is compared ran in turns.
"""

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

# Written by the import, in an order that foreign keys allow.
TABLES = ["project", "team", "agent", "conversation", "transcript", "work", "change"]


def said(*words, **more) -> str:
    done = subprocess.run([str(word) for word in words], stdout=subprocess.PIPE, text=True, **more)
    if done.returncode:
        sys.exit(f"{words[0]} {words[1]} ended with {done.returncode}")
    return done.stdout


def timed(*words, **more) -> float:
    begun = time.monotonic()
    said(*words, **more)
    return time.monotonic() - begun


class Postgres:
    """Databases of their own on a server that is there."""

    def __init__(self, url: str):
        self.server = url.rsplit("/", 1)[0]

    def fresh(self, name: str) -> str:
        for sql in (f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"'):
            self.ask("postgres", sql)
        return f"{self.server}/{name}"

    def ask(self, name: str, *sql: str) -> str:
        commands = [word for one in sql for word in ("-c", one)]
        return said("psql", "-qAtX", "-v", "ON_ERROR_STOP=1", f"{self.server}/{name}", *commands)


def coming_in(given, postgres: Postgres, calls: Path) -> str:
    """Import on both engines and COPY, in turns."""
    folder, spent = given.folder / "copied", {"SQLite": [], "PostgreSQL": [], "COPY": []}
    for turn in range(given.turns):
        data = given.folder / "data-sqlite"
        shutil.rmtree(data, ignore_errors=True)
        spent["SQLite"].append(timed(given.lingjian, "import", "transcripts", "--data", data, calls))
        url = postgres.fresh("bench_import")
        spent["PostgreSQL"].append(timed(given.lingjian, "import", "transcripts", "--data", given.folder / "data-postgres",
                                         "--database", url, calls))
        if not turn:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            tables = TABLES + postgres.ask("bench_import", "SELECT tablename FROM pg_tables WHERE tablename LIKE 'search%'").split()
            for table in tables:
                postgres.ask("bench_import", f"\\copy {table} TO '{folder / table}'")
        url = postgres.fresh("bench_copy")
        said(given.lingjian, "db", "migrate", "--data", given.folder / "data-postgres", "--database", url)
        copies = [word for table in tables for word in ("-c", f"\\copy {table} FROM '{folder / table}'")]
        spent["COPY"].append(timed("psql", "-qX", "-v", "ON_ERROR_STOP=1", "-1", "-c", "TRUNCATE project CASCADE", url, *copies))
    copied = sum(file.stat().st_size for file in folder.iterdir()) / 1e6
    shutil.rmtree(folder)
    lines = ["| calls come in by | s | calls/s | ÷ COPY: median | lowest–highest |", "|---|---:|---:|---:|---|"]
    for name, times in spent.items():
        ratios = [one / copy for one, copy in zip(times, spent["COPY"])]
        middle = statistics.median(times)
        lines.append(f"| {name} | {middle:.1f} | {given.calls / middle:,.0f} | {statistics.median(ratios):.2f} "
                     f"| {min(ratios):.2f}–{max(ratios):.2f} |")
    return "\n".join(lines) + f"\n\n{given.calls:,} calls with their words, {given.turns} turns; COPY reads {copied:,.0f} MB.\n"


def resident(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    fields = {line.split(":")[0]: line.split()[1] for line in status.splitlines() if line.startswith("Vm")}
    return int(fields["VmRSS"]) / 1024, int(fields["VmHWM"]) / 1024


class Server:
    """A `lingjian serve`, until the end of the block."""

    def __init__(self, given, place: list, role: str):
        self.address = f"http://127.0.0.1:{given.port}"
        self.words = [given.lingjian, "serve", *place, "--role", role, "--listen", f"127.0.0.1:{given.port}"]

    def __enter__(self):
        begun = time.monotonic()
        self.process = subprocess.Popen([str(word) for word in self.words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        if "worker" not in self.words:
            while not self.is_ready():
                time.sleep(0.005)
        self.started = time.monotonic() - begun
        return self

    def is_ready(self) -> bool:
        if self.process.poll() is not None:
            sys.exit("the server ended")
        try:
            return urllib.request.urlopen(f"{self.address}/ready", timeout=5).status == 200
        except OSError:
            return False

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def judged(given, place: list, waiting) -> float:
    """Lets a worker judge all there is. Seconds."""
    begun = time.monotonic()
    with Server(given, place, "worker"):
        while waiting():
            time.sleep(1)
    return time.monotonic() - begun


def people(given, engine: str, place: list, waiting) -> list[str]:
    """People at work on all calls, judged."""
    told = said(given.lingjian, "user", "add", *place, "--post", "quality_manager", "inspector")
    environment = {**os.environ, "LINGJIAN_PASSWORD": told.split(" password ")[1].split(",")[0]}
    seconds = judged(given, place, waiting)
    print(f"{engine}: judged {given.calls:,} calls in {seconds:.0f} s", file=sys.stderr)
    rows = []
    with Server(given, place, "web") as server:
        fresh, _ = resident(server.process.pid)
        for pause in (1000, 0):
            words = [given.load, server.address, "--user", "inspector", "--people", given.people, "--seconds", given.seconds, "--pause-ms", pause]
            told = json.loads(said(*words, env=environment))
            cells = [f"{told[kind]['p50']:.0f} / {told[kind]['p99']:.0f}" if kind in told else "–"
                     for kind in ("list", "further", "search", "conversation")]
            how = "a second's thought between" if pause else "without a pause"
            rows.append(f"| {engine}, {how} | {told['requests_per_s']:.0f} | " + " | ".join(cells) + " |")
        _, most = resident(server.process.pid)
        rows.append(f"{engine}: ready {server.started * 1000:.0f} ms after the start; {fresh:.0f} MiB resident then, {most:.0f} at the peak; "
                    f"one worker process had judged all calls in {seconds:.0f} s.")
    return rows


def main():
    reads = argparse.ArgumentParser()
    reads.add_argument("lingjian", type=Path)
    reads.add_argument("load", type=Path)
    reads.add_argument("folder", type=Path)
    reads.add_argument("--postgres", required=True)
    reads.add_argument("--calls", type=int, default=200_000)
    reads.add_argument("--turns", type=int, default=3)
    reads.add_argument("--people", type=int, default=50)
    reads.add_argument("--seconds", type=int, default=30)
    reads.add_argument("--port", type=int, default=8479)
    given = reads.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    rehearsed = given.folder / f"rehearsed-{given.calls}"
    if not (rehearsed / "transcripts.jsonl").exists():
        said(given.lingjian, "rehearse", "--calls", given.calls, "--seed", 11, "--out", rehearsed)
    postgres = Postgres(given.postgres)
    print(coming_in(given, postgres, rehearsed / "transcripts.jsonl"))

    import sqlite3
    data = given.folder / "data-sqlite"
    database = next(file for file in data.iterdir() if file.suffix in (".db", ".sqlite"))

    def waits_in_sqlite() -> bool:
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as file:
            return file.execute("SELECT EXISTS (SELECT 1 FROM work)").fetchone()[0]

    def waits_in_postgres() -> bool:
        return postgres.ask("bench_import", "SELECT EXISTS (SELECT 1 FROM work)").strip() == "t"

    rows = people(given, "SQLite", ["--data", data], waits_in_sqlite)
    place = ["--data", given.folder / "data-postgres", "--database", f"{postgres.server}/bench_import"]
    rows += people(given, "PostgreSQL", place, waits_in_postgres)
    print(f"| {given.people} people, {given.seconds} s; ms, median / 99th of 100 | requests/s | list | its further pages | search | conversation |")
    print("|---|---:|---:|---:|---:|---:|")
    print("\n".join(row for row in rows if row.startswith("|")))
    print()
    print("\n".join(f"- {row}" for row in rows if not row.startswith("|")))


main()
