"""Writes down recordings with faster-whisper, channel by channel, and holds them against their truth.

    python measure.py CALLS TRUTH --model FOLDER [--beam 1] [--compute int8] [--threads 1] [--language zh] [--turns] [--texts]

CALLS holds NAME.opus (or .ogg, .wav, .mp3, .flac), TRUTH the NAME.json beside which it is judged; left is the agent, right
the customer. Prints one JSON object: per call and per language errors and units of reference (characters in Chinese,
words in English), their rate, and CPU-seconds per second of call.

Chinese is compared as simplified characters without punctuation, every number spelt digit by digit in Chinese; English
as lower-case words without punctuation. `--turns` aligns each channel's text with its turns, lists those with
more than 40 % errors, and writes each of them down once more from its own cut alone: what is right there was lost by
the recogniser, what is wrong there too may be spoken badly.
"""

import argparse
import json
import re
import resource
import subprocess
import sys
import unicodedata
from pathlib import Path

import cn2an
import numpy as np
from faster_whisper import WhisperModel
from opencc import OpenCC
from rapidfuzz.distance import Levenshtein

RATE = 16_000
SOUND = (".opus", ".ogg", ".wav", ".mp3", ".flac", ".m4a")
DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")
SMALL = dict(zip("zero one two three four five six seven eight nine ten".split(), "0 1 2 3 4 5 6 7 8 9 10".split()))
# Whisper writes traditional characters now and then.
SIMPLE = OpenCC("t2s").convert


def channels(file: Path) -> np.ndarray:
    raw = subprocess.run(["ffmpeg", "-v", "error", "-i", str(file), "-ac", "2", "-ar", str(RATE), "-f", "f32le", "-"],
                         capture_output=True, check=True).stdout
    return np.frombuffer(raw, np.float32).reshape(-1, 2).T


def units(text: str, language: str) -> list[str]:
    text = unicodedata.normalize("NFKC", text).lower()
    if language.startswith("zh"):
        # 四十二, 42 and 四二 are to be the same: numbers become digits, digits Chinese ones.
        text = SIMPLE(text).replace("幺", "一").replace("两", "二").replace("〇", "零")
        text = re.sub(r"[一二三四五六七八九]?十[一二三四五六七八九]?", lambda m: str(cn2an.cn2an(m[0], "smart")), text)
        return re.findall(r"[\u3400-\u9fffa-z]", text.translate(DIGITS))
    words = re.findall(r"[a-z0-9']+", re.sub(r"(?<=\d)[-.,](?=\d)", "", text))
    return [part for word in words for part in (list(word) if word.isdigit() else [SMALL.get(word, word)])]


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def by_turn(turns: list[dict], heard: list[str], language: str) -> list[dict]:
    """Errors of each turn, by aligning one channel's whole text with its turns joined."""
    wanted = [units(turn["text"], language) for turn in turns]
    owner = [i for i, part in enumerate(wanted) for _ in part]
    errors, got = [0] * len(turns), [[] for _ in turns]
    for step in Levenshtein.opcodes([u for part in wanted for u in part], heard):
        at = owner[min(step.src_start, len(owner) - 1)]
        if step.tag == "insert":
            errors[at] += step.dest_end - step.dest_start
            got[at] += heard[step.dest_start: step.dest_end]
        else:
            for k, source in enumerate(range(step.src_start, step.src_end)):
                if step.tag != "equal":
                    errors[owner[source]] += 1
                if step.tag != "delete":
                    got[owner[source]].append(heard[step.dest_start + k])
    joint = "" if language.startswith("zh") else " "
    return [{"start_ms": t["start_ms"], "end_ms": t["end_ms"], "role": t["role"], "text": t["text"], "heard": joint.join(g), "errors": e, "of": len(w)}
            for t, g, e, w in zip(turns, got, errors, wanted)]


