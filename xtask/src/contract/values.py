"""Values that a contract can name but not describe."""

import schemathesis
from hypothesis import strategies

schemathesis.openapi.format("time-zone", strategies.sampled_from(["Asia/Shanghai", "Europe/Berlin", "UTC"]))
