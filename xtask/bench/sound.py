"""What listening costs: hearing, writing down, memory. Prints one Markdown table, or with --json one object.

    python3 sound.py hearing LINGJIAN FOLDER SAMPLES               decoding and voice activity, × real time
    python3 sound.py speech LINGJIAN FOLDER SAMPLES --peer-model M speech to text beside faster-whisper int8
    python3 sound.py memory LINGJIAN FOLDER SAMPLES               peak memory of a three-hour file

Time is processor time (user and system) of whole processes, less that of a run on one second of noise, which loads
the model and hears nothing. FOLDER is for the sound that is made here, with FFmpeg. `speech` wants what samples/make
names in its README (faster-whisper, rapidfuzz, opencc, cn2an) in the Python that runs it.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

HOURS = 3
# Seconds of noise before each of the calls in the three-hour file.
BETWEEN = 1800


def ran(*words) -> tuple[bytes, float, int]:
    """What a program printed, its processor seconds, and its peak memory in KiB."""
    with subprocess.Popen([str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        said = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(map(str, words))} ended with {process.returncode}")
    return said, used.ru_utime + used.ru_stime, used.ru_maxrss


def noise(file: Path, seconds: int, *codec: str) -> Path:
    """Two channels of noise at about −60 dBFS, 8 kHz."""
    source = [f"anoisesrc=r=8000:a=0.002:d={seconds}:seed={seed}" for seed in (1, 2)]
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", source[0], "-f", "lavfi", "-i", source[1],
                    "-filter_complex", "amerge=inputs=2", "-ac", "2", *codec, str(file)], check=True)
    return file


def idle(lingjian: Path, folder: Path) -> float:
    """Processor seconds of starting, loading the model and hearing one second of noise."""
    file = noise(folder / "one-second.wav", 1, "-c:a", "pcm_mulaw")
    spent = min(ran(lingjian, "transcribe", file)[1] for _ in range(3))
    file.unlink()
    return spent


def hearing(given) -> tuple[dict, str]:
    seconds, base = 900, idle(given.lingjian, given.folder)
    kinds = {"WAV, G.711 µ-law": ("wav", "-c:a", "pcm_mulaw"), "WAV, G.711 A-law": ("wav", "-c:a", "pcm_alaw"),
             "WAV, PCM 16 bit": ("wav", "-c:a", "pcm_s16le"), "Ogg Opus, 28 kbit/s": ("opus", "-c:a", "libopus", "-b:a", "28k"),
             "MP3, 32 kbit/s": ("mp3", "-c:a", "libmp3lame", "-b:a", "32k")}
    files = {name: noise(given.folder / f"hear-{i}.{codec[0]}", seconds, *codec[1:]) for i, (name, codec) in enumerate(kinds.items())}
    spent = {name: [] for name in files}
    for _ in range(3):
        for name, file in files.items():
            spent[name].append(ran(given.lingjian, "transcribe", file)[1] - base)
    for file in files.values():
        file.unlink()
    middle = {name: sorted(times)[1] for name, times in spent.items()}
    lines = ["| recording, 8 kHz, 2 channels | CPU-s per hour of call | × real time |", "|---|---:|---:|"]
    lines += [f"| {name} | {3600 * time / seconds:.1f} | {seconds / time:,.0f} |" for name, time in middle.items()]
    return {"seconds": seconds, "idle_s": base, "spent_s": spent}, "\n".join(lines)


def speech(given) -> tuple[dict, str]:
    make = given.samples / "make"
    sys.path.insert(0, str(make))
    import measure
    from rapidfuzz.distance import Levenshtein
    base = idle(given.lingjian, given.folder)
    calls = []
    for file in sorted((given.samples / "calls").glob("*.opus")):
        truth = json.loads((given.samples / "truth" / f"{file.stem}.json").read_text())
        language = truth["language"][:2]
        said, spent, peak = ran(given.lingjian, "transcribe", "--language", language, file)
        turns = json.loads(said)["turns"]
        call = {"call": file.stem, "language": language, "ours_s": spent - base, "peak_kib": peak, "ours_errors": 0, "units": 0}
        for role in ("agent", "customer"):
            wanted, heard = ([unit for turn in side["turns"] if turn["role"] == role for unit in measure.units(turn["text"], language)]
                             for side in (truth, {"turns": turns}))
            call["ours_errors"] += Levenshtein.distance(wanted, heard)
            call["units"] += len(wanted)
        peer = json.loads(ran(sys.executable, make / "measure.py", given.samples / "calls", given.samples / "truth", "--only", file.stem,
                              "--model", given.peer_model)[0])["calls"][0]
        call |= {"seconds": peer["seconds"], "peer_s": peer["cpu_per_second"] * peer["seconds"], "peer_errors": peer["errors"]}
        calls.append(call)
        print(call, file=sys.stderr, flush=True)
    lines = ["| call | s | ours: CPU-s/s | faster-whisper: CPU-s/s | ours ÷ theirs | ours: error % | faster-whisper: error % |",
             "|---|---:|---:|---:|---:|---:|---:|"]

    def row(name: str, of: list[dict]) -> str:
        sums = {key: sum(call[key] for call in of) for key in ("seconds", "ours_s", "peer_s", "ours_errors", "peer_errors", "units")}
        return (f"| {name} | {sums['seconds']:.0f} | {sums['ours_s'] / sums['seconds']:.3f} | {sums['peer_s'] / sums['seconds']:.3f} | "
                f"{sums['ours_s'] / sums['peer_s']:.2f} | {100 * sums['ours_errors'] / sums['units']:.1f} | {100 * sums['peer_errors'] / sums['units']:.1f} |")
    lines += [row(f"{call['call']} ({call['language']})", [call]) for call in calls]
    lines += [row(f"**all {language}**", [call for call in calls if call["language"] == language]) for language in sorted({call["language"] for call in calls}, reverse=True)]
    return {"idle_s": base, "calls": calls}, "\n".join(lines)


def memory(given) -> tuple[dict, str]:
    calls, between = sorted((given.samples / "calls").glob("*.opus")), given.folder / "between.wav"
    pieces, left = [], HOURS * 3600
    noise(between, BETWEEN, "-c:a", "pcm_mulaw")
    number, spoken = 0, 0.0
    while left > 0:
        piece = given.folder / f"piece-{number}.wav"
        subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", str(calls[number % len(calls)]), "-ar", "8000", "-c:a", "pcm_mulaw", str(piece)], check=True)
        long = (piece.stat().st_size - 100) / 16_000
        pieces += [between, piece]
        left, number, spoken = left - BETWEEN - long, number + 1, spoken + long
    listed, file = given.folder / "pieces.txt", given.folder / "three-hours.wav"
    listed.write_text("".join(f"file '{piece.resolve()}'\n" for piece in pieces))
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "concat", "-safe", "0", "-i", str(listed), "-c", "copy", "-t", str(HOURS * 3600), str(file)], check=True)
    small = noise(given.folder / "one-second.wav", 1, "-c:a", "pcm_mulaw")
    base, short, long = (ran(given.lingjian, "transcribe", one) for one in (small, pieces[1], file))
    size = file.stat().st_size
    for one in {*pieces, listed, file, small}:
        one.unlink()
    mib = 1 / 1024
    lines = ["| | peak MiB | CPU-s |", "|---|---:|---:|",
             f"| one second of noise (the model is loaded) | {base[2] * mib:.0f} | {base[1]:.1f} |",
             f"| a sample call of about a minute | {short[2] * mib:.0f} | {short[1]:.1f} |",
             f"| three hours | {long[2] * mib:.0f} | {long[1]:.1f} |",
             f"| **three hours above one second** | **{(long[2] - base[2]) * mib:.0f}** | |", "",
             f"The file: {HOURS} hours, two channels of G.711 µ-law at 8 kHz, {size / 1e6:.0f} MB; noise at −60 dBFS, and in it {number} "
             f"sample calls of together {spoken:.0f} s, {BETWEEN // 60} minutes apart."]
    return {"idle": base[1:], "call": short[1:], "three_hours": long[1:], "bytes": size, "calls": number, "spoken_s": spoken}, "\n".join(lines)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("what", choices=("hearing", "speech", "memory"))
    arguments.add_argument("lingjian", type=Path)
    arguments.add_argument("folder", type=Path, help="for files that are made and removed again")
    arguments.add_argument("samples", type=Path)
    arguments.add_argument("--peer-model", type=Path, help="folder of Whisper base for CTranslate2")
    arguments.add_argument("--json", action="store_true")
    given = arguments.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    result, table = {"hearing": hearing, "speech": speech, "memory": memory}[given.what](given)
    print(json.dumps(result) if given.json else table)


if __name__ == "__main__":
    main()