def measure(model: WhisperModel, file: Path, truth: dict, given) -> dict:
    language = given.language or truth["language"][:2]
    sound = channels(file)
    call = {"call": file.stem, "language": language, "seconds": round(sound.shape[1] / RATE, 1), "errors": 0, "units": 0}
    texts, turns, began = {}, [], cpu()
    for role, channel in zip(("agent", "customer"), sound):
        pieces, _ = model.transcribe(channel, language=language, beam_size=given.beam, vad_filter=True,
                                     vad_parameters={"min_silence_duration_ms": given.min_silence},
                                     condition_on_previous_text=False, initial_prompt=given.prompt)
        texts[role] = "".join(piece.text for piece in pieces)
    call["cpu_per_second"] = round((cpu() - began) / call["seconds"], 3)
    for role, text in texts.items():
        spoken = [turn for turn in truth["turns"] if turn["role"] == role]
        wanted = [unit for turn in spoken for unit in units(turn["text"], language)]
        heard = units(text, language)
        call["errors"] += Levenshtein.distance(wanted, heard)
        call["units"] += len(wanted)
        turns += by_turn(spoken, heard, language)
    call["rate"] = round(call["errors"] / call["units"], 4)
    if given.texts:
        call["texts"] = texts
    if given.turns:
        call["bad_turns"] = [t for t in sorted(turns, key=lambda t: t["start_ms"]) if t["errors"] > 0.4 * t["of"]]
        for turn in call["bad_turns"]:
            first, last = max(0, turn["start_ms"] - 200) * RATE // 1000, (turn["end_ms"] + 200) * RATE // 1000
            cut = sound[("agent", "customer").index(turn["role"])][first:last]
            turn["alone"] = "".join(p.text for p in model.transcribe(cut, language=language, beam_size=given.beam)[0])
            turn["alone_errors"] = Levenshtein.distance(units(turn["text"], language), units(turn["alone"], language))
    return call


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("calls", type=Path)
    arguments.add_argument("truth", type=Path)
    arguments.add_argument("--model", required=True, help="folder with model.bin, config.json, tokenizer.json, vocabulary.txt")
    arguments.add_argument("--beam", type=int, default=1)
    arguments.add_argument("--compute", default="int8")
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--language", help="spoken language; otherwise the truth's")
    arguments.add_argument("--prompt", help="initial prompt, e.g. 以下是普通话的句子。 which asks for simplified characters")
    arguments.add_argument("--min-silence", type=int, default=2000, help="ms of silence at which voice activity cuts (faster-whisper's default)")
    arguments.add_argument("--turns", action="store_true", help="list turns with more than 40 %% errors")
    arguments.add_argument("--texts", action="store_true", help="print what was heard")
    arguments.add_argument("--only", default="", help="only calls whose name contains this")
    given = arguments.parse_args()
    files = sorted(f for f in given.calls.iterdir() if f.suffix in SOUND and given.only in f.stem)
    if not files:
        sys.exit(f"no recording in {given.calls}")
    model = WhisperModel(given.model, device="cpu", compute_type=given.compute, cpu_threads=given.threads)
    calls = []
    for file in files:
        calls.append(measure(model, file, json.loads((given.truth / f"{file.stem}.json").read_text()), given))
        print(calls[-1]["call"], calls[-1]["rate"], file=sys.stderr, flush=True)
    total = {}
    for language in sorted({call["language"] for call in calls}):
        of = [call for call in calls if call["language"] == language]
        total[language] = {"errors": sum(c["errors"] for c in of), "units": sum(c["units"] for c in of),
                           "rate": round(sum(c["errors"] for c in of) / sum(c["units"] for c in of), 4),
                           "seconds": round(sum(c["seconds"] for c in of), 1)}
    seconds = sum(call["seconds"] for call in calls)
    print(json.dumps({"engine": "faster-whisper", "model": Path(given.model).name, "compute": given.compute, "beam": given.beam,
                      "threads": given.threads, "total": total,
                      "cpu_per_second": round(sum(c["cpu_per_second"] * c["seconds"] for c in calls) / seconds, 3),
                      "calls": calls}, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
