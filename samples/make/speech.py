"""Kokoro-82M: words, voice and speed in, 24 kHz samples out; turns are kept in a cache by the hash of what made them."""

import hashlib
import json
import re
import subprocess
from pathlib import Path

import numpy as np

RATE = 24_000
# espeak-ng's American phonemes in Kokoro's alphabet.
ENGLISH = [("_", ""), ("\u200d", ""), ("ɚ", "əɹ"), ("r", "ɹ"), ("eɪ", "A"), ("oʊ", "O"), ("aɪ", "I"), ("aʊ", "W"),
           ("ɔɪ", "Y"), ("dʒ", "ʤ"), ("tʃ", "ʧ"), ("ɐ", "ə"), ("ɜːɹ", "ɜɹ"), ("ɜː", "ɜɹ"), ("ː", ""), ("ɾ", "T")]


class Synthesiser:
    """`models` holds kokoro.int8.onnx, vocab.json and voices/*.bin; `cache` is a folder that may be thrown away."""

    def __init__(self, models: Path, cache: Path, threads: int = 2):
        self.models, self.cache, self.threads = models, cache, threads
        self.vocab = json.loads((models / "vocab.json").read_text())["vocab"]
        self.session = self.chinese = None
        cache.mkdir(parents=True, exist_ok=True)

    def say(self, text: str, voice: str, language: str, speed: float) -> np.ndarray:
        key = hashlib.sha256(json.dumps(["kokoro-v1.0-int8", text, voice, language, speed]).encode()).hexdigest()[:24]
        kept = self.cache / f"{key}.npy"
        if not kept.exists():
            np.save(kept, self._synthesise(text, voice, language, speed))
        return np.load(kept)

    def phonemes(self, text: str, language: str) -> str:
        if language.startswith("zh"):
            if self.chinese is None:
                from misaki import zh
                self.chinese = zh.ZHG2P()
            found = self.chinese(text)[0]
        else:
            # espeak-ng drops punctuation, which carries the melody: clause by clause, each with its mark.
            found = " ".join(self._english(clause) + mark
                             for clause, mark in re.findall(r"([^,.!?]+)([,.!?]?)", text) if clause.strip())
        strange = {c for c in found if c not in self.vocab}
        if strange:
            raise ValueError(f"no symbol for {sorted(strange)} in {found!r}")
        return found

    @staticmethod
    def _english(clause: str) -> str:
        command = ["espeak-ng", "-q", "--ipa=3", "-v", "en-us", clause.strip()]
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout.replace("\n", " ")
        for theirs, ours in ENGLISH:
            out = out.replace(theirs, ours)
        return out.strip()

    def _synthesise(self, text, voice, language, speed):
        if self.session is None:
            import onnxruntime
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = self.threads
            # Waiting threads sleep: the machine may be busy with other work.
            options.add_session_config_entry("session.intra_op.allow_spinning", "0")
            self.session = onnxruntime.InferenceSession(str(self.models / "kokoro.int8.onnx"), options)
        ids = [self.vocab[c] for c in self.phonemes(text, language)]
        style = np.fromfile(self.models / "voices" / f"{voice}.bin", dtype=np.float32).reshape(-1, 1, 256)[len(ids)]
        sound = self.session.run(None, {
            "tokens": np.array([[0, *ids, 0]], dtype=np.int64),
            "style": style.reshape(1, 256),
            "speed": np.array([speed], dtype=np.float32)})[0]
        return trim(np.asarray(sound, dtype=np.float32).reshape(-1))


def trim(sound: np.ndarray, below_peak_db: float = 38.0, keep_s: float = 0.02) -> np.ndarray:
    """Cuts the stillness before and after: the times of a turn are then those of its speech."""
    step = RATE // 100
    frames = sound[: len(sound) // step * step].reshape(-1, step)
    loud = np.sqrt((frames ** 2).mean(axis=1))
    voiced = np.flatnonzero(loud > loud.max() * 10 ** (-below_peak_db / 20))
    pad = int(keep_s * RATE)
    return sound[max(0, voiced[0] * step - pad): (voiced[-1] + 1) * step + pad]
