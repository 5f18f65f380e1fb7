"""Signs in to the program, makes a token that may do everything, and has schemathesis ask by the contract.

Says at the end how many operations passed and failed.
"""

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
import xml.etree.ElementTree as xml

URL = os.environ["LINGJIAN_URL"]
CONFIG = "xtask/src/contract/schemathesis.toml"


def call(path, body=None, **headers):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, data, {"Content-Type": "application/json", **headers})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.headers, json.load(answer)


def token():
    credentials = {"name": os.environ["LINGJIAN_USER"], "password": os.environ["LINGJIAN_PASSWORD"]}
    headers, session = call("/api/v1/session", credentials)
    mine = {"Cookie": headers["Set-Cookie"].split(";")[0], "X-CSRF-Token": session["csrf"]}
    wish = {"name": "contract", "permissions": session["permissions"]}
    return call("/api/v1/tokens", wish, **mine)[1]["token"]


def main():
    secret = token()
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, "report.xml")
        words = ["--config-file", CONFIG, "run", "docs/openapi.json", "--url", URL, "--no-color"]
        words += ["--report", "junit", "--report-junit-path", report]
        asked = subprocess.run([sys.executable, "-m", "schemathesis.cli", *words], env={**os.environ, "LINGJIAN_TOKEN": secret})
        suites = xml.parse(report).getroot().iter("testsuite")
        counts = [[int(suite.get(what, 0)) for what in ("tests", "failures", "errors", "skipped")] for suite in suites]
    tests, failures, errors, skipped = map(sum, zip(*counts))
    # Without it every answer would have been 401, which is no fault of any operation.
    call("/api/v1/session", Authorization=f"Bearer {secret}")
    print(f"{tests - failures - errors - skipped} passed, {failures + errors} failed", flush=True)
    return asked.returncode


sys.exit(main())
