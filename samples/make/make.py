"""Makes the sample calls: scripts.yaml → calls/*.opus, truth/*.json, records.csv.

    python make.py --models FOLDER --cache FOLDER [--only NAME]
"""

import argparse
import csv
import hashlib
import json
import subprocess
import wave
from pathlib import Path

import numpy as np
import yaml
from scipy.signal import butter, resample_poly, sosfilt

from speech import RATE, Synthesiser

HERE = Path(__file__).parent
OUT = HERE.parent
PHONE = 8_000
NOISE_DBFS = -60.0
HEAD_S, TAIL_S = 0.6, 0.5
BITRATE = "28k"
BAND = butter(6, [300, 3400], "bandpass", fs=RATE, output="sos")
RECORD = ["id", "file", "source", "title", "language", "project", "category", "queue", "direction", "agent", "agent_name",
          "level", "team", "started_at", "duration_s"]


def seed(*parts: str) -> np.random.Generator:
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "little"))


def telephone(sound: np.ndarray, level_dbfs: float) -> np.ndarray:
    """300–3400 Hz at 8 kHz, at the given level (RMS of the loud half of the frames)."""
    narrow = resample_poly(sosfilt(BAND, sound), PHONE, RATE)
    frames = narrow[: len(narrow) // 80 * 80].reshape(-1, 80)
    power = np.sort((frames ** 2).mean(axis=1))
    rms = np.sqrt(power[len(power) // 2:].mean())
    narrow = narrow * 10 ** (level_dbfs / 20) / rms
    peak = np.abs(narrow).max()
    return narrow * min(1.0, 0.89 / peak)


def place(call: dict, voices: Synthesiser) -> list[dict]:
    """Every turn with its sound and its place on the time line, in samples at 8 kHz."""
    chance = seed(call["name"], "pauses")
    placed, end, before = [], int(HEAD_S * PHONE), None
    for line in call["turns"]:
        role = "agent" if "agent" in line else "customer"
        speaker = call[role]
        speed = line.get("speed", speaker["speed"])
        voice = line.get("voice", speaker["voice"])
        text = line[role]
        sound = voices.say(line.get("say", text), voice, call["language"], speed)
        sound = telephone(sound, speaker["level_dbfs"])
        drawn = chance.uniform(0.35, 0.75)
        if "within" in line:
            start = before["start"] + int(line["within"] * PHONE)
        else:
            start = end + int(line.get("gap", 0.0 if before is None else drawn) * PHONE)
        turn = {"role": role, "text": text, "voice": voice, "sound": sound, "start": start, "end": start + len(sound),
                "faults": line.get("faults", [])}
        placed.append(turn)
        end = max(end, turn["end"])
        before = turn
    starts = [turn["start"] for turn in placed]
    if starts != sorted(starts):
        raise ValueError(f"{call['name']}: turns are not in the order of their starts")
    return placed


def span(turns: list[dict], index: int, fault: str) -> tuple[int, int]:
    turn = turns[index]
    if fault == "long-silence":
        return turn["end"], turns[index + 1]["start"]
    if fault == "interruption":
        cut = turns[index - 1]
        overlap = min(cut["end"], turn["end"]) - turn["start"]
        if overlap < 1.2 * PHONE or turn["start"] - cut["start"] < PHONE:
            raise ValueError(f"interruption at turn {index} is too short: {overlap / PHONE:.2f} s")
        return turn["start"], turn["start"] + overlap
    if fault == "repeated-script":
        same = [t for t in turns[: index + 1] if t["role"] == turn["role"]][-3:]
        if len({t["text"] for t in same}) != 1:
            raise ValueError(f"turn {index} is not the third of the same words")
        return same[0]["start"], turn["end"]
    return turn["start"], turn["end"]


def ms(samples: int) -> int:
    return round(samples * 1000 / PHONE)


def mix(name: str, turns: list[dict]) -> np.ndarray:
    length = max(turn["end"] for turn in turns) + int(TAIL_S * PHONE)
    stereo = seed(name, "noise").normal(0.0, 10 ** (NOISE_DBFS / 20), (length, 2))
    for turn in turns:
        stereo[turn["start"]: turn["end"], 0 if turn["role"] == "agent" else 1] += turn["sound"]
    return np.clip(np.round(stereo * 32767), -32768, 32767).astype("<i2")


def encode(stereo: np.ndarray, to: Path, scratch: Path) -> None:
    plain = scratch / f"{to.stem}.wav"
    with wave.open(str(plain), "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(PHONE)
        out.writeframes(stereo.tobytes())
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", str(plain), "-map_metadata", "-1", "-fflags", "+bitexact",
                    "-flags:a", "+bitexact", "-c:a", "libopus", "-application", "voip", "-b:a", BITRATE, "-vbr", "on",
                    "-frame_duration", "20", "-f", "opus", str(to)], check=True)


def make(call: dict, voices: Synthesiser, scratch: Path) -> dict:
    name = call["name"]
    turns = place(call, voices)
    stereo = mix(name, turns)
    file = OUT / "calls" / f"{name}.opus"
    encode(stereo, file, scratch)
    planted = []
    for index, turn in enumerate(turns):
        for fault in turn["faults"]:
            start, end = span(turns, index, fault)
            planted.append({"fault": fault, "turn": index, "start_ms": ms(start), "end_ms": ms(end)})
    truth = {
        "id": name, "source": "samples", "language": call["language"], "started_at": call["started_at"],
        "duration_ms": ms(len(stereo)), "attributes": {"title": call["title"], **call["attributes"]},
        "turns": [{"role": t["role"], "start_ms": ms(t["start"]), "end_ms": ms(t["end"]), "text": t["text"]} for t in turns],
        "voices": {role: list(dict.fromkeys(t["voice"] for t in turns if t["role"] == role)) for role in ("agent", "customer")},
        "planted": planted,
    }
    lines = json.dumps(truth, ensure_ascii=False, indent=1)
    (OUT / "truth" / f"{name}.json").write_text(lines + "\n")
    seconds = len(stereo) / PHONE
    print(f"{name:30} {seconds:5.1f} s {len(turns):2} turns {file.stat().st_size:7} bytes", flush=True)
    return {"id": name, "file": file.name, "source": "samples", "title": call["title"], "language": call["language"],
            **call["attributes"], "started_at": call["started_at"], "duration_s": f"{seconds:.1f}"}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--models", type=Path, required=True)
    arguments.add_argument("--cache", type=Path, required=True)
    arguments.add_argument("--only", help="make calls whose name contains this; records.csv is left as it is")
    given = arguments.parse_args()
    voices = Synthesiser(given.models, given.cache)
    calls = yaml.safe_load((HERE / "scripts.yaml").read_text())
    for folder in ("calls", "truth"):
        (OUT / folder).mkdir(exist_ok=True)
    records = [make(call, voices, given.cache) for call in calls if not given.only or given.only in call["name"]]
    if not given.only:
        with open(OUT / "records.csv", "w", newline="") as out:
            table = csv.DictWriter(out, RECORD, lineterminator="\n")
            table.writeheader()
            table.writerows(records)


if __name__ == "__main__":
    main()
